"""A PostgreSQL server of the tests' own, in a temporary folder."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

from tests.services.programs import free_port, require, stop, temporary_folder, unprivileged_user, wait_until

BINARIES = (
    "/usr/lib/postgresql/*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
SETTINGS = ("max_connections=200", "unix_socket_directories=")
# Nothing here outlives a run, so nothing waits for the disk; a benchmark does.
FAST = ("fsync=off", "full_page_writes=off")


@dataclass
class Postgres:
    """A running server. `url` is an empty database; `create_database` makes more."""

    folder: Path
    port: int
    user: str | None
    durable: bool = False
    extra_settings: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return self.url_of("chat")

    def url_of(self, database: str) -> str:
        return f"postgres://chat@127.0.0.1:{self.port}/{database}"

    def create_database(self, template: str = "template0") -> str:
        """A new database, copied from `template` (which nobody may be connected to); returns its name."""
        name = f"chat_{uuid4().hex[:12]}"
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            connection.execute(create)
        return name

    def locked_url(self, password: str) -> str:
        """The address of a new database whose owner needs this password, which the address does not name."""
        name = self.create_database()
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            row = connection.execute("SHOW hba_file").fetchone()
            assert row
            rules = Path(row[0])
            # The first rule that fits counts.
            rules.write_text(f"host all {name} 127.0.0.1/32 scram-sha-256\n{rules.read_text()}")
            owner, secret = sql.Identifier(name), sql.Literal(password)
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(owner, secret))
            connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(owner, owner))
            connection.execute("SELECT pg_reload_conf()")
        return f"postgres://{name}@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        command = [require("postgres", folders=BINARIES), "-D", str(self.folder / "data")]
        command += ["-h", "127.0.0.1", "-p", str(self.port)]
        for setting in SETTINGS + (() if self.durable else FAST) + self.extra_settings:
            command += ["-c", setting]
        log = self.folder / "log"
        with log.open("ab") as output:
            self.process = subprocess.Popen(command, user=self.user, cwd=self.folder, stdout=output, stderr=output)
        wait_until(self._answers, self.process, log)

    def stop(self) -> None:
        """Shut down at once, with sessions cut: what a client sees of a database restart."""
        if self.process:
            stop(self.process, signal.SIGINT)
            self.process = None

    def crash(self) -> None:
        """Drop everything at once, without a word to any client; `start` recovers what was committed."""
        if self.process:
            stop(self.process, signal.SIGQUIT)
            self.process = None

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url_of("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[Postgres]:
    user = unprivileged_user()
    with temporary_folder("pg", owner=user) as folder:
        initdb(folder / "data", user)
        server = Postgres(folder, free_port(), user, durable)
        server.start()
        try:
            with psycopg.connect(server.url_of("postgres"), autocommit=True) as connection:
                connection.execute("CREATE DATABASE chat TEMPLATE template0")
            yield server
        finally:
            server.stop()


def initdb(data: Path, user: str | None) -> None:
    # A C collation sorts alike everywhere; the character type must know more letters than ASCII.
    letters = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
    command = [require("initdb", folders=BINARIES), "-D", str(data), "-U", "chat", "--auth=trust", "--no-sync"]
    command += ["--encoding=UTF8", "--lc-collate=C", f"--lc-ctype={letters}"]
    done = subprocess.run(command, user=user, cwd=data.parent, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"initdb failed: {done.stderr}")


def run_with_postgres(command: list[str]) -> int:
    """Run a command with `DATABASE_URL` naming a fresh PostgreSQL database; returns its exit status."""
    with running_postgres() as server:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": server.url}, check=False).returncode
