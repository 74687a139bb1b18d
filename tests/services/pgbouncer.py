"""A pgbouncer of the tests' own: each transaction runs on whichever of its few connections is free."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.services.postgres import Postgres
from tests.services.programs import free_port, require, stop, temporary_folder, wait_until

FOLDERS = ("/usr/sbin", "/opt/homebrew/bin", "/usr/local/bin")
SETTINGS = """\
[databases]
* = host=127.0.0.1 port={postgres_port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {folder}/users
pool_mode = transaction
default_pool_size = {pool_size}
max_client_conn = 500
; Connections change all the time: nothing may rest on one that stays.
server_lifetime = 2
"""


@dataclass
class PgBouncer:
    """A running one before `postgres`, with `pool_size` connections for each of its databases."""

    folder: Path
    port: int
    postgres: Postgres
    pool_size: int
    process: subprocess.Popen[bytes] | None = None

    def url_of(self, database: str) -> str:
        return f"postgres://chat@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        settings = self.folder / "pgbouncer.ini"
        settings.write_text(
            SETTINGS.format(
                postgres_port=self.postgres.port, port=self.port, folder=self.folder, pool_size=self.pool_size
            )
        )
        (self.folder / "users").write_text('"chat" ""\n')
        command = [require("pgbouncer", folders=FOLDERS), str(settings)]
        log = self.folder / "log"
        with log.open("ab") as output:
            # It refuses to run as root, as PostgreSQL does.
            self.process = subprocess.Popen(
                command, user=self.postgres.user, cwd=self.folder, stdout=output, stderr=output
            )
        wait_until(self._answers, self.process, log)

    def stop(self) -> None:
        """Cut every connection and stay away until `start`."""
        if self.process:
            stop(self.process, signal.SIGKILL)
            self.process = None

    def reload(self) -> None:
        """Read the settings again, as after a change of them."""
        if self.process:
            self.process.send_signal(signal.SIGHUP)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url_of("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def running_pgbouncer(postgres: Postgres, *, pool_size: int) -> Iterator[PgBouncer]:
    with temporary_folder("pgbouncer", owner=postgres.user) as folder:
        bouncer = PgBouncer(folder, free_port(), postgres, pool_size)
        bouncer.start()
        try:
            yield bouncer
        finally:
            bouncer.stop()
