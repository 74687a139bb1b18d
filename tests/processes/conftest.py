"""Two processes of one site, one on each server, on PostgreSQL: with Redis between them, and without."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.people import Company, gather
from tests.processes.doors import Door, behind
from tests.processes.homes import Home, at_home
from tests.processes.pairs import Pair, eventually
from tests.processes.replicas import Replicated, running_replicated
from tests.services.front import CADDY
from tests.services.postgres import Postgres
from tests.services.programs import free_port
from tests.services.redis import RedisServer, running_redis
from tests.services.site import NewSite


@pytest.fixture(scope="module")
def module_redis() -> Iterator[RedisServer]:
    """Of its module alone, whose tests may leave it stopped only until they end."""
    with running_redis() as server:
        yield server


@pytest.fixture(scope="module")
def pair(new_postgres_site: NewSite, module_redis: RedisServer) -> Iterator[Pair]:
    """Two processes that hear each other by Redis, shared by the tests of a module."""
    with running_pair(new_postgres_site, module_redis.url) as running:
        yield running


@pytest.fixture(scope="module")
def deaf_pair(new_postgres_site: NewSite) -> Iterator[Pair]:
    """Two processes whose Redis was never there: they learn of each other from the database alone."""
    with running_pair(new_postgres_site, f"redis://127.0.0.1:{free_port()}/0") as running:
        yield running


@pytest.fixture(scope="module", params=["Redis hangs", "Redis is away"])
def silent_pair(request: pytest.FixtureRequest, new_postgres_site: NewSite) -> Iterator[Pair]:
    """Two processes that heard each other until their Redis fell silent."""
    with running_redis() as redis, running_pair(new_postgres_site, redis.url) as running:
        if request.param == "Redis hangs":
            redis.pause()
        else:
            redis.stop()
        yield running


@contextmanager
def running_pair(new_postgres_site: NewSite, redis_url: str) -> Iterator[Pair]:
    with new_postgres_site(redis_url) as site, site.serve("daphne") as first, site.serve("uvicorn") as second:
        yield Pair(site, first, second)


@pytest.fixture(params=["sqlite", "postgresql"])
def home(request: pytest.FixtureRequest, new_site: NewSite) -> Iterator[Home]:
    """A site that is backed up: one process on SQLite, or two on PostgreSQL with Redis between them."""
    if request.param == "sqlite":
        with new_site() as site, at_home(site, ("daphne",)) as home:
            yield home
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    new_postgres_site: NewSite = request.getfixturevalue("new_postgres_site")
    redis: RedisServer = request.getfixturevalue("redis_server")
    with new_postgres_site(redis.url) as site, at_home(site, ("daphne", "uvicorn"), postgres) as home:
        yield home


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def door(request: pytest.FixtureRequest, new_site: NewSite) -> Iterator[Door]:
    """A site that is set up right, behind a proxy as Caddy is."""
    with behind(new_site, CADDY, request.param) as door:
        yield door


@pytest.fixture(scope="module")
def replicated(module_redis: RedisServer) -> Iterator[Replicated]:
    """Two processes that read history from a replica, shared by the tests of a module."""
    with running_replicated(module_redis.url) as running:
        yield running


@pytest.fixture
def readers(replicated: Replicated) -> Iterator[Company]:
    """Fresh people in a room that the replica has in full."""
    company = gather(replicated.pair.site)
    asyncio.run(eventually(lambda: replicated.replayed(company.general), "the replica"))
    replicated.pages_served()
    yield company
    for server in replicated.servers:
        server.assert_quiet()
