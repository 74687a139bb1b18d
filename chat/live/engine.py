"""All parts of the engine of one process, started and stopped together by whichever server runs it."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable

from django.conf import settings

from chat import announce, protocol
from chat.actions.moderation import rulebook
from chat.metrics import LOOP_LAG
from chat.models import Site

from .cases import Badges
from .connection import Connection
from .greeting import Greetings
from .hub import Hub
from .layer import LayerLink
from .personal import Personal
from .pools import Pool
from .presence import Presence
from .writer import Writer

logger = logging.getLogger(__name__)

CLOCKS_EVERY = 5  # seconds between two comparisons of all clocks
STALL_LIMIT = 30  # seconds that a window may be full
CLOSE_WAIT = 1.0  # seconds for close frames to leave

_current: "Engine | None" = None


def current() -> "Engine | None":
    """The engine of this process, if it is a server."""
    return _current


class Engine:
    def __init__(self) -> None:
        self.reads = Pool("chat-reads", 4)
        self.changes = Pool("chat-changes", 2)
        self.audits = Pool("chat-audits", 1)
        self.hub = Hub(self.reads)
        # One process without Redis has nobody else to tell.
        self.link = LayerLink(self._hear) if settings.REDIS_URL else None
        self.hub.link = self.link
        self.presence = Presence(self.hub, self.publish)
        self.personal = Personal(self.hub, self.presence, self.audits)
        self.hub.personal = self.personal
        self.badges = Badges(self.hub, self.reads)
        self.greetings = Greetings(self.reads)
        self.writer = Writer()
        self.closing = False
        self.database_answered = time.monotonic()
        self._beats: deque[tuple[float, Connection]] = deque()
        self._upkeep: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Run on the calling event loop from now on."""
        global _current
        _current = self
        self._loop = asyncio.get_running_loop()
        announce.attach(self.pass_on)
        if self.link is not None:
            self.link.start()
        self._upkeep = [
            asyncio.create_task(_every(1, self._each_second)),
            asyncio.create_task(_every(1, self.personal.check_slice)),
            asyncio.create_task(_every(CLOCKS_EVERY, self.hub.audit)),
            # The first at once: from then on SQLite's file is open, which keeps a restore away.
            asyncio.create_task(_every(CLOCKS_EVERY, self._ask_database, at_once=True)),
            asyncio.create_task(_watch_loop()),
        ]

    async def stop(self, answered: Callable[[], Awaitable[None]]) -> None:
        """Take nothing more, store what was taken, tell every client that the server restarts, and end.

        `answered` returns when no HTTP request is under way any more, or was waited for long enough; what they
        change is announced until then.
        """
        global _current
        self.closing = True
        await self.writer.drain()
        # The last acknowledgements were handed over by callbacks of the writer's futures.
        await asyncio.sleep(0)
        self.hub.turn.flush()
        told = list(self.hub.connections)
        for connection in told:
            connection.close(protocol.Close.RESTART)
        self.presence.leave()
        await asyncio.gather(answered(), asyncio.sleep(CLOSE_WAIT if told else 0))
        announce.attach(None)
        for task in self._upkeep:
            task.cancel()
        if self.link is not None:
            await self.link.stop()
        self.reads.close()
        self.changes.close()
        self.audits.close()
        _current = None

    def pass_on(self, announcement: announce.Announcement) -> None:
        """What this process committed: to its own hub directly, and to the others. From any thread."""
        self._loop.call_soon_threadsafe(self._tell, announcement, time.monotonic())

    def _tell(self, announcement: announce.Announcement, since: float) -> None:
        self._take(announcement, since)
        self.publish(announcement)

    def publish(self, announcement: announce.Announcement) -> None:
        if self.link is not None:
            self.link.publish(announcement)

    def _hear(self, announcement: announce.Announcement) -> None:
        """What another process committed."""
        self._take(announcement, time.monotonic())

    def _take(self, announcement: announce.Announcement, since: float) -> None:
        match announcement:
            case announce.Changes():
                self.hub.receive(announcement, since)
            case announce.Personal():
                self.personal.receive(announcement)
                if announcement.cases:
                    self.badges.touch()
            case announce.Blocks(users=users):
                self.personal.show_blocks(users)
            case announce.Typing():
                self._show_typing(announcement)
            case announce.Present():
                self.presence.receive(announcement)
            case announce.Sessions(users=users):
                self.personal.doubt(users)
            case announce.Person():
                self.personal.show_person(announcement)
            case announce.Rules():
                rulebook.forget()

    def _show_typing(self, announced: announce.Typing) -> None:
        feed = self.hub.feeds.get(announced.room)
        if feed is not None:
            encoded = protocol.encode(protocol.TypingSeen(room=announced.room, user=announced.user))
            # A copy: who has too many notices waiting is closed, and leaves the feed.
            for reader in list(feed.readers):
                # A notice costs a frame: not for those who lag behind anyway.
                if reader.connection.identity.user_id != announced.user and reader.connection.stalled_at is None:
                    reader.connection.push(encoded)

    def typing(self, user_id: int, room_id: int) -> None:
        self._tell(announce.Typing(room_id, user_id), time.monotonic())

    def begin_heartbeat(self, connection: Connection) -> None:
        self._beats.append((time.monotonic() + protocol.HEARTBEAT, connection))

    async def _each_second(self) -> None:
        now = time.monotonic()
        while self._beats and self._beats[0][0] <= now:
            _, connection = self._beats.popleft()
            if not connection.closed:
                moved, connection.moved = connection.moved, {}
                connection.notify(protocol.Heartbeat(clocks=moved))
                self._beats.append((now + protocol.HEARTBEAT, connection))
        for connection in list(self.hub.stalled):
            if connection.stalled_at is not None and now - connection.stalled_at > STALL_LIMIT:
                connection.close(protocol.Close.TOO_SLOW)
        self.presence.tick()
        self.badges.tick()

    async def _ask_database(self) -> None:
        # A table, because SQLite answers what needs none without a look at its file.
        await self.audits.run(Site.objects.exists)
        self.database_answered = time.monotonic()


async def _every(seconds: float, work: Callable[[], Awaitable[None]], *, at_once: bool = False) -> None:
    """Run `work` again and again; what it raises is logged, and it is tried again next time."""
    failing = False
    pause = 0.0 if at_once else seconds
    while True:
        await asyncio.sleep(pause)
        pause = seconds
        try:
            await work()
            failing = False
        except Exception as error:
            if not failing:
                logger.warning("Upkeep failed and will be tried again: %r", error)
            failing = True


async def _watch_loop() -> None:
    while True:
        due = time.monotonic() + 1
        await asyncio.sleep(1)
        LOOP_LAG.observe(max(0.0, time.monotonic() - due))
