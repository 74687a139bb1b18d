"""The database and its replica: whether they answer, suit, and take as many connections as the processes want."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.db.backends.base.base import BaseDatabaseWrapper

from chat.unpooled import unpooled

from .findings import Finding, note, ok, problem, reason, warning

DATABASE, REPLICA = "database", "replica"
FAILURES = (DatabaseError, InterfaceError)
RETURNING = (3, 35)  # SQLite's first version with what the clocks of rooms need
NETWORK_FILE_SYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre"}


def check() -> Iterator[Finding]:
    file = sqlite_file()
    if file is not None and not file.exists():
        yield problem(DATABASE, f"There is no database at {file} yet: run `manage.py migrate`.")
        return
    with closing(unpooled()) as database:
        try:
            database.ensure_connection()
            if file is None:
                yield from _judge_postgresql(database)
            else:
                yield from _judge_sqlite(database, file)
        except FAILURES as error:
            yield _away(DATABASE, "DATABASE_URL", error)


def check_replica() -> Iterator[Finding]:
    if "replica" not in settings.DATABASES:
        return
    with closing(unpooled("replica")) as database:
        try:
            if _ask(database, "SELECT pg_is_in_recovery()"):
                yield ok(REPLICA, "The replica answers.")
            else:
                yield warning(
                    REPLICA,
                    "DATABASE_REPLICA_URL leads to a server that is no streaming replica: correct it, or leave it "
                    "out.",
                )
        except FAILURES as error:
            yield _away(REPLICA, "DATABASE_REPLICA_URL", error)


def sqlite_file() -> Path | None:
    """None: the site is on PostgreSQL."""
    database = settings.DATABASES["default"]
    return Path(database["NAME"]) if "sqlite" in database["ENGINE"] else None


def _away(check: str, variable: str, error: Exception) -> Finding:
    why = reason(error)
    advice = {
        "password authentication failed": "the password or the user is wrong",
        "no password supplied": "it names no password, and DATABASE_PASSWORD is empty",
        "does not exist": "make this database or user, or correct the name",
        "refused": "start the database, or correct the host and port",
        "timeout": "start the database, open its port, or correct the host",
        "resolve": "correct the host",
        "translate host name": "correct the host",
        "No such file": "start the database, or correct the folder of its socket",
        "pg_hba.conf": "allow this machine and user in pg_hba.conf",
        "too many": "raise max_connections, or lower DATABASE_POOL",
        "remaining connection slots": "raise max_connections, or lower DATABASE_POOL",
        "not a database": "this file is something else; correct the path, or restore a backup",
        "unable to open": "let the site's user read and write the file and its folder",
        "readonly": "let the site's user write the file and its folder",
        "malformed": "the file is damaged: restore a backup",
        "locked": "another program holds the file for long: end it",
    }
    todo = next((each for sign, each in advice.items() if sign in str(error)), "correct it, or mend the database")
    return problem(check, f"{variable} leads to no database that serves ({why}): {todo}.")


def _judge_postgresql(database: BaseDatabaseWrapper) -> Iterator[Finding]:
    least = database.features.minimum_database_version or ()
    version = database.get_database_version()
    if version < least:
        yield problem(
            DATABASE, f"PostgreSQL {_dotted(version)} is too old: upgrade it to {_dotted(least)} or later."
        )
        return
    yield ok(DATABASE, f"PostgreSQL {_dotted(version)} answers.")
    pool = settings.DATABASE_POOL
    most = int(_ask(database, "SHOW max_connections")) - int(_ask(database, "SHOW superuser_reserved_connections"))
    processes = 2 if settings.REDIS_URLS else 1
    if pool * processes > most:
        yield warning(
            DATABASE,
            f"DATABASE_POOL={pool} for {processes} processes is {pool * processes} connections, and PostgreSQL "
            f"takes {most}: raise its max_connections, lower DATABASE_POOL, or put pgbouncer between.",
        )
    else:
        yield ok(DATABASE, f"Its {most} connections are enough for {most // pool} processes.")


def _judge_sqlite(database: BaseDatabaseWrapper, file: Path) -> Iterator[Finding]:
    version = database.get_database_version()
    least = max(database.features.minimum_database_version or (), RETURNING)
    if version < least:
        yield problem(
            DATABASE,
            f"SQLite {_dotted(version)} is too old: use a Python with {_dotted(least)} or later, or PostgreSQL.",
        )
        return
    yield ok(DATABASE, f"SQLite {_dotted(version)} answers.")
    if settings.REDIS_URLS:
        yield note(
            DATABASE,
            "SQLite carries one process, and REDIS_URL is for several: with more than one, use PostgreSQL.",
        )
    mode = _ask(database, "PRAGMA journal_mode")
    if str(mode).lower() != "wal":
        yield warning(
            DATABASE,
            f"The journal of the database is {mode} and not WAL, so that readers and writers stop each other: "
            "move the file to a local disk.",
        )
    kind = file_system(file)
    if kind in NETWORK_FILE_SYSTEMS or kind.startswith("fuse."):
        yield warning(
            DATABASE,
            f"The database is on a network file system ({kind}), where SQLite can lose data: move DATA_DIR to a "
            "local disk, or use PostgreSQL.",
        )


def _ask(database: BaseDatabaseWrapper, query: str) -> Any:
    with database.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
    return row[0] if row else None


def file_system(path: Path, mounts: Path = Path("/proc/mounts")) -> str:
    """The kind of file system that a path is on; empty where the system does not tell."""
    try:
        lines = mounts.read_text(errors="replace").splitlines()
    except OSError:
        return ""
    kind, longest = "", -1
    for line in lines:
        _, folder, found, *_ = line.split(" ")
        folder = folder.replace("\\040", " ")
        # The last of several mounts on one folder is the one that is seen.
        if path.resolve().is_relative_to(folder) and len(folder) >= longest:
            kind, longest = found, len(folder)
    return kind


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
