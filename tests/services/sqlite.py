"""Neighbours of a site on SQLite, who have its file open, too."""

import sqlite3
from pathlib import Path


def reader(file: Path) -> sqlite3.Connection:
    """A connection in the middle of a transaction that reads."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("BEGIN")
    connection.execute("SELECT count(*) FROM chat_message").fetchone()
    return connection


def opened(file: Path) -> sqlite3.Connection:
    """A connection in no transaction."""
    return sqlite3.connect(file, isolation_level=None)
