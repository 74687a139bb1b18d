"""The sites that are measured: each server on each storage, with one process and with two."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import redis

from bench.machine import SERVER_CORE, on_core
from tests.services.postgres import Postgres, running_postgres
from tests.services.programs import temporary_folder
from tests.services.redis import RedisServer, running_redis
from tests.services.site import TROUBLE, Server, Site, running_site

SERVERS = ("daphne", "uvicorn")
STORAGES = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Setup:
    """One process on SQLite stands alone; PostgreSQL comes with Redis, and so does every second process."""

    server: str
    storage: str
    processes: int = 1

    @property
    def name(self) -> str:
        return f"{self.server}-{self.storage}-{self.processes}"

    @property
    def needs_redis(self) -> bool:
        return self.storage == "postgresql" or self.processes > 1


SETUPS = [Setup(server, storage, processes) for processes in (1, 2) for server in SERVERS for storage in STORAGES]
ALONE = [setup for setup in SETUPS if setup.processes == 1]


class Stage:
    """PostgreSQL and Redis for a whole run, started when first needed, and a new site for each measurement."""

    def __init__(self) -> None:
        self._stack = ExitStack()

    def __enter__(self) -> "Stage":
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @contextmanager
    def site(self, setup: Setup) -> Iterator[Site]:
        """An empty site, whose folder and database nobody has used before."""
        redis_url = ""
        if setup.needs_redis:
            redis_url = self._redis.url
            # Ids begin anew with each site, and what is cached goes by id.
            with redis.Redis.from_url(redis_url) as client:
                client.flushall()
        if setup.storage == "sqlite":
            with running_site("sqlite:///{folder}/chat.sqlite3", redis_url) as site:
                shutil.copy(self._migrated_file, site.folder / "chat.sqlite3")
                yield site
        else:
            name = self._postgres.create_database(self._migrated_database)
            with running_site(self._postgres.url_of(name), redis_url) as site:
                yield site

    @cached_property
    def _redis(self) -> RedisServer:
        with on_core(SERVER_CORE):
            return self._stack.enter_context(running_redis())

    @cached_property
    def _postgres(self) -> Postgres:
        # With fsync, unlike in the tests: what is acknowledged here is on the disk.
        with on_core(SERVER_CORE):
            return self._stack.enter_context(running_postgres(durable=True))

    @cached_property
    def _migrated_file(self) -> Path:
        folder = self._stack.enter_context(temporary_folder("migrated"))
        _migrate(f"sqlite:///{folder}/chat.sqlite3")
        return folder / "chat.sqlite3"

    @cached_property
    def _migrated_database(self) -> str:
        name = self._postgres.create_database()
        _migrate(self._postgres.url_of(name))
        return name


def _migrate(database_url: str) -> None:
    with running_site(database_url) as site:
        site.manage("migrate", "--verbosity=0")


@contextmanager
def serving(site: Site, setup: Setup) -> Iterator[list[Server]]:
    """The processes of the set-up, all on the server's core.

    What goes wrong in them is shown and costs no figure: the tests judge the log.
    """
    with ExitStack() as stack:
        with on_core(SERVER_CORE):
            starting = (site.serve(setup.server, trouble_expected=True) for _ in range(setup.processes))
            servers = [stack.enter_context(server) for server in starting]
        yield servers
    for server in servers:
        if any(sign in (log := server.new_log()) for sign in TROUBLE):
            print(f"{setup.name} logged:\n{log[-1500:]}", file=sys.stderr, flush=True)


def pids(servers: list[Server]) -> list[int]:
    return [server.process.pid for server in servers if server.process]
