"""One person's cursor in one room's feed: in the ring while it keeps up, in the database while it does not."""

from typing import TYPE_CHECKING

import msgspec

from chat import protocol, sync

from .feed import Feed, cut_changes
from .frame import Frame

if TYPE_CHECKING:
    from .connection import Connection


class Reader:
    __slots__ = ("chunk", "connection", "end", "feed", "fetching", "owed", "position", "reset")

    def __init__(
        self, connection: "Connection", feed: Feed, position: int, *, owed: bool = False, reset: bool = False
    ) -> None:
        self.connection = connection
        self.feed = feed
        self.position = position
        # A delta was asked for (`hello`, `sync`): it is sent even if it is empty, and no events before it.
        self.owed = owed
        self.reset = reset
        self.end: int | None = None  # the last tick this person may see
        self.chunk: tuple[sync.Chunk, Frame] | None = None
        self.fetching = False

    @property
    def finished(self) -> bool:
        return self.end is not None and self.position >= self.end

    @property
    def needs_database(self) -> bool:
        if self.chunk is not None or self.fetching or self.finished:
            return False
        return self.owed or self.position < self.feed.floor

    def peek(self) -> tuple[Frame, int] | None:
        """The next frame and the cursor after it, or None. Nothing is taken until `take`."""
        if self.finished:
            return None
        if self.chunk is not None:
            chunk, frame = self.chunk
            if self.end is not None and chunk.until > self.end:
                self.chunk = chunk, frame = cut_chunk(chunk, self.end)
            return frame, chunk.until
        feed = self.feed
        if self.owed or self.position >= feed.last or self.position < feed.floor:
            return None
        frame, position = feed.frame(self.position)
        if self.end is not None and position > self.end:
            return feed.build(self.position, self.end)
        return frame, position

    def take(self, position: int) -> None:
        """The frame of `peek` was sent."""
        if self.chunk is not None:
            chunk, _ = self.chunk
            self.chunk = None
            self.owed = chunk.more
            self.reset = False
            self.connection.hub.counts.deliveries += len(chunk.changes)
        else:
            self.connection.hub.counts.deliveries += position - self.position
        self.position = position


def cut_chunk(chunk: sync.Chunk, end: int) -> tuple[sync.Chunk, Frame]:
    """A delta as far as someone may see whose reading ends at `end`."""
    kept = cut_changes(chunk.changes, chunk.since, end)
    delta = protocol.Delta(
        room=chunk.room,
        since=chunk.since,
        clock=end,
        more=False,
        reset=chunk.reset,
        changes=[msgspec.Raw(change) for change in kept],
    )
    cut = msgspec.structs.replace(
        chunk, object=protocol.encode(delta), until=end, clock=end, more=False, changes=tuple(kept)
    )
    return cut, Frame(cut.object)
