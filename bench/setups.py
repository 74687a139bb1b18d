"""The sites that are measured: each server on each storage, with one process and with two."""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import redis

from bench.machine import SERVER_CORE, on_core
from tests.services.postgres import Postgres, running_postgres
from tests.services.programs import temporary_folder
from tests.services.redis import RedisServer, running_redis
from tests.services.site import TROUBLE, Server, Site, running_site

DATABASE = "chat.sqlite3"
SQLITE = "sqlite:///{folder}/" + DATABASE
SERVERS = ("daphne", "uvicorn")
STORAGES = ("sqlite", "postgresql")
HEARTBEAT = 10.0  # seconds; `chat.live` says something to everybody as often
Arranged = TypeVar("Arranged")


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
        self._arranged: dict[tuple[str, str], tuple[str, Any]] = {}

    def __enter__(self) -> "Stage":
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @contextmanager
    def site(self, setup: Setup) -> Iterator[Site]:
        """An empty site, whose folder and database nobody has used before."""
        with self.arranged(setup, "empty", _nothing) as (site, _):
            yield site

    @contextmanager
    def arranged(
        self, setup: Setup, name: str, arrange: Callable[[Site], Arranged]
    ) -> Iterator[tuple[Site, Arranged]]:
        """A copy of the site that `arrange` makes, once a storage and `name`, and what it returned."""
        key = (setup.storage, name)
        if key not in self._arranged:
            self._arranged[key] = self._arrange(setup.storage, name, arrange)
        template, result = self._arranged[key]
        redis_url = ""
        if setup.needs_redis:
            redis_url = self._redis.url
            # Ids begin anew with each site, and what is cached goes by id.
            with redis.Redis.from_url(redis_url) as client:
                client.flushall()
        if setup.storage == "sqlite":
            with running_site(SQLITE, redis_url) as site:
                shutil.copy(template, site.folder / DATABASE)
                yield site, result
        else:
            database = self._postgres.create_database(template)
            with running_site(self._postgres.url_of(database), redis_url) as site:
                yield site, result

    def backing(self, setup: Setup) -> list[int]:
        """The processes of PostgreSQL and Redis, as far as the set-up has them."""
        processes = [
            self._postgres.process if setup.storage == "postgresql" else None,
            self._redis.process if setup.needs_redis else None,
        ]
        return [process.pid for process in processes if process]

    def _arrange(self, storage: str, name: str, arrange: Callable[[Site], Arranged]) -> tuple[str, Arranged]:
        """The file or database to copy, which nobody is connected to any more."""
        if storage == "sqlite":
            with running_site(SQLITE) as site:
                result = self._made(site, arrange)
                return str(shutil.copy(site.folder / DATABASE, self._folder / f"{name}.sqlite3")), result
        database = self._postgres.create_database()
        with running_site(self._postgres.url_of(database)) as site:
            return database, self._made(site, arrange)

    def _made(self, site: Site, arrange: Callable[[Site], Arranged]) -> Arranged:
        site.manage("migrate", "--verbosity=0")
        result = arrange(site)
        site.close()
        return result

    @cached_property
    def _folder(self) -> Path:
        return self._stack.enter_context(temporary_folder("arranged"))

    @cached_property
    def _redis(self) -> RedisServer:
        with on_core(SERVER_CORE):
            return self._stack.enter_context(running_redis())

    @cached_property
    def _postgres(self) -> Postgres:
        # With fsync, unlike in the tests: what is acknowledged here is on the disk.
        with on_core(SERVER_CORE):
            return self._stack.enter_context(running_postgres(durable=True))


def _nothing(site: Site) -> None:
    """Nobody and no room: what migrations leave."""


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
