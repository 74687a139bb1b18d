"""Server-sent events: the frames of a connection as a stream of text (WHATWG HTML, section 9.2)."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping

from django.http import HttpRequest, StreamingHttpResponse

from chat import protocol
from chat.access import Identity
from chat.api.bodies import StreamQuery
from chat.api.parsing import read_cursors, read_query
from chat.live.connection import Connection
from chat.live.engine import Engine
from chat.live.feed import FRAME_BYTES
from chat.live.frame import Frame

from .door import held_open
from .polling import look


@held_open
async def stream(request: HttpRequest, engine: Engine, identity: Identity) -> StreamingHttpResponse:
    """Each `data` is a server frame, each `id` the cursors after it; `Last-Event-ID` goes before `cursors`."""
    query = read_query(request, StreamQuery)
    cursors = read_cursors(request.headers.get("Last-Event-ID") or query.cursors)
    epoch, clocks = await engine.reads.run(look, identity.user_id, cursors)
    events = _events(engine, identity, cursors, clocks, reset=query.epoch not in (None, epoch))
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingHttpResponse(events, content_type="text/event-stream", headers=headers)


async def _events(
    engine: Engine, identity: Identity, cursors: Mapping[int, int], clocks: Mapping[int, int], *, reset: bool
) -> AsyncIterator[bytes]:
    if engine.closing:
        # Admitted a moment ago; nobody would tell it any more.
        return
    # Connected here and not before: a stream that nobody begins to read must leave nothing behind.
    tape = _Tape(engine, identity)
    connection = tape.connection
    engine.hub.add(connection)
    try:
        for room in cursors:
            if room not in clocks:
                connection.notify(protocol.Gone(room=room))
        engine.hub.follow(
            connection, [(room, clock, cursors[room]) for room, clock in clocks.items()], reset=reset
        )
        engine.presence.greet(connection, list(clocks))
        # The answer begins at once, whatever stands between.
        yield b":\n\n"
        while (event := await tape.next()) is not None:
            yield event
    finally:
        connection.detach()
        engine.presence.touch(identity.user_id)


class _Tape:
    """Between a connection, which hands over frames, and the response, which asks for them."""

    def __init__(self, engine: Engine, identity: Identity) -> None:
        self.connection = Connection(
            engine.hub,
            identity,
            send=self._record,
            shut=self._cut,
            # Nobody reports what arrived. The stream ends before this window can be full.
            window=protocol.WINDOW + 2 * FRAME_BYTES,
        )
        self._events: deque[bytes] = deque()
        self._news = asyncio.Event()
        self._bytes = 0
        self._over = False

    async def next(self) -> bytes | None:
        """The next event, a comment after a while without any, None at the end."""
        while not self._events:
            if self._over:
                return None
            self._news.clear()
            try:
                async with asyncio.timeout(protocol.HEARTBEAT):
                    await self._news.wait()
            except TimeoutError:
                return b":\n\n"
        return self._events.popleft()

    def _record(self, frame: Frame) -> None:
        cursors = {room: reader.position for room, reader in self.connection.readers.items()}
        self._events.append(b"id: %b\ndata: [%b]\n\n" % (protocol.encode(cursors), frame.inner))
        self._news.set()
        self._bytes += frame.size(binary=False)
        if self._bytes >= protocol.WINDOW:
            self._over = True
            self.connection.detach()

    def _cut(self, code: int) -> None:
        """The session has ended, or the server restarts: nothing more, not even what waits."""
        self._events.clear()
        self._over = True
        self._news.set()
