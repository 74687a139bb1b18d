"""One connected client, whatever carries its frames: who it is, where its cursors stand, what is in flight.

Nothing is queued for a slow client but its replies and notices: its cursors wait, and it is served from the ring
or the database when it asks again. So a reader that never reads costs its window and no more.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from chat import protocol
from chat.access import Identity
from chat.ids import connection_id, request_id

from .feed import FRAME_BYTES
from .frame import Frame
from .reader import Reader

if TYPE_CHECKING:
    from .hub import Hub

MAX_NOTICES = 2000  # of personal and ephemeral objects that wait for a full window


class Connection:
    __slots__ = (
        "_due",
        "_got",
        "_notices",
        "_ready",
        "_send",
        "_sent",
        "_shut",
        "away",
        "binary",
        "blocks",
        "closed",
        "greeted",
        "hub",
        "id",
        "identity",
        "missed",
        "missed_blocks",
        "moved",
        "opened",
        "readers",
        "stalled_at",
        "waiting",
        "window",
    )

    def __init__(
        self,
        hub: "Hub",
        identity: Identity,
        *,
        send: Callable[[Frame], None],
        shut: Callable[[int], object],
        binary: bool = False,
        window: int = protocol.WINDOW,
    ) -> None:
        """`send` hands a frame to the transport, `shut` ends it with a close code: both at once, nothing waits."""
        self.hub = hub
        self.identity = identity
        self.id = connection_id.get() or request_id.get()
        self.binary = binary
        self.window = window
        self.greeted = False  # has been welcomed: from then on it is told what concerns its person
        self.missed: set[int] = set()  # rooms whose personal state changed while its welcome was read
        self.missed_blocks = False  # likewise, whom its person blocks
        self.blocks: Sequence[int] = ()  # whom it was told last that its person blocks
        self.away = False
        self.closed = False
        self.waiting = 0  # commands without a reply
        self.readers: dict[int, Reader] = {}
        self.moved: dict[int, int] = {}  # cursors since the last heartbeat
        self.stalled_at: float | None = None
        self.opened = time.monotonic()
        self._send = send
        self._shut = shut
        self._sent = 0
        self._got = 0
        self._notices: deque[tuple[bytes, bool]] = deque()  # (object, is it a reply)
        self._ready: dict[Reader, None] = {}
        self._due = False  # the hub will call `pump`

    def notify(self, event: protocol.Event) -> None:
        self.push(protocol.encode(event))

    def push(self, encoded: bytes, *, reply: bool = False) -> None:
        """Send an encoded object, after what is queued already."""
        if self.closed:
            return
        self._notices.append((encoded, reply))
        if len(self._notices) > MAX_NOTICES:
            self.close(protocol.Close.TOO_SLOW)
        else:
            self._run()

    def wake(self, reader: Reader) -> None:
        """There may be something for this reader."""
        if not self.closed and self.readers.get(reader.feed.room_id) is reader:
            self._ready[reader] = None
            self._run()

    def drop(self, reader: Reader) -> None:
        """This reader is over; what it had not taken is nobody's."""
        self._ready.pop(reader, None)
        if self.readers.get(reader.feed.room_id) is reader:
            del self.readers[reader.feed.room_id]

    def got(self, total: int) -> None:
        """The client has received so many payload bytes in all; a total beyond what was sent is none."""
        if self._got < total <= self._sent:
            self._got = total
            if self.stalled_at is not None:
                self._note_stall(None)
                self._run()

    def close(self, code: int) -> None:
        if not self.closed:
            self.hub.counts.closes[code] += 1
            self._shut(code)
            self.detach()

    def detach(self) -> None:
        """The transport is gone, or about to be."""
        if not self.closed:
            self.closed = True
            self.hub.forget(self)
            self._notices.clear()
            self._ready.clear()

    def _run(self) -> None:
        if not self._due:
            self._due = True
            self.hub.pump_soon(self)

    def pump(self) -> None:
        """Send until nothing is left or the window is full. What came up in one turn of the loop goes into one
        frame."""
        self._due = False
        before = self._sent
        while not self.closed and (frame := self._next_frame()) is not None:
            self._sent += frame.size(self.binary)
            self._send(frame)
        self.hub.counts.bytes += self._sent - before

    def _next_frame(self) -> Frame | None:
        in_flight = self._sent - self._got
        budget = self.window - in_flight if in_flight else max(self.window, FRAME_BYTES * 2)
        frame = self._gather(budget)
        if frame is None:
            waits = bool(self._notices or self._ready)
            if waits != (self.stalled_at is not None):
                self._note_stall(time.monotonic() if waits else None)
        return frame

    def _note_stall(self, since: float | None) -> None:
        """Only what the client reports ends a stall: a heartbeat that still fits beside the frames that wait must
        not, or a client that never reads would stay for ever."""
        self.stalled_at = since
        (self.hub.stalled.discard if since is None else self.hub.stalled.add)(self)

    def _gather(self, budget: int) -> Frame | None:
        """One frame of at most `budget` bytes; the first object goes alone into an empty window whatever its size.

        A single reader's frame is passed on as it is, shared with everyone at the same place.
        """
        parts: list[Frame | bytes] = []
        left = min(budget, FRAME_BYTES) - 2
        force = self._sent == self._got
        while self._notices:
            encoded, reply = self._notices[0]
            if len(encoded) + 1 > left and (parts or not force):
                return self._joined(parts)
            self._notices.popleft()
            self.waiting -= reply
            parts.append(encoded)
            left -= len(encoded) + 1
        for reader in list(self._ready):
            while (found := reader.peek()) is not None:
                frame, position = found
                fits = frame.size(self.binary) <= (left if parts else budget)
                if not fits and (parts or not force):
                    return self._joined(parts)
                reader.take(position)
                self.moved[reader.feed.room_id] = position
                parts.append(frame)
                left -= len(frame.inner) + 1
                if left <= 0:
                    return self._joined(parts)
            del self._ready[reader]
            self._settle(reader, parts)
        return self._joined(parts)

    def _settle(self, reader: Reader, parts: list[Frame | bytes]) -> None:
        """The reader has nothing more in memory: end it, or fetch what it lacks."""
        if reader.finished:
            room_id = reader.feed.room_id
            self.hub.drop_reader(reader)
            parts.append(protocol.encode(protocol.Gone(room=room_id)))
        elif reader.needs_database:
            self.hub.fetch(reader)

    @staticmethod
    def _joined(parts: list[Frame | bytes]) -> Frame | None:
        if not parts:
            return None
        if len(parts) == 1 and isinstance(parts[0], Frame):
            return parts[0]
        return Frame(b",".join([part.inner if isinstance(part, Frame) else part for part in parts]))


def notify_all(connections: Iterable[Connection], event: protocol.Event) -> None:
    encoded = protocol.encode(event)
    for connection in connections:
        connection.push(encoded)
