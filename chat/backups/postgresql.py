"""PostgreSQL's own programs: pg_dump out of the live database, pg_restore and psql into it."""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import psycopg
from django.apps import apps
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from psycopg import pq, sql
from psycopg.conninfo import make_conninfo

from .errors import BackupFailed
from .programs import explain, find

LOCK_TIMEOUT = 20  # seconds to wait for a table that somebody reads
PATIENCE = 2.0  # seconds for which servers that were stopped may still be on their way out
OTHERS = (
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
CONNECTION_LOST = 2  # psql's exit status


def dump(to: Path) -> None:
    """Dump the site's tables into `to`, as they are at one moment, while others write.

    Raises:
        BackupFailed: pg_dump is missing, or what it said.
    """
    # Not the whole database: its extensions are its administrator's, who alone could restore them, and what other
    # programs keep there is theirs.
    what = [f'--schema="{_schema()}"', *(f'--exclude-table="{name}"' for name in _tables(own=False))]
    command = [find("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", *what, *_server()]
    with to.open("wb") as out, TemporaryFile() as said:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=said, env=_environment(), check=False
        )
        if done.returncode:
            raise BackupFailed(explain("pg_dump", said))


def require_alone() -> None:
    """Raise `BackupFailed` if the site's user has other connections to the database.

    Looks by a connection of its own: Django's pool may have opened several.
    """
    deadline = time.monotonic() + PATIENCE
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as own:
        while own.execute(OTHERS).fetchone():
            if time.monotonic() > deadline:
                raise BackupFailed("Something else is connected to the database: stop the servers first.")
            time.sleep(0.1)


def replace(dump: Path, statements: Sequence[str]) -> None:
    """Put the tables of `dump` into the place of the site's, and run the statements, in one transaction.

    Not by `pg_restore --clean`: that drops the tables of the dump alone, and fails where one of a later version
    refers to them. So the script of pg_restore goes through psql, behind a statement that drops them all. Whatever
    ends on the way, psql commits nothing before it reads so, after the end of the script.

    Raises:
        BackupFailed: a program is missing, or what it said.
        ConnectionError: the connection was lost during the commit; nobody knows which database is there now.
    """
    require_alone()
    # What is in the schema, but not the schema itself: it is there.
    what = ["--no-owner", "--no-privileges", f"--schema={_schema()}"]
    reading = [find("pg_restore"), *what, "--file=-", str(dump)]
    writing = [find("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", *_server()]
    begin = _begin()
    with TemporaryFile() as read, TemporaryFile() as written:
        with subprocess.Popen(
            writing,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=written,
            env=_environment(),
            bufsize=0,
        ) as psql:
            assert psql.stdin
            reader = _feed(psql.stdin, begin, reading, read)
            psql.communicate(_end(statements) if reader == 0 else None)
        # Who reads is ended by the pipe when the writer has given up, and then knows no reason.
        if reader not in (0, -signal.SIGPIPE):
            raise BackupFailed(explain("pg_restore", read))
        if reader == 0 and psql.returncode == CONNECTION_LOST:
            raise ConnectionError("The connection to the database was lost in the end: restore once more")
        if reader or psql.returncode:
            raise BackupFailed(explain("psql", written))


def _schema() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return str(cursor.fetchone()[0])


def _tables(*, own: bool) -> list[str]:
    """The tables and views that are there: of the installed apps and of any version of our own, or all others."""
    of_apps = {MigrationRecorder.Migration._meta.db_table, *connection.introspection.django_table_names()}
    ours = f"{apps.get_app_config('chat').label}_"
    with connection.cursor() as cursor:
        found = connection.introspection.table_names(cursor, include_views=not own)
    return [name for name in found if (name in of_apps or name.startswith(ours)) == own]


def _own_functions() -> list[str]:
    """With their arguments, as SQL names them: those of triggers, which migrations make."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
            " AND starts_with(proname, %s)",
            [f"{apps.get_app_config('chat').label}_"],
        )
        return [name for (name,) in cursor.fetchall()]


def _begin() -> bytes:
    script = f"BEGIN;\nSET LOCAL lock_timeout = '{LOCK_TIMEOUT}s';\n"
    if tables := _tables(own=True):
        names = sql.SQL(", ").join(map(sql.Identifier, tables))
        script += sql.SQL("DROP TABLE {} CASCADE;\n").format(names).as_string()
    script += "".join(f"DROP FUNCTION {name} CASCADE;\n" for name in _own_functions())
    return script.encode()


def _end(statements: Sequence[str]) -> bytes:
    # pg_restore's script leaves an empty search path behind. New tables have no statistics, and without them
    # PostgreSQL reads large tables whole.
    return "".join(f"{each};\n" for each in ["RESET search_path", *statements, "ANALYZE", "COMMIT"]).encode()


def _feed(pipe: IO[bytes], begin: bytes, reading: list[str], said: IO[bytes]) -> int:
    """Write `begin` and the script of pg_restore into the pipe; returns its exit status."""
    try:
        pipe.write(begin)
    except BrokenPipeError:
        return -signal.SIGPIPE
    done = subprocess.run(
        reading, stdin=subprocess.DEVNULL, stdout=pipe, stderr=said, env=_environment(), check=False
    )
    return done.returncode


def _server() -> list[str]:
    """Where the database is, without what is secret: everybody on the machine sees the command line."""
    open_ones = {option.keyword.decode() for option in pq.Conninfo.get_defaults() if option.dispchar != b"*"}
    parameters = connection.get_connection_params().items()
    return ["--no-password", f"--dbname={make_conninfo(**{k: v for k, v in parameters if k in open_ones})}"]


def _environment() -> dict[str, str]:
    # In English, whoever the operator is: `explain` reads it.
    environment = {**os.environ, "LC_ALL": "C"}
    if password := connection.settings_dict["PASSWORD"]:
        environment["PGPASSWORD"] = password
    return environment
