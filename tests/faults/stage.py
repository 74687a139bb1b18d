"""Where the faults strike: three processes of one site on PostgreSQL and Redis, each behind a proxy."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from random import Random

from tests.faults.proxy import Proxy, running_proxy
from tests.services.postgres import Postgres
from tests.services.redis import RedisServer
from tests.services.site import MANAGE, Server, Site

KINDS = ("daphne", "uvicorn", "daphne")
REVIVAL = 90.0  # seconds


@dataclass
class Stage:
    """Everything a fault may break. `doors` are where people come in, one before each process."""

    site: Site
    servers: list[Server]
    postgres: Postgres
    redis: RedisServer
    doors: list[Proxy] = field(default_factory=list)
    random: Random = field(default_factory=lambda: Random(1))

    def any_server(self) -> Server:
        """A process at random, rather one with many people."""
        crowds = [1 + len(door.links) for door in self.doors]
        return self.random.choices(self.servers, crowds)[0]

    def scatter(self) -> None:
        """Everybody is cut off, and chooses a door anew."""
        for door in self.doors:
            for link in list(door.links):
                link.reset()

    async def revive(self, server: Server, program: tuple[str, ...] = MANAGE) -> None:
        """Start a process again and again until it serves, as an operator's supervisor does.

        Raises:
            TimeoutError: it did not within 90 s.
        """
        server.program = program
        async with asyncio.timeout(REVIVAL):
            while True:
                try:
                    await asyncio.to_thread(server.start)
                except RuntimeError:
                    # The database is away, and a process does not start without it.
                    await asyncio.sleep(0.5)
                else:
                    return

    async def make_whole(self) -> None:
        """As a test wants to find it, whatever the last one left broken."""
        self.redis.resume()
        for service in (self.redis, self.postgres):
            if service.process is None:
                await asyncio.to_thread(service.start)
        for server in self.servers:
            server.resume()
            if server.running and server.program != MANAGE:
                await asyncio.to_thread(server.stop)
            if not server.running:
                await self.revive(server)


@contextmanager
def three_processes(site: Site, postgres: Postgres, redis: RedisServer) -> Iterator[Stage]:
    # What a broken database or Redis leaves in the logs is judged by what people see, not by its words.
    servers, stops = start_three(site, trouble_expected=True)
    with stops:
        yield Stage(site, servers, postgres, redis)


def start_three(
    site: Site, program: tuple[str, ...] = MANAGE, *, trouble_expected: bool = False
) -> tuple[list[Server], ExitStack]:
    """Its three processes, and what stops them."""
    with ExitStack() as stack:
        starting = (site.serve(kind, program=program, trouble_expected=trouble_expected) for kind in KINDS)
        servers = [stack.enter_context(server) for server in starting]
        return servers, stack.pop_all()


@asynccontextmanager
async def open_doors(stage: Stage) -> AsyncIterator[Stage]:
    """The proxies live in the loop of the test, hence not as long as the processes."""
    async with running_proxy(stage.servers) as stage.doors:
        yield stage
