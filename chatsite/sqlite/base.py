"""Django's SQLite backend with a queue in front of its write lock.

SQLite's busy handler polls: a thread that commits back to back (the message writer) takes the lock again
before any poller wakes, and the others starve until their timeout. Every write transaction of this process
starts with BEGIN IMMEDIATE (`transaction_mode`), so a first-come-first-served lock around it is enough.
Other processes still meet at SQLite's own lock.
"""

import threading
from collections import deque
from typing import Any

from django.db.backends.sqlite3 import base


class FairLock:
    """A mutex that serves waiters in the order in which they came; `threading.Lock` promises none."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._held = False

    def acquire(self) -> None:
        with self._guard:
            if not self._held:
                self._held = True
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()

    def release(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False


# One per process: a process of ours opens one database.
_write_lock = FairLock()


class DatabaseWrapper(base.DatabaseWrapper):
    _has_write_lock = False

    @property
    def queries_logged(self) -> bool:
        # Long-lived threads never see the signal that empties the debug log: with DEBUG=1 it would grow.
        return bool(self.force_debug_cursor)

    def _start_transaction_under_autocommit(self) -> None:
        _write_lock.acquire()
        self._has_write_lock = True
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._release()
            raise

    def _commit(self) -> Any:
        # A commit that fails is followed by a rollback, which releases.
        result = super()._commit()  # type: ignore[misc]
        self._release()
        return result

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._release()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            self._release()

    def _release(self) -> None:
        if self._has_write_lock:
            self._has_write_lock = False
            _write_lock.release()
