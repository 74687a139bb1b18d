"""One hub a process: takes announcements in tick order, heals gaps from the database, wakes readers.

The guarantee it keeps: a feed's ticks never skip. What continues `last` is appended; what comes early waits 50 ms
for what is missing and is then read from the database; what comes late is dropped. What never comes is found by
comparing clocks every few seconds. All methods run on the process's event loop.
"""

import asyncio
import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

from chat import announce, sync
from chat.errors import Refused

from .chunks import Chunks
from .counts import Counts
from .feed import MAX_EARLY, RING_BYTES, Feed, Piece
from .pools import Pool
from .reader import Reader
from .tasks import Tasks
from .turn import Turn

if TYPE_CHECKING:
    from .connection import Connection
    from .layer import LayerLink
    from .personal import Personal

logger = logging.getLogger(__name__)

REORDER_WAIT = 0.05  # seconds that an announcement waits for an earlier one
RETRY = 1.0  # seconds after a read that failed
PROCESS_RING_BYTES = 256 * 1024 * 1024


class Hub:
    def __init__(self, reads: Pool) -> None:
        self.reads = reads
        self.read = Chunks(reads).read
        self.tasks = Tasks()
        self.spawn = self.tasks.spawn
        self.link: LayerLink | None = None
        self.personal: Personal | None = None
        self.feeds: dict[int, Feed] = {}
        self.connections: set[Connection] = set()
        self.by_user: dict[int, set[Connection]] = {}
        self.stalled: set[Connection] = set()
        self.counts = Counts()
        self.turn = Turn()
        self.pump_soon = self.turn.pump_soon
        self._healing: dict[int, asyncio.Task[None]] = {}

    # Connections and readers

    def add(self, connection: "Connection") -> None:
        self.connections.add(connection)
        self.counts.opened += 1
        self.by_user.setdefault(connection.identity.user_id, set()).add(connection)
        if self.personal is not None:
            self.personal.admit(connection)

    def forget(self, connection: "Connection") -> None:
        for reader in list(connection.readers.values()):
            self.drop_reader(reader)
        self.connections.discard(connection)
        self.stalled.discard(connection)
        mine = self.by_user.get(connection.identity.user_id)
        if mine is not None:
            mine.discard(connection)
            if not mine:
                del self.by_user[connection.identity.user_id]

    def follow(
        self,
        connection: "Connection",
        cursors: Iterable[tuple[int, int, int | None]],
        *,
        reset: bool = False,
    ) -> None:
        """Let a connection read rooms, each (room, clock of its snapshot, the client's own cursor or None).

        With a cursor of its own the client is owed a delta. The snapshot may be older than what this process
        knows; whoever left since reads no further than that.
        """
        fresh: list[Feed] = []
        for room_id, clock, cursor in cursors:
            feed = self.feeds.get(room_id)
            if feed is None:
                feed = self.feeds[room_id] = Feed(room_id, clock)
                fresh.append(feed)
            elif clock > feed.last:
                self.heal(feed)
            reader = Reader(
                connection,
                feed,
                clock if cursor is None else cursor,
                owed=cursor is not None,
                reset=reset and cursor is not None,
            )
            if (left := feed.left.get(connection.identity.user_id, 0)) > clock:
                reader.end = left
            if (former := connection.readers.get(room_id)) is not None:
                self.drop_reader(former)
            connection.readers[room_id] = reader
            feed.readers.add(reader)
            connection.wake(reader)
        if fresh:
            limit = min(RING_BYTES, PROCESS_RING_BYTES // len(self.feeds))
            for feed in fresh:
                feed.ring_limit = limit
            self.spawn(self._open(fresh))

    async def _open(self, feeds: list[Feed]) -> None:
        """Join the groups of new feeds. What was announced between snapshot and join shows in the clocks."""
        if self.link is not None:
            await self.link.join(announce.room_group(feed.room_id) for feed in feeds)
        await self.compare_clocks(feeds)

    def restart(self, reader: Reader, since: int) -> None:
        """The client asks for everything after `since`."""
        reader.chunk = None
        reader.position = since
        reader.owed = True
        reader.connection.wake(reader)

    def end_reading(self, reader: Reader, tick: int) -> None:
        """Nothing after `tick` reaches this reader."""
        reader.end = tick if reader.end is None else min(reader.end, tick)
        reader.connection.wake(reader)

    def drop_reader(self, reader: Reader) -> None:
        reader.feed.readers.discard(reader)
        reader.connection.drop(reader)

    # Announcements

    def receive(self, announced: announce.Changes, since: float | None = None) -> None:
        """`since` is when it was committed here, or came in from another process, by the monotonic clock."""
        feed = self.feeds.get(announced.room)
        if feed is None or announced.last <= feed.last:
            return
        if announced.first > feed.last + 1:
            self._keep_early(feed, announced)
            return
        self._append(feed, Piece(announced.first, announced.last, announced.body), announced.members, since)
        while feed.early and (after := feed.early.pop(feed.last + 1, None)) is not None:
            self._append(feed, Piece(after.first, after.last, after.body), after.members)

    def _keep_early(self, feed: Feed, announced: announce.Changes) -> None:
        if len(feed.early) < MAX_EARLY:
            feed.early[announced.first] = announced
        if not feed.waiting:
            feed.waiting = True
            asyncio.get_running_loop().call_later(REORDER_WAIT, self._stop_waiting, feed)

    def _stop_waiting(self, feed: Feed) -> None:
        feed.waiting = False
        if feed.early:
            self.heal(feed)

    def _append(
        self, feed: Feed, piece: Piece, members: Iterable[tuple[int, int, bool]], since: float | None = None
    ) -> None:
        before = feed.last
        feed.append(piece)
        for tick, user_id, left in members:
            if tick > before:
                self._note_member(feed, tick, user_id, left)
        self.turn.touch(feed, since)

    def _note_member(self, feed: Feed, tick: int, user_id: int, left: bool) -> None:
        if not left:
            if feed.left.pop(user_id, None) is not None:
                self._ask_again(user_id, feed.room_id)
            return
        feed.left[user_id] = tick
        for connection in self.by_user.get(user_id, ()):
            if (reader := connection.readers.get(feed.room_id)) is not None:
                self.end_reading(reader, tick)

    # The database

    def heal(self, feed: Feed) -> "asyncio.Task[None]":
        """Read what a feed misses; one read at a time for all who ask."""
        task = self._healing.get(feed.room_id)
        if task is None:
            task = self._healing[feed.room_id] = self.spawn(self._heal(feed))
        return task

    async def _heal(self, feed: Feed) -> None:
        try:
            more = True
            while more and self.feeds.get(feed.room_id) is feed:
                chunk, _ = await self.read(feed.room_id, feed.last)
                more = chunk.more
                self.counts.healed += 1
                if chunk.reset:
                    # Who left in between is found by each reader's own read: none is in the ring any more.
                    feed.jump(chunk.clock)
                    self.turn.touch(feed)
                elif chunk.until > feed.last:
                    body = b",".join(chunk.changes)
                    piece = Piece(chunk.since + 1, chunk.until, body, is_delta=True)
                    self._append(feed, piece, chunk.members)
            self._use_early(feed)
        except Exception as error:
            # The next comparison of clocks tries again.
            logger.warning("Room %d could not be read: %r", feed.room_id, error)
        finally:
            del self._healing[feed.room_id]

    def _use_early(self, feed: Feed) -> None:
        early, feed.early = feed.early, {}
        for announced in sorted(early.values(), key=lambda item: item.first):
            self.receive(announced)

    async def compare_clocks(self, feeds: Iterable[Feed]) -> None:
        """One query: feeds behind their room's clock are healed."""
        wanted = {feed.room_id: feed for feed in feeds}
        clocks = await self.reads.run(sync.clocks, wanted)
        for room_id, clock in clocks.items():
            if clock > wanted[room_id].last:
                self.heal(wanted[room_id])

    def fetch(self, reader: Reader) -> None:
        """Read from the database what a reader lacks, and wake it."""
        reader.fetching = True
        self.spawn(self._fetch(reader))

    async def _fetch(self, reader: Reader) -> None:
        position, feed = reader.position, reader.feed
        try:
            found = await self.read(feed.room_id, position, reset=reader.reset)
            if found[0].clock > feed.last:
                # The feed goes first: it learns who left, so that nobody reads past their end.
                await self.heal(feed)
            if reader.position == position:
                reader.chunk = found
                self._end_if_left(reader, found[0])
        except Exception as error:
            if not isinstance(error, Refused):
                logger.warning("Room %d could not be read for a reader: %r", feed.room_id, error)
            await asyncio.sleep(RETRY)
        finally:
            reader.fetching = False
            reader.connection.wake(reader)

    def _end_if_left(self, reader: Reader, chunk: sync.Chunk) -> None:
        """A snapshot from before the leaving, attached to a feed from after it: only the database knows of it."""
        for tick, user_id, left in chunk.members:
            if left and user_id == reader.connection.identity.user_id:
                self.end_reading(reader, tick)
                self._ask_again(user_id, chunk.room)

    def _ask_again(self, user_id: int, room_id: int) -> None:
        """Whoever came back, and was told so before their leaving was known here, must not lose the room by it."""
        if self.personal is not None:
            self.personal.receive(announce.Personal([(user_id, room_id)]))

    # Upkeep

    async def audit(self) -> None:
        """Drop feeds that nobody reads, join what could not be joined, compare all clocks."""
        for room_id, feed in list(self.feeds.items()):
            if not feed.readers:
                del self.feeds[room_id]
                if self.link is not None:
                    self.spawn(self.link.leave(announce.room_group(room_id)))
        if self.link is not None:
            self.spawn(self.link.audit())
        if self.feeds:
            await self.compare_clocks(list(self.feeds.values()))
