"""A person of a conversation: says things, and comes back until all of it is answered and read."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Protocol

from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.client import Ended, Refused, open_socket
from tests.faults.arrangements import Guest
from tests.faults.record import Attempt, Command, Connection, Story
from tests.faults.wishes import Wishes
from tests.faults.witness import Witness
from tests.ledger import ContractBroken, Object

TOGETHER = 12  # commands of a person without an answer
GREETING = 10.0  # seconds for `welcome`, then a server that hangs is given up
LOST = (OSError, EOFError, TimeoutError, ConnectionClosed, InvalidHandshake, Ended, Refused, ContractBroken)


class Door(Protocol):
    """A process of the site, or what stands before it."""

    @property
    def websocket_url(self) -> str: ...


class Talker:
    """One person, with one connection at a time.

    Attributes:
        cursors: how far each room was read.
        outbox: what was said and not answered, in order.
        speaking: while true, new things are said.
        over: set, the person leaves.
        answered_since: when that was first sent which was answered last, on the monotonic clock.
    """

    def __init__(
        self,
        guest: Guest,
        origin: str,
        doors: Sequence[Door],
        story: Story,
        pace: float,
        dice: random.Random,
    ) -> None:
        self.guest = guest
        self.cursors = {room: story.clocks[room] for room in guest.rooms}
        self.outbox: list[Command] = []
        self.speaking = True
        self.over = asyncio.Event()
        self.acknowledged = 0
        self.answered_since = 0.0
        self._origin = origin
        self._doors = doors
        self._commands = story.commands.setdefault(guest.id, [])
        self._connections = story.connections.setdefault(guest.id, [])
        self._pace = pace
        self._dice = dice
        self._story = story
        self._wishes = Wishes(guest, dice)
        self._refused: list[Command] = []

    def __str__(self) -> str:
        unanswered = [f"{command.kind} {command.ref}" for command in self.outbox[:3]]
        lost = self._connections[-1].lost if self._connections else "never came"
        return f"{self.guest.username} (unanswered: {len(self.outbox)} {unanswered}; {lost})"

    @property
    def rooms(self) -> list[int]:
        """Those the person is still in."""
        return list(self.cursors)

    async def live(self) -> None:
        """Be online until `over`. What the server does wrong is in the log, for the checker."""
        while not self.over.is_set():
            door = self._dice.choice(self._doors)
            log = Connection(self.guest.id, door.websocket_url)
            self._connections.append(log)
            try:
                await self._be_online(log)
            except LOST as error:
                log.lost = repr(error)
            if not self.over.is_set():
                # Everybody at once would be a storm, which is another test.
                await asyncio.sleep(self._dice.uniform(0.05, 0.3))

    async def _be_online(self, log: Connection) -> None:
        async with self._connected(log) as client:
            async with asyncio.timeout(GREETING):
                welcome = await client.hello(self.cursors)
            given = {room["id"] for room in welcome["rooms"]}
            for room in self.cursors.keys() - given:
                self._lose(room)
            await self._resend(client)
            while not self.over.is_set() and self._is_alive(client):
                self._follow(client)
                await self._say_more(client)
                with suppress(TimeoutError):
                    await client.closed(self._dice.uniform(0.5, 1.5) / self._pace)

    @asynccontextmanager
    async def _connected(self, log: Connection) -> AsyncIterator[Witness]:
        socket = await open_socket(log.door, self._origin, self.guest.cookies)
        client = Witness(socket, log, self._story)
        try:
            yield client
            await client.leave()
        finally:
            await client.cut()
            log.close_code = client.close_code
            self._follow(client)

    def _is_alive(self, client: Witness) -> bool:
        silence = time.monotonic() - client.heard_at
        return client.close_code is None and silence < 2 * client.heartbeat

    def _follow(self, client: Witness) -> None:
        if not client.ledger.welcomed:
            return
        for room in list(self.cursors):
            reading = client.ledger.rooms.get(room)
            if reading is None:
                self._lose(room)
            else:
                self.cursors[room] = reading.cursor
        for room in self.cursors:
            self._wishes.hear(room, client.ledger.recent.get(room, ()))

    def _lose(self, room: int) -> None:
        del self.cursors[room]
        self._wishes.forget(room)

    async def _resend(self, client: Witness) -> None:
        self._refused.clear()
        for command in list(self.outbox):
            await self._send(client, command)

    async def _say_more(self, client: Witness) -> None:
        again, self._refused = self._refused, []
        for command in again:
            await self._send(client, command)
        if self.speaking and self.cursors and len(self.outbox) < TOGETHER:
            command = self._wishes.next(self.rooms)
            if command in self.outbox:
                return
            if not command.attempts:
                self._commands.append(command)
            self.outbox.append(command)
            await self._send(client, command)

    async def _send(self, client: Witness, command: Command) -> None:
        attempt = Attempt(time.monotonic())
        command.attempts.append(attempt)
        reply = await client.begin(command.kind, ref=command.ref, **command.wire)
        reply.add_done_callback(partial(self._answered, command, attempt))

    def _answered(self, command: Command, attempt: Attempt, reply: "asyncio.Future[Object]") -> None:
        if reply.cancelled() or reply.exception():
            return
        answer = reply.result()
        attempt.answered = time.monotonic()
        if answer["type"] == "error":
            attempt.refusal = answer["code"]
        else:
            attempt.result = answer["result"]
            self.answered_since = max(self.answered_since, command.attempts[0].sent)
        if command not in self.outbox:
            return
        if attempt.refusal == "unavailable":
            self._refused.append(command)
            return
        self.outbox.remove(command)
        if attempt is command.answer:
            self._wishes.done(command)
            self.acknowledged += command.kind == "post"
