"""A person whose client comes back: to any process, with its cursor, and with what was not answered."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from uuid import uuid4

from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.client import ChatClient, Ended, connected
from tests.ledger import Object
from tests.people import Person, add_person, add_room
from tests.processes.pairs import eventually
from tests.services.site import Server, Site

POSTS = 250  # of each in a crowd
TOGETHER = 8  # posts of a client without an answer
LOST = (OSError, EOFError, TimeoutError, ConnectionClosed, InvalidHandshake, Ended)


@dataclass(eq=False)
class Persistent:
    """Posts everything in `outbox` and reads the room until told the last tick.

    Attributes:
        acknowledged: the answer to each ref. A ref leaves the outbox with it, never before.
        messages: what the person was told of the room over all connections, by id.
        endings: the close code of each connection that was lost.
    """

    person: Person
    servers: list[Server]
    room: int
    outbox: dict[str, str]
    acknowledged: dict[str, Object] = field(default_factory=dict)
    messages: dict[int, Object] = field(default_factory=dict)
    endings: list[int] = field(default_factory=list)
    refusals: set[str] = field(default_factory=set)
    cursor: int | None = None
    at: int = 0
    together: int = TOGETHER

    async def live(self, last_tick: "asyncio.Future[int]") -> None:
        """Be online until everything is said, and everything up to `last_tick`, once that is known, is read."""
        while not await self._connection(last_tick):
            self.at += 1
            await asyncio.sleep(0.05)

    async def _connection(self, last_tick: "asyncio.Future[int]") -> bool:
        try:
            async with connected(self.servers[self.at % len(self.servers)], self.person) as client:
                try:
                    await client.hello({} if self.cursor is None else {self.room: self.cursor})
                    self._note(client)
                    await self._talk(client)
                    await self._read(client, last_tick)
                    return True
                finally:
                    self._note(client)
        except LOST:
            return False

    async def _talk(self, client: ChatClient) -> None:
        while self.outbox:
            some = list(self.outbox.items())[: self.together]
            replies = [await client.begin("post", ref=ref, room=self.room, text=text) for ref, text in some]
            for (ref, _), reply in zip(some, replies, strict=True):
                reply.add_done_callback(partial(self._answered, ref))
            answers = await asyncio.gather(*replies)
            if any(answer["type"] == "error" for answer in answers):
                await asyncio.sleep(0.2)

    def _answered(self, ref: str, reply: "asyncio.Future[Object]") -> None:
        if reply.cancelled() or reply.exception():
            return
        answer = reply.result()
        if answer["type"] == "ok":
            self.acknowledged[ref] = answer["result"]
            del self.outbox[ref]
        else:
            self.refusals.add(answer["code"])

    async def _read(self, client: ChatClient, last_tick: "asyncio.Future[int]") -> None:
        over = asyncio.create_task(client.closed(patience=300))
        try:
            await asyncio.wait([over, last_tick], return_when=asyncio.FIRST_COMPLETED)
            if over.done():
                raise Ended("while reading")
            await client.caught_up(self.room, last_tick.result())
        finally:
            over.cancel()

    def _note(self, client: ChatClient) -> None:
        if client.close_code is not None:
            self.endings.append(client.close_code)
        reading = client.ledger.rooms.get(self.room)
        if reading is not None:
            assert not reading.resets
            self.messages |= reading.messages
            self.cursor = reading.cursor


@asynccontextmanager
async def crowd(site: Site, servers: list[Server], together: int = TOGETHER) -> AsyncIterator[list[Persistent]]:
    """Four people, two at each process, who talk while the block runs; after it, all is said and read."""
    run = uuid4().hex[:8]
    members = [add_person(site, f"talker{number}-{run}") for number in range(4)]
    room = add_room(site, members=dict.fromkeys(members, "member"))
    people = [
        Persistent(
            person,
            servers,
            room,
            {f"{person.id}-{n}": str(n) for n in range(POSTS)},
            at=number % 2,
            together=together,
        )
        for number, person in enumerate(members)
    ]
    last_tick: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    async with asyncio.TaskGroup() as lives:
        for each in people:
            # From before the first word, so that each is told of all.
            each.cursor = len(members)
            lives.create_task(each.live(last_tick))
        yield people
        last_tick.set_result(await all_said(*people))


async def all_said(*people: Persistent) -> int:
    """Wait until every outbox is empty; returns the last tick that was acknowledged."""
    await eventually(lambda: not any(each.outbox for each in people), "an answer to everything", 120)
    ticks: list[int] = [answer["tick"] for each in people for answer in each.acknowledged.values()]
    return max(ticks)


def assert_one_story(rows: list[tuple[int, int, int, str, str]], *people: Persistent) -> None:
    """Nothing lost, doubled or reordered: the database, the acknowledgements and every reader agree.

    `rows` is `stored` of the room: everything in it was said by these people.
    """
    by_ref = {(author, ref): (id_, tick) for id_, tick, author, ref, _ in rows}
    assert len(by_ref) == len(rows), "a ref was stored twice"
    ticks = [tick for _, tick, _, _, _ in rows]
    assert ticks == list(range(ticks[0], ticks[0] + len(ticks))), "the ticks have a gap"
    acknowledged = {
        (each.person.id, ref): (answer["id"], answer["tick"])
        for each in people
        for ref, answer in each.acknowledged.items()
    }
    assert acknowledged == by_ref
    for each in people:
        mine = [int(text) for _, _, author, _, text in rows if author == each.person.id]
        assert mine == sorted(mine), "one person's posts changed places"
        told = {id_: (message["tick"], message["text"]) for id_, message in each.messages.items()}
        assert told == {id_: (tick, text) for id_, tick, _, _, text in rows}


def stored(room: int) -> list[tuple[int, int, int, str, str]]:
    """(id, tick, author, ref, text) of every message of a room, by tick. For `Site.call`."""
    from chat.models import Message

    rows = Message.objects.filter(room=room).order_by("tick")
    return list(rows.values_list("pk", "tick", "author_id", "ref", "text"))
