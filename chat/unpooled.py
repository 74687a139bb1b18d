"""A connection to a database past the pool.

The pool tries for seconds, and then says only that it has none; a connection of one's own fails at once, and
says why.
"""

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper


def unpooled(alias: str = "default") -> BaseDatabaseWrapper:
    """A connection for the thread that asks, which must close it; nothing is connected yet."""
    # Django gives the copy settings of its own.
    copy: BaseDatabaseWrapper = connections[alias].copy(alias)
    copy.settings_dict["OPTIONS"].pop("pool", None)
    return copy
