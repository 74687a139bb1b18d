"""Sessions that end and rooms that are lost, in the order of events that loses them most easily."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from chat import announce, protocol
from chat.live import personal as personals
from chat.live.personal import Mute, Personal
from chat.live.pools import Pool
from chat.live.presence import Presence
from tests.live.fakes import FakeReads, Wire, body, chunk, make_hub, settle

SIGNED_OUT = protocol.Close.SIGNED_OUT


class World:
    """A hub with its people, the database as the readers and the audits see it, and the clock on the wall."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr("chat.live.personal.time.monotonic", lambda: self.now)
        self.reads = FakeReads()
        self.audits = FakeReads()
        self.audits.answers["_read"] = self._state
        self.hub = make_hub(self.reads)
        self.personal = Personal(self.hub, Presence(self.hub, lambda _: None), cast(Pool, self.audits))
        self.hub.personal = self.personal
        self.ended: set[int] = set()
        self.rooms: dict[int, set[int]] = {}
        self.mutes: dict[int, set[Mute]] = {}
        self.blocks: dict[int, list[int]] = {}

    def connect(
        self, user_id: int = 1, *, greeted: bool = True, clock: int = 3, cursor: int | None = None
    ) -> Wire:
        wire = Wire(self.hub, user_id)
        wire.connection.greeted = greeted
        self.rooms.setdefault(user_id, {7})
        self.hub.follow(wire.connection, [(7, clock, cursor)])
        return wire

    def tell(self, first: int, last: int, members: Any = ()) -> None:
        self.hub.receive(announce.Changes(7, first, last, body(first, last), list(members)))

    def gives(self, clock: int) -> None:
        """Whoever looks sees the room again, as of this clock."""
        room = room_of(clock)
        self.reads.answers["rooms_by_pair"] = lambda pairs: dict.fromkeys(pairs, room)

    def _state(self, keys: set[str], users: set[int]) -> Any:
        accounts = dict.fromkeys(users, (True, ("", 0)))
        sessions = {key for key in keys if int(key.split()[1]) not in self.ended}
        return personals._State(sessions, accounts, self.rooms, self.mutes, self.blocks)

    def asked_about(self) -> list[set[int]]:
        return [users for _, _, users in self.audits.asked]


def room_of(clock: int) -> protocol.Room:
    return protocol.Room(
        id=7, kind="public", name="Room", topic="", clock=clock, archived=False, locked=False, slow_mode=0,
        members=2, role="member", notify="all", last_read=0, unread=0, mentions=0, muted_until=None,
    )  # fmt: skip


@pytest.fixture
async def world(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    world = World(monkeypatch)
    yield world
    for connection in list(world.hub.connections):
        connection.detach()
    for task in world.hub.tasks.running:
        task.cancel()
    await asyncio.gather(*world.hub.tasks.running, return_exceptions=True)


async def test_a_return_told_before_the_leaving_takes_no_room_away(world: World) -> None:
    """The leaving was read from the database late, and the return announced meanwhile."""
    world.gives(6)
    wire = world.connect()
    world.personal.receive(announce.Personal([(1, 7)]))
    await settle()
    world.tell(4, 4, [(4, 1, True)])
    world.tell(5, 6, [(6, 1, False)])
    await settle()
    world.tell(7, 7)
    await settle()
    assert 7 in wire.connection.readers
    assert wire.ticks()[-1] == 7


async def test_a_return_while_the_leaving_is_read_takes_no_room_away(world: World) -> None:
    """Only the reader's own read saw the leaving; when it is back, everything about the return has passed."""
    world.gives(6)
    world.connect(user_id=2, clock=5)

    def read(room: int, since: int) -> Any:
        world.tell(6, 6, [(6, 1, False)])
        world.personal.receive(announce.Personal([(1, 7)]))
        return chunk(2, 5, members=[(4, 1, True)])

    world.reads.answers["changes_since"] = read
    wire = world.connect(cursor=2)
    await settle()
    await settle()
    world.tell(7, 7)
    await settle()
    assert 7 in wire.connection.readers
    assert wire.ticks()[-1] == 7


@pytest.mark.parametrize("told_by", ["announcement", "audit"])
async def test_a_stream_loses_a_room_that_no_change_told_of(world: World, told_by: str) -> None:
    world.reads.answers["rooms_by_pair"] = {}
    wire, other = world.connect(greeted=False), world.connect(user_id=2, greeted=False)
    world.rooms[1] = set()
    if told_by == "audit":
        await world.personal.check(list(world.hub.connections))
    else:
        world.personal.receive(announce.Personal([(1, 7)]))
    await settle()
    world.tell(4, 4)
    await settle()
    assert (wire.ticks(), wire.objects[-1]) == ([], {"type": "gone", "room": 7})
    assert other.ticks() == [4]


async def test_a_session_that_ends_on_the_way_to_the_hub_is_closed(world: World) -> None:
    world.ended.add(1)
    world.personal.doubt([1])
    late, other = world.connect(), world.connect(user_id=2)
    await settle()
    assert (late.closed, other.closed) == ([SIGNED_OUT], [])
    # Long afterwards a session was read as it is: nobody asks again.
    world.now += personals.HANDSHAKE + 1
    asked = len(world.asked_about())
    world.connect()
    await settle()
    assert len(world.asked_about()) == asked


async def test_every_person_is_audited_every_ten_seconds(world: World) -> None:
    for user in range(20):
        world.connect(user)
    for _ in range(10):
        world.now += 1
        await world.personal.check_slice()
    assert all(len(users) == 2 for users in world.asked_about())
    assert set.union(*world.asked_about()) == set(range(20))


async def test_a_slow_audit_shifts_nobodys_turn(world: World) -> None:
    for user in range(10):
        world.connect(user)
    world.now += 1
    await world.personal.check_slice()
    world.now += 6  # so long it took
    await world.personal.check_slice()
    assert [len(users) for users in world.asked_about()] == [1, 6]
    world.now += 60
    await world.personal.check_slice()
    assert world.asked_about()[2] == set(range(10))


async def test_an_audit_that_failed_is_due_again(world: World) -> None:
    for user in range(10):
        world.connect(user)
    answer = world.audits.answers.pop("_read")
    world.now += 1
    with pytest.raises(KeyError):
        await world.personal.check_slice()
    world.audits.answers["_read"] = answer
    world.now += 1
    await world.personal.check_slice()
    assert [len(users) for users in world.asked_about()] == [1, 2]


async def test_an_audit_waits_for_no_other_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: Any) -> Any:
        await asyncio.Event().wait()

    monkeypatch.setattr(world.reads, "run", never)
    wire = world.connect()
    world.ended.add(1)
    world.personal.doubt([1])
    await settle()
    assert wire.closed == [SIGNED_OUT]


async def test_all_ones_connections_are_told_whom_one_blocks(world: World) -> None:
    world.reads.answers["blocked_by"] = {1: [5]}
    desk, sofa, other = world.connect(), world.connect(), world.connect(user_id=2)
    world.personal.show_blocks([1, 3])
    await settle()
    assert [wire.objects for wire in (desk, sofa, other)] == [[{"type": "blocks", "users": [5]}]] * 2 + [[]]
    assert world.reads.asked[-1] == ("blocked_by", [1])


async def test_a_block_while_the_welcome_is_read_is_told_after_it(world: World) -> None:
    world.reads.answers["blocked_by"] = {1: [5]}
    wire = world.connect(greeted=False)
    world.personal.show_blocks([1])
    await settle()
    assert wire.objects == []
    wire.connection.greeted = True
    world.personal.catch_up(wire.connection)
    await settle()
    assert wire.objects == [{"type": "blocks", "users": [5]}]


@pytest.mark.parametrize("place", [7, None])
async def test_a_mute_whose_announcement_was_lost_is_told_once(world: World, place: int | None) -> None:
    world.gives(3)
    wire = world.connect()
    elsewhere: Mute = (4, 8)
    here: Mute = (5, place)
    for mutes, told in (
        ([elsewhere], 0),
        ([elsewhere, here], 1),
        ([elsewhere, here], 1),
        ([elsewhere], 2),
        ([], 2),
    ):
        world.mutes = {1: set(mutes)}
        await world.personal.check([wire.connection])
        await settle()
        assert len([item for item in wire.objects if item["type"] == "room"]) == told


async def test_a_block_whose_announcement_was_lost_is_told_by_the_audit(world: World) -> None:
    world.reads.answers["blocked_by"] = lambda users: {user: world.blocks.get(user, []) for user in users}
    wire = world.connect()
    for blocks, told in (([5], [5]), ([5], None), ([], [])):
        world.blocks[1] = blocks
        await world.personal.check([wire.connection])
        await settle()
        seen = [item["users"] for frame in wire.frames for item in frame]
        wire.frames.clear()
        assert seen == ([] if told is None else [told])
