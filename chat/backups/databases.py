"""The engine in use, and its way of dumping and replacing a whole database."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from django.db import connection, connections

from . import postgresql, sqlite


class Engine(Protocol):
    """What `sqlite` and `postgresql` both do; see there."""

    def dump(self, to: Path) -> None: ...

    def require_alone(self) -> None: ...

    def replace(self, dump: Path, statements: Sequence[str]) -> None: ...


def engine() -> Engine:
    engines: dict[str, Engine] = {"sqlite": sqlite, "postgresql": postgresql}
    return engines[connection.vendor]


def disconnect() -> None:
    """Close every connection of this process, those of the pool, too: a restore wants to be alone."""
    connections.close_all()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]
