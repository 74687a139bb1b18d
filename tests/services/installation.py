"""A site with services of its own, for programs that have no fixtures."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.services.postgres import Postgres, running_postgres
from tests.services.redis import RedisServer, running_redis
from tests.services.site import Site, running_site


@contextmanager
def running_installation() -> Iterator[tuple[Site, Postgres, RedisServer]]:
    """An empty site on PostgreSQL and Redis; its processes are the caller's to start."""
    with running_postgres() as postgres, running_redis() as redis, running_site(postgres.url, redis.url) as site:
        site.manage("migrate", "--verbosity=0")
        yield site, postgres, redis
