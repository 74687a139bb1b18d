"""Pages of history from a read replica, where the site has one (`DATABASE_REPLICA_URL`).

Nothing else is read there: who may read is asked of the primary, and so is a page that the replica does not have
in full yet.
"""

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, TypeVar

from django.conf import settings
from django.db import DatabaseError, InterfaceError

logger = logging.getLogger(__name__)
T = TypeVar("T")

PAUSE = 5.0  # seconds without a new try after the replica did not answer
_reading = ContextVar("reading_replica", default=False)
_away_until = 0.0


class HistoryRouter:
    def db_for_read(self, model: type, **hints: Any) -> str | None:
        return "replica" if _reading.get() else None

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, database: str, app: str, **hints: Any) -> bool:
        return database == "default"


def read(work: Callable[[], T], *, complete: Callable[[], bool]) -> T:
    """What `work` returns, read from the replica if `complete`, asked there too, says that it has come so far."""
    global _away_until
    if "replica" in settings.DATABASES and time.monotonic() >= _away_until:
        token = _reading.set(True)
        try:
            if complete():
                return work()
        except (DatabaseError, InterfaceError) as error:
            _away_until = time.monotonic() + PAUSE
            logger.warning("The replica is away, history is read from the primary: %s", error)
        finally:
            _reading.reset(token)
    return work()
