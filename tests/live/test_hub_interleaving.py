"""Announcements that come in any order, twice or never, reads that fail, readers that lag, come late or leave.

Whatever happens, each reader's frames keep the contract (`tests.ledger`) and end as the room stands.
"""

import asyncio
from dataclasses import dataclass
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat import announce, protocol
from chat.live import hub as hubs
from chat.live.hub import Hub
from chat.live.pools import Pool
from tests.ledger import Ledger
from tests.live.database import RESET_AFTER, ROOM, Database
from tests.live.fakes import Wire, settle

PEOPLE = 6

# Verbs by how often they come, and what a number may mean to them: which of those there are, or a tick.
VERBS = {
    "commit": 5,
    "announce": 6,
    "repeat": 1,
    "lose": 1,
    "connect": 2,
    "arrive": 3,
    "report": 2,
    "sync": 1,
    "remove": 1,
    "flood": 1,
    "audit": 1,
    "settle": 2,
    "break": 1,
    "mend": 2,
}
STEPS = st.lists(
    st.tuples(
        st.sampled_from([verb for verb, often in VERBS.items() for _ in range(often)]),
        st.integers(0, 11),
        st.integers(0, 40),
    ),
    min_size=30,
    max_size=80,
)


@dataclass
class Seat:
    """A connection and what it was told."""

    user: int
    wire: Wire
    ledger: Ledger
    start: int
    read: int = 0
    synced: int = 0

    def take(self) -> None:
        for frame in self.wire.frames[self.read :]:
            self.ledger.read_frame(frame, 0)
            for item in frame:
                if item["type"] == "delta" and item["reset"]:
                    # It forgets what it held, to load history afresh.
                    self.start = item["clock"]
        self.read = len(self.wire.frames)


class World:
    def __init__(self) -> None:
        self.database = Database()
        self.hub = Hub(cast(Pool, self.database))
        self.under_way: list[announce.Changes] = []
        self.told: list[announce.Changes] = []
        self.snapshots: list[tuple[int, int, int | None]] = []  # user, clock, cursor: read, not yet attached
        self.seats: list[Seat] = []

    async def step(self, verb: str, number: int, argument: int) -> None:
        getattr(self, f"_{verb}")(number, argument)
        if verb in ("audit", "settle"):
            await settle()
        else:
            await asyncio.sleep(0)
        for seat in self.seats:
            seat.take()

    def _commit(self, which: int, count: int) -> None:
        first = self.database.clock + 1
        body = [self.database.write((which + step) % 12) for step in range(1 + count % 3)]
        self.under_way.append(announce.Changes(ROOM, first, self.database.clock, b",".join(body)))

    def _remove(self, number: int, _: int) -> None:
        user = 1 + number % PEOPLE
        if self.database.left_at(user) is None:
            body = self.database.leave(user)
            clock = self.database.clock
            self.under_way.append(announce.Changes(ROOM, clock, clock, body, [(clock, user, True)]))

    def _flood(self, _: int, __: int) -> None:
        """More than anybody is led through change by change, and nobody is told."""
        for which in range(RESET_AFTER + 1):
            self.database.write(which % 12)

    def _announce(self, number: int, _: int) -> None:
        if self.under_way:
            self.told.append(self.under_way.pop(number % len(self.under_way)))
            self.hub.receive(self.told[-1])

    def _repeat(self, number: int, _: int) -> None:
        if self.told:
            self.hub.receive(self.told[number % len(self.told)])

    def _lose(self, number: int, _: int) -> None:
        if self.under_way:
            del self.under_way[number % len(self.under_way)]

    def _connect(self, number: int, cursor: int) -> None:
        """Its welcome is read; until it arrives more may happen."""
        user = 1 + number % PEOPLE
        if self.database.left_at(user) is None:
            own = cursor if cursor <= self.database.clock and cursor % 2 else None
            self.snapshots.append((user, self.database.clock, own))

    def _arrive(self, number: int, _: int) -> None:
        if not self.snapshots:
            return
        user, clock, cursor = self.snapshots.pop(number % len(self.snapshots))
        seat = Seat(user, Wire(self.hub, user, window=700), Ledger(), clock if cursor is None else cursor)
        seat.ledger.note_command({"type": "hello", "cursors": {} if cursor is None else {str(ROOM): cursor}})
        seat.ledger.read_frame([{"type": "welcome", "rooms": [{"id": ROOM, "clock": clock}]}], 0)
        self.hub.follow(seat.wire.connection, [(ROOM, clock, cursor)])
        self.seats.append(seat)

    def _report(self, number: int, _: int) -> None:
        if self.seats:
            self._got(self.seats[number % len(self.seats)])

    def _got(self, seat: Seat) -> None:
        seat.wire.connection.got(seat.wire.bytes)

    def _sync(self, number: int, since: int) -> None:
        if self.seats:
            seat = self.seats[number % len(self.seats)]
            reader = seat.wire.connection.readers.get(ROOM)
            reading = seat.ledger.rooms.get(ROOM)
            if reader is not None and reader.end is None and reading is not None:
                # A client goes back where it asks from, and skips nothing that it asked for and was not told.
                asked = [since for _, since in seat.ledger.syncs.values()]
                if reading.asked_since is not None:
                    asked.append(reading.asked_since)
                since = min(since, reading.cursor, *asked)
                seat.synced += 1
                ref = f"sync {seat.synced}"
                seat.ledger.note_command({"type": "sync", "ref": ref, "room": ROOM, "since": since})
                seat.wire.connection.push(protocol.encode(protocol.Ok(ref=ref)), reply=True)
                self.hub.restart(reader, since)
                seat.start = min(seat.start, since)

    def _audit(self, _: int, __: int) -> None:
        self.hub.spawn(self.hub.audit())

    def _settle(self, _: int, __: int) -> None:
        """Nothing but time passes."""

    def _break(self, _: int, __: int) -> None:
        self.database.broken = True

    def _mend(self, _: int, __: int) -> None:
        self.database.broken = False

    async def come_to_rest(self) -> None:
        """The database answers, everybody reads on, and the clocks are compared, as they are every few seconds."""
        self.database.broken = False
        while self.snapshots:
            self._arrive(0, 0)
        for _ in range(40):
            await self.hub.audit()
            await settle()
            for seat in self.seats:
                seat.take()
                self._got(seat)
            if all(self._at_rest(seat) for seat in self.seats):
                break
        # What must not come has had its chance.
        await settle()
        for seat in self.seats:
            seat.take()

    def _at_rest(self, seat: Seat) -> bool:
        reading = seat.ledger.rooms.get(ROOM)
        return reading is None or (reading.cursor == self.database.clock and reading.asked_since is None)

    async def end(self) -> None:
        for connection in list(self.hub.connections):
            connection.detach()
        for task in self.hub.tasks.running:
            task.cancel()
        await asyncio.gather(*self.hub.tasks.running, return_exceptions=True)


async def play(steps: list[tuple[str, int, int]]) -> None:
    world = World()
    try:
        for step in steps:
            await world.step(*step)
        await world.come_to_rest()
        for seat in world.seats:
            assert_told(seat, world.database)
    finally:
        await world.end()


def assert_told(seat: Seat, database: Database) -> None:
    left = database.left_at(seat.user)
    if left is not None:
        assert ROOM not in seat.ledger.rooms, "whoever left is told so"
        ticks = seat.wire.ticks()
        assert not ticks or max(ticks) <= left, "and nothing that came after"
        return
    reading = seat.ledger.rooms[ROOM]
    assert reading.cursor == database.clock
    held = {id_: message["changed"] for id_, message in reading.messages.items()}
    rows = (change["message"] for _, change in database.rows.values() if "message" in change)
    assert held == {row["id"]: row["changed"] for row in rows if row["changed"] > seat.start}


@settings(max_examples=300)
@given(STEPS)
def test_every_reader_ends_as_the_room_stands(steps: list[tuple[str, int, int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hubs, "REORDER_WAIT", 0)
        patch.setattr(hubs, "RETRY", 0)
        asyncio.run(play(steps))
