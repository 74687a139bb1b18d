"""A streaming replica of a PostgreSQL server of the tests, whose replay can be held."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from tests.services.postgres import BINARIES, Postgres
from tests.services.programs import free_port, require, temporary_folder


@dataclass
class Replica(Postgres):
    """Has the databases of its primary, and logs each statement that is run on it."""

    # What is replayed while a page is read there must not cancel it: a test would see one fault for another.
    extra_settings: tuple[str, ...] = ("log_statement=all", "max_standby_streaming_delay=-1")
    _read: int = 0

    def hold(self) -> None:
        """Replay nothing more until `go_on`, like a replica that is behind."""
        self._command("SELECT pg_wal_replay_pause()")
        while self._command("SELECT pg_get_wal_replay_pause_state()") != "paused":
            pass

    def go_on(self) -> None:
        self._command("SELECT pg_wal_replay_resume()")

    def ask(self, database: str, query: str, values: tuple[Any, ...] = ()) -> Any:
        """The first value of the first row, None if there is none."""
        with psycopg.connect(self.url_of(database), autocommit=True) as connection:
            row = connection.execute(query, values).fetchone()
            return row[0] if row else None

    def new_log(self) -> str:
        """What was logged since the last call: every statement is in it."""
        with (self.folder / "log").open(errors="replace") as lines:
            lines.seek(self._read)
            text = lines.read()
            self._read = lines.tell()
        return text

    def _command(self, query: str) -> Any:
        return self.ask("postgres", query)


@contextmanager
def running_replica(primary: Postgres) -> Iterator[Replica]:
    with temporary_folder("replica", owner=primary.user) as folder:
        command = [require("pg_basebackup", folders=BINARIES), "-D", str(folder / "data")]
        command += ["-h", "127.0.0.1", "-p", str(primary.port), "-U", "chat"]
        command += ["--write-recovery-conf", "--checkpoint=fast", "--no-sync"]
        done = subprocess.run(command, user=primary.user, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"pg_basebackup failed: {done.stderr}")
        replica = Replica(folder, free_port(), primary.user)
        replica.start()
        try:
            yield replica
        finally:
            replica.stop()
