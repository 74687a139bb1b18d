"""A chat client over a real WebSocket, which checks the contract in every frame it reads."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import msgpack
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from tests.ledger import MAX_FRAME, Ledger, Object, Reading
from tests.people import Person
from tests.services.site import Server

JSON = "chat.v1.json"
MSGPACK = "chat.v1.msgpack"
# Longer than any promised delay: a wait that takes this long has failed.
PATIENCE = 20.0


class Refused(Exception):
    """The server answered a command with an error."""

    def __init__(self, answer: Object) -> None:
        super().__init__(f"{answer['code']}: {answer.get('message')}")
        self.code: str = answer["code"]
        self.answer = answer


class Ended(ConnectionError):
    """The connection was over before the reply came."""


class ChatClient:
    """One connection. Made by `connected`; every method raises what the contract check found broken meanwhile.

    Attributes:
        ledger: cursors and changes of every room, as this reader was told.
        received: every object in the order of arrival.
        close_code: set once the connection is over; 1006 when it ended without a close frame.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self.ledger = Ledger()
        self.received: list[Object] = []
        self.close_code: int | None = None
        self._socket = socket
        self._packed = socket.subprotocol == MSGPACK
        self._replies: dict[str, asyncio.Future[Object]] = {}
        self._unseen: list[Object] = []
        self._news = asyncio.Condition()
        self._bytes = self._reported = 0
        self._window = 512 * 1024
        self._reports = True
        self._reading = asyncio.create_task(self._read())

    @property
    def subprotocol(self) -> str | None:
        return self._socket.subprotocol

    def room(self, room: int) -> Reading:
        return self.ledger.rooms[room]

    def texts(self, room: int) -> list[str]:
        """The texts of the messages in the order of their ticks, tombstones left out."""
        messages = sorted(self.room(room).messages.values(), key=lambda message: message["tick"])
        return [message.get("text", "") for message in messages if not message.get("deleted")]

    async def hello(self, cursors: dict[int, int] | None = None, **fields: Any) -> Object:
        """Introduce the client and return `welcome`."""
        await self.send("hello", cursors={str(room): tick for room, tick in (cursors or {}).items()}, **fields)
        return await self.see("welcome")

    async def send(self, kind: str, *, ref: str | None = None, **fields: Any) -> Object:
        """Send a command and return its result.

        Raises:
            Refused: the server answered with an error.
        """
        reply = await (await self.begin(kind, ref=ref, **fields))
        if reply["type"] == "error":
            raise Refused(reply)
        result: Object = reply["result"]
        return result

    async def begin(self, kind: str, *, ref: str | None = None, **fields: Any) -> "asyncio.Future[Object]":
        """Send a command and return at once; the future gets the reply, `ok` or `error`."""
        ref = ref or uuid4().hex
        command = {"type": kind, "ref": ref, **fields}
        self.ledger.note_command(command)
        reply: asyncio.Future[Object] = asyncio.get_running_loop().create_future()
        self._replies[ref] = reply
        await self.send_raw(self._encode(command))
        return reply

    async def send_raw(self, frame: str | bytes) -> None:
        """Send a frame as it is, however wrong; an answer without `ref` arrives as an `error` to `see`."""
        await self._socket.send(frame)

    async def see(self, kind: str, **fields: Any) -> Object:
        """The next object of this type with these fields that no `see` has returned yet; waits for it."""

        def matches(item: Object) -> bool:
            return item["type"] == kind and all(item.get(name) == value for name, value in fields.items())

        await self.until(lambda: any(map(matches, self._unseen)), f"{kind} {fields}")
        found = next(filter(matches, self._unseen))
        self._unseen.remove(found)
        return found

    async def until(
        self, happened: Callable[[], bool], what: str = "the expected", patience: float = PATIENCE
    ) -> None:
        """Wait until `happened()`, looking again after every frame.

        Raises:
            AssertionError: the connection ended, or it took longer than `patience` seconds.
        """
        try:
            async with asyncio.timeout(patience), self._news:
                while not happened():
                    self._raise_broken()
                    assert self.close_code is None, f"closed with {self.close_code} before {what}"
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(
                f"waited {patience} s for {what}; received {self.received[-5:]!r:.2000}"
            ) from None
        self._raise_broken()

    async def caught_up(self, room: int, tick: int) -> Reading:
        """Wait until this reader has been told everything of the room up to `tick`."""
        await self.until(lambda: room in self.ledger.rooms and self.room(room).cursor >= tick, f"tick {tick}")
        return self.room(room)

    async def closed(self, patience: float = PATIENCE) -> int:
        """Wait for the end of the connection and return its close code."""
        async with asyncio.timeout(patience):
            await asyncio.wait([self._reading])
        self._raise_broken()
        assert self.close_code is not None
        return self.close_code

    def stop_reporting(self) -> None:
        """Read on, but send no more `got`, like a reader whose window fills."""
        self._reports = False

    def stop_reading(self) -> None:
        """Leave everything in the socket, like a machine that hangs. There is no way back."""
        self._socket.transport.pause_reading()
        self._reading.cancel()

    async def cut(self) -> None:
        """Lose the connection without a close frame, as when the network goes."""
        self._socket.transport.abort()
        await asyncio.wait([self._reading])

    async def leave(self) -> None:
        """Close in order, and fail if the contract was broken at any time."""
        await self._socket.close()
        await asyncio.wait([self._reading])
        self._raise_broken()

    async def _read(self) -> None:
        try:
            async for frame in self._socket:
                await self._take(frame)
        except ConnectionClosed:
            pass
        finally:
            self.close_code = self._socket.close_code
            for reply in [reply for reply in self._replies.values() if not reply.done()]:
                reply.set_exception(Ended(f"closed with {self.close_code} before the reply"))
                reply.exception()  # taken note of: asyncio complains of errors that nobody awaited
            async with self._news:
                self._news.notify_all()

    async def _take(self, frame: str | bytes) -> None:
        assert isinstance(frame, bytes) == self._packed, f"wrong kind of frame for {self.subprotocol}"
        size = len(frame if isinstance(frame, bytes) else frame.encode())
        items = self._decode(frame)
        self.ledger.read_frame(items, size)
        self._bytes += size
        for item in items:
            self._file(item)
        async with self._news:
            self._news.notify_all()
        # At a quarter the contract demands a report; an eighth keeps the stream from ever waiting.
        if self._reports and self.ledger.welcomed and self._bytes - self._reported > self._window // 8:
            self._reported = self._bytes
            await self.send_raw(self._encode({"type": "got", "bytes": self._bytes}))

    def _file(self, item: Object) -> None:
        self.received.append(item)
        if item["type"] in ("ok", "error") and (reply := self._replies.pop(item.get("ref") or "", None)):
            if not reply.done():
                reply.set_result(item)
            return
        if item["type"] == "welcome":
            self._window = item["window"]
        self._unseen.append(item)

    def _encode(self, command: Object) -> str | bytes:
        if self._packed:
            packed: bytes = msgpack.packb(command)
            return packed
        return json.dumps(command, ensure_ascii=False)

    def _decode(self, frame: str | bytes) -> Any:
        return msgpack.unpackb(frame, strict_map_key=False) if isinstance(frame, bytes) else json.loads(frame)

    def _raise_broken(self) -> None:
        if self._reading.done() and not self._reading.cancelled() and (broken := self._reading.exception()):
            raise broken


@asynccontextmanager
async def online(server: Server, person: Person, *, subprotocol: str = JSON) -> AsyncIterator[ChatClient]:
    """A connected client that has said `hello` with no cursors."""
    async with connected(server, person, subprotocol=subprotocol) as client:
        await client.hello()
        yield client


@asynccontextmanager
async def connected(
    server: Server, person: Person, *, subprotocol: str | None = JSON, origin: str | None = None
) -> AsyncIterator[ChatClient]:
    """A client of this person at this process, before `hello`; leaving the block checks the whole connection.

    `origin` is the site's own unless given.
    """
    async with open_client(
        server.websocket_url, origin or server.site.url, person.cookies, subprotocol=subprotocol
    ) as client:
        yield client


@asynccontextmanager
async def open_client(
    url: str, origin: str | None, cookies: dict[str, str], *, subprotocol: str | None = JSON
) -> AsyncIterator[ChatClient]:
    """A client with exactly this origin and these cookies, for the doors that must stay shut.

    Raises:
        websockets.InvalidStatus: refused before the upgrade; `error.response.status_code`.
    """
    client = ChatClient(await open_socket(url, origin, cookies, subprotocol=subprotocol))
    try:
        yield client
        await client.leave()
    finally:
        # After a failed test, too, nothing may go on reading.
        await client.cut()


async def open_socket(
    url: str, origin: str | None, cookies: dict[str, str], *, subprotocol: str | None = JSON
) -> ClientConnection:
    """The bare WebSocket of `open_client`, which the caller must close."""
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return await connect(
        url,
        origin=Origin(origin) if origin else None,
        subprotocols=[Subprotocol(subprotocol)] if subprotocol else None,
        additional_headers={"Cookie": cookie} if cookie else None,
        max_size=MAX_FRAME,
        compression=None,
        ping_interval=None,
        proxy=None,
    )
