"""Pages of history from a read replica, where the site has one (`DATABASE_REPLICA_URL`).

Nothing else is read there: who may read is asked of the primary, and so is a page that the replica does not have
in full yet. Whatever becomes of the replica, a page waits for it no longer than `LIMIT`: each is read in a thread
of its own, which is left behind if the replica hangs.
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import ContextVar
from typing import Any, TypeVar

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections

logger = logging.getLogger(__name__)
T = TypeVar("T")

LIMIT = 1.0  # seconds that a page waits for the replica
PAUSE = 5.0  # seconds between two looks whether it is back
THREADS = 8  # that read at once, with those that a hanging replica holds
FAILURES = (DatabaseError, InterfaceError, TimeoutError)

_reading = ContextVar("reading_replica", default=False)
_free = threading.Semaphore(THREADS)
_away = False
_looked = 0.0


class HistoryRouter:
    def db_for_read(self, model: type, **hints: Any) -> str | None:
        return "replica" if _reading.get() else None

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, database: str, app: str, **hints: Any) -> bool:
        return database == "default"


def read(work: Callable[[], T], *, complete: Callable[[], bool]) -> T | None:
    """What `work` returns, read from the replica if `complete`, asked there too, says that it has come so far.

    None: ask the primary, because there is no replica, or it is behind, busy or away.
    """
    if "replica" not in settings.DATABASES:
        return None
    if _away:
        _look(complete)
        return None
    answer = _ask(lambda: work() if complete() else None)
    if answer is None:
        return None
    try:
        return answer.result(LIMIT)
    except FAILURES as error:
        _note(error)
        return None


def _look(work: Callable[[], object]) -> None:
    """See now and then whether the replica answers again; nobody waits for that."""
    global _looked
    if time.monotonic() - _looked >= PAUSE:
        _looked = time.monotonic()
        if (answer := _ask(work)) is not None:
            answer.add_done_callback(lambda done: _note(done.exception()))


def _ask(work: Callable[[], T]) -> Future[T] | None:
    """Begin to run `work` with all its reads going to the replica; None if too many do already."""
    if not _free.acquire(blocking=False):
        return None
    answer: Future[T] = Future()
    threading.Thread(target=_run, args=(work, answer), name="chat-replica", daemon=True).start()
    return answer


def _run(work: Callable[[], T], answer: Future[T]) -> None:
    # A new thread has a context of its own: nobody else's reads go there.
    _reading.set(True)
    try:
        answer.set_result(work())
    except Exception as error:
        answer.set_exception(error)
    finally:
        _free.release()
        connections.close_all()


def _note(error: BaseException | None) -> None:
    global _away, _looked
    if error is not None and not _away:
        reason = str(error) or "no answer in time"
        logger.warning("The replica is away, history is read from the primary: %s", reason)
        _looked = time.monotonic()
    elif error is None and _away:
        logger.info("The replica is back.")
    _away = error is not None
