"""SQLite's own backup, out of the live file and into it."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connection

from .errors import BackupFailed

STEP = 1000  # pages, 4 MB: between two of them a signal is heard
TIMEOUT = 20.0  # seconds to wait for a lock
PATIENCE = 2.0  # seconds for which servers that were stopped may still be on their way out


def dump(to: Path) -> None:
    """Copy the database into `to`, as it is at one moment, while others write.

    Raises:
        BackupFailed: it cannot be read, or `to` not be written.
    """
    with _told(), closing(_open(_live())) as source, closing(_open(to)) as copy:
        # The copy is thrown away if anything happens to it.
        copy.execute("PRAGMA synchronous=OFF")
        # Held to the end: without a snapshot each write of another process would begin the copy anew, and where
        # people write all the time it would never end.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(copy, pages=STEP, progress=_listen_to_signals)


def require_alone() -> None:
    """Raise `BackupFailed` if anybody else has the database open."""
    with _told(), closing(_open_alone()):
        pass


def replace(dump: Path, statements: Sequence[str]) -> None:
    """Put the database of `dump`, changed by the statements, into the place of the live one: all of it or nothing.

    Raises:
        BackupFailed: anybody else has it open, or it cannot be written.
    """
    with _told(), closing(_open(dump)) as source, closing(_open_alone()) as live:
        for statement in statements:
            source.execute(statement)
        # One transaction of SQLite's: a process that is killed in the middle leaves the old database.
        source.backup(live)


def _live() -> Path:
    return Path(connection.settings_dict["NAME"])


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=TIMEOUT, isolation_level=None)


def _open_alone() -> sqlite3.Connection:
    """The live database, for nobody else until it is closed: in exclusive mode a connection keeps the lock."""
    live = sqlite3.connect(_live(), timeout=PATIENCE, isolation_level=None)
    try:
        live.execute("PRAGMA locking_mode=EXCLUSIVE")
        live.execute("BEGIN EXCLUSIVE")
        live.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        live.close()
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise BackupFailed("Something else has the database open: stop the servers first.") from None
        raise
    return live


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise BackupFailed(f"SQLite refused: {error}.") from None


def _listen_to_signals(status: int, remaining: int, total: int) -> None:
    """Python runs signal handlers before a call, and the copy itself makes none."""
