"""Group commit: what arrives while a commit is running is stored by the next one, all together.

There is no timer: at rest a post starts at once, and under load the cost of a message falls. One thread with its
own database connection does the work. It keeps the connection: to give it back and take it from the pool, where it
is asked whether it lives, costs a round trip under load.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from chat.actions.posting import Draft, Outcome, post_many
from chat.actions.reading import Marker, mark_read_many
from chat.errors import UNAVAILABLE, Refused
from chat.metrics import BATCH, COMMIT, POSTS

from .pacing import hold_back

logger = logging.getLogger(__name__)

MAX_BATCH = 256
DRAIN_LIMIT = 10.0  # seconds that a stop waits for the database
Counts = dict[str, int] | Refused
T = TypeVar("T")
R = TypeVar("R")
_Queue = list[tuple[T, "asyncio.Future[R]"]]


class Writer:
    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="chat-writer")
        self._posts: _Queue[Draft, Outcome] = []
        self._markers: _Queue[Marker, Counts] = []
        self._running: asyncio.Future[None] | None = None
        self.closing = False

    @property
    def waiting(self) -> tuple[int, int]:
        """Posts and read markers that wait for the next batch."""
        return len(self._posts), len(self._markers)

    def post(self, draft: Draft) -> "asyncio.Future[Outcome]":
        """Resolves once the draft is stored or refused. Drafts are stored in the order of these calls."""
        return self._enqueue(self._posts, draft)

    def mark_read(self, marker: Marker) -> "asyncio.Future[Counts]":
        return self._enqueue(self._markers, marker)

    def _enqueue(self, queue: "_Queue[T, R]", item: T) -> "asyncio.Future[R]":
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        if self.closing:
            future.set_result(UNAVAILABLE)  # type: ignore[arg-type]
            return future
        queue.append((item, future))
        if self._running is None:
            self._running = asyncio.ensure_future(self._run())
        return future

    async def drain(self) -> None:
        """Take nothing more, and wait until everything taken is answered.

        When the database does not answer, what waits is refused. The batch it has gets no answer, for nobody knows
        whether it is stored; whoever sends it again is told.
        """
        self.closing = True
        if self._running is not None:
            _, late = await asyncio.wait([self._running], timeout=DRAIN_LIMIT)
            if late:
                self._give_up(self._running)
                return
        self._thread.submit(connection.close)
        self._thread.shutdown(wait=True)

    def _give_up(self, running: "asyncio.Future[None]") -> None:
        logger.error("The database did not answer for %d seconds; what waited for it is refused.", DRAIN_LIMIT)
        waiting = [future for _, future in self._posts] + [future for _, future in self._markers]
        self._posts, self._markers = [], []
        for future in waiting:
            if not future.done():
                future.set_result(UNAVAILABLE)
        running.cancel()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _run(self) -> None:
        try:
            while self._posts or self._markers:
                posts, self._posts = self._posts[:MAX_BATCH], self._posts[MAX_BATCH:]
                markers, self._markers = self._markers[:MAX_BATCH], self._markers[MAX_BATCH:]
                await self._store(_post, posts)
                await self._store(_mark_read, markers)
        finally:
            self._running = None

    async def _store(self, work: Callable[["list[T]"], "list[R]"], queue: "_Queue[T, R]") -> None:
        if not queue:
            return
        items = [item for item, _ in queue]
        outcomes = await asyncio.get_running_loop().run_in_executor(self._thread, work, items)
        for (_, future), outcome in zip(queue, outcomes, strict=True):
            if not future.done():
                future.set_result(outcome)


def _post(drafts: list[Draft]) -> list[Outcome]:
    try:
        hold_back(drafts)
    except Exception:
        # Whatever is wrong with the counting must not cost a post, or leave a batch without an answer.
        logger.exception("The limit on posts could not be looked at.")
    outcomes = _measured("posts", post_many, drafts)
    for name, number in Counter(map(_name, outcomes)).items():
        POSTS.labels(name).inc(number)
    return outcomes


def _name(outcome: Outcome) -> str:
    if isinstance(outcome, Refused):
        return outcome.code
    return "stored" if outcome.new else "repeated"


def _mark_read(markers: list[Marker]) -> list[Counts]:
    return _measured("markers", mark_read_many, markers)


def _measured(kind: str, action: Callable[[Sequence[T]], "list[Any]"], items: "list[T]") -> "list[Any]":
    started = time.perf_counter()
    try:
        return _attempt(action, items)
    finally:
        COMMIT.labels(kind).observe(time.perf_counter() - started)
        BATCH.labels(kind).observe(len(items))


def _attempt(action: Callable[[Sequence[T]], "list[Any]"], items: "list[T]") -> "list[Any]":
    """Run a batch. A database that is away or full refuses all of it; anything else that breaks is looked for
    one by one, so that what breaks a batch takes nobody else's post with it."""
    kept = connection.vendor == "postgresql" and connection.connection is not None
    try:
        return action(items)
    except (DatabaseError, InterfaceError) as error:
        connection.close()
        if kept and isinstance(error, (OperationalError, InterfaceError)):
            # It was cut since the last batch, or now: what was stored all the same is found by its refs.
            logger.info("The writer's connection was cut: %s", error)
            return _attempt(action, items)
        logger.warning("Nothing of a batch of %d could be stored: %s", len(items), error)
        return [UNAVAILABLE] * len(items)
    except Exception:
        if len(items) == 1:
            logger.exception("A batch failed.")
            return [UNAVAILABLE]
        return [outcome for item in items for outcome in _attempt(action, [item])]
