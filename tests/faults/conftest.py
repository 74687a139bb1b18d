"""One stage of three processes for all tests of faults. Each test leaves it whole."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.faults.stage import Stage, open_doors, three_processes
from tests.services.postgres import Postgres
from tests.services.redis import RedisServer, running_redis
from tests.services.site import NewSite


@pytest.fixture(scope="session")
def faults_redis() -> Iterator[RedisServer]:
    """Of the stage alone: the tests of other folders find theirs as they left it."""
    with running_redis() as server:
        yield server


@pytest.fixture(scope="session")
def _stage(new_postgres_site: NewSite, postgres: Postgres, faults_redis: RedisServer) -> Iterator[Stage]:
    with new_postgres_site(faults_redis.url) as site, three_processes(site, postgres, faults_redis) as stage:
        yield stage


@pytest.fixture
async def stage(_stage: Stage) -> AsyncIterator[Stage]:
    async with open_doors(_stage):
        yield _stage
    await _stage.make_whole()
