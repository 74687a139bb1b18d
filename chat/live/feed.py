"""A room as one process follows it: the last tick it knows and a ring of the last encoded changes."""

from collections import deque
from typing import TYPE_CHECKING

import msgspec

from chat import announce, protocol

from .frame import Frame

if TYPE_CHECKING:
    from .reader import Reader

RING_BYTES = 1024 * 1024
FRAME_BYTES = 192 * 1024
MAX_EARLY = 1000  # announcements from the future that wait for what is missing


class Piece:
    """Ticks `first` to `last`: each once (`events`), or as the state in which they left things (`delta`)."""

    __slots__ = ("body", "first", "is_delta", "last")

    def __init__(self, first: int, last: int, body: bytes, *, is_delta: bool = False) -> None:
        self.first = first
        self.last = last
        self.body = body  # encoded changes, comma-joined
        self.is_delta = is_delta

    def cut(self, after: int, until: int) -> "Piece":
        """What of it lies in (after, until]. Rare: a cursor inside a piece, or someone's last tick."""
        kept = cut_changes(msgspec.json.decode(b"[%b]" % self.body, type=list[msgspec.Raw]), after, until)
        first, last = max(self.first, after + 1), min(self.last, until)
        return Piece(first, last, b",".join(kept), is_delta=self.is_delta)


class _Ticked(msgspec.Struct):
    tick: int


_tick_of = msgspec.json.Decoder(_Ticked).decode


def cut_changes(changes: "list[msgspec.Raw] | tuple[bytes, ...]", after: int, until: int) -> list[bytes]:
    return [bytes(change) for change in changes if after < _tick_of(change).tick <= until]


class Feed:
    """The hub appends; readers take frames from where their cursors stand."""

    __slots__ = (
        "_bytes",
        "_frames",
        "_ring",
        "early",
        "last",
        "left",
        "readers",
        "ring_limit",
        "room_id",
        "waiting",
    )

    def __init__(self, room_id: int, last: int) -> None:
        self.room_id = room_id
        self.last = last
        self.readers: set[Reader] = set()
        # When someone's reading ended, for a snapshot that was taken before and attaches after.
        self.left: dict[int, int] = {}
        self.early: dict[int, announce.Changes] = {}
        self.waiting = False  # a timer runs for what `early` misses
        self.ring_limit = RING_BYTES
        self._ring: deque[Piece] = deque()
        self._bytes = 0
        self._frames: dict[int, tuple[Frame, int]] = {}

    @property
    def floor(self) -> int:
        """The earliest cursor that the ring can serve."""
        return self._ring[0].first - 1 if self._ring else self.last

    def append(self, piece: Piece) -> None:
        """Add what follows `last`; a piece that overlaps it is cut."""
        if piece.first <= self.last:
            piece = piece.cut(self.last, piece.last)
        self.last = piece.last
        self._ring.append(piece)
        self._bytes += len(piece.body)
        while self._bytes > self.ring_limit and len(self._ring) > 1:
            self._bytes -= len(self._ring.popleft().body)
        self._frames.clear()

    def jump(self, clock: int) -> None:
        """Forget the ring and go on at `clock`: the gap was too large to follow."""
        self._ring.clear()
        self._bytes = 0
        self._frames.clear()
        self.last = clock

    def frame(self, position: int) -> tuple[Frame, int]:
        """The frame for a cursor in [floor, last), and the cursor after it. Shared by all readers there."""
        found = self._frames.get(position)
        if found is None:
            found = self._frames[position] = self.build(position, self.last)
        return found

    def build(self, position: int, until: int) -> tuple[Frame, int]:
        """As `frame`, not beyond `until` and not shared."""
        objects: list[bytes] = []
        run: list[Piece] = []  # events that will be one object
        size = run_size = 0
        for whole in self._from(position):
            inside = whole.first > position and whole.last <= until
            piece = whole if inside else whole.cut(position, until)
            length = len(piece.body)
            if size and size + length > FRAME_BYTES:
                break
            if run and (piece.is_delta or run_size + length > protocol.MAX_OBJECT - 128):
                objects.append(self._events(run))
                run, run_size = [], 0
            if piece.is_delta:
                objects.append(self._delta(piece))
            else:
                run.append(piece)
                run_size += length + 1
            size += length
            position = piece.last
            if position >= until:
                break
        if run:
            objects.append(self._events(run))
        return Frame(b",".join(objects)), position

    def _from(self, position: int) -> list[Piece]:
        """The pieces that hold ticks after a cursor; searched from the end, where cursors usually are."""
        found: deque[Piece] = deque()
        for piece in reversed(self._ring):
            if piece.last <= position:
                break
            found.appendleft(piece)
        return list(found)

    def _events(self, run: list[Piece]) -> bytes:
        body = b",".join([piece.body for piece in run])
        head = b'{"type":"events","room":%d,"first":%d,"last":%d,"changes":['
        return head % (self.room_id, run[0].first, run[-1].last) + body + b"]}"

    def _delta(self, piece: Piece) -> bytes:
        head = b'{"type":"delta","room":%d,"since":%d,"clock":%d,"more":false,"reset":false,"changes":['
        return head % (self.room_id, piece.first - 1, piece.last) + piece.body + b"]}"
