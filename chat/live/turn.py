"""What leaves at the end of a turn of the event loop: several appends make one frame, and one callback serves all
sockets. A task for each cost as much as the sending itself."""

import asyncio
import contextvars
import logging
import time
from typing import TYPE_CHECKING

from chat import protocol
from chat.metrics import HUB_LAG

if TYPE_CHECKING:
    from .connection import Connection
    from .feed import Feed

logger = logging.getLogger(__name__)


class Turn:
    def __init__(self) -> None:
        self._dirty: set[Feed] = set()
        self._due: list[Connection] = []
        self._flushing = False  # `flush` is called before this turn ends
        self._since: float | None = None  # when the oldest of what leaves was committed, or came in
        # Of nobody: else what is done for all would carry the id of whoever caused it.
        self._context = contextvars.Context()

    def touch(self, feed: "Feed", since: float | None = None) -> None:
        """Wake the feed's readers. `since` is when what is new was committed, or heard of."""
        self._dirty.add(feed)
        if self._since is None:
            self._since = since
        self._flush_soon()

    def pump_soon(self, connection: "Connection") -> None:
        self._due.append(connection)
        self._flush_soon()

    def _flush_soon(self) -> None:
        if not self._flushing:
            self._flushing = True
            asyncio.get_running_loop().call_soon(self.flush, context=self._context)

    def flush(self) -> None:
        """Send everything that can be sent."""
        dirty, self._dirty = self._dirty, set()
        for feed in dirty:
            for reader in feed.readers:
                reader.connection.wake(reader)
        due, self._due = self._due, []
        self._flushing = False
        for connection in due:
            try:
                connection.pump()
            except Exception:
                logger.exception("A connection failed.", extra={"connection_id": connection.id})
                connection.close(protocol.Close.RESTART)
        if self._since is not None:
            HUB_LAG.observe(time.monotonic() - self._since)
            self._since = None
