"""The services are what the other tests take them for: they start, stop, and can fail on demand."""

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests import cast
from tests.client import connected, online
from tests.people import add_person, gather
from tests.services.postgres import Postgres
from tests.services.redis import RedisServer
from tests.services.site import NewSite


def test_a_database_is_copied_with_its_tables(postgres: Postgres) -> None:
    template = postgres.create_database()
    with psycopg.connect(postgres.url_of(template), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (id int)")
    with psycopg.connect(postgres.url_of(postgres.create_database(template))) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_a_stopped_redis_refuses_and_comes_back_empty(redis_server: RedisServer) -> None:
    with redis.Redis(port=redis_server.port, retry=Retry(NoBackoff(), 0)) as client:
        client.set("kept", "no")
        redis_server.stop()
        with pytest.raises(redis.ConnectionError):
            client.ping()
        redis_server.start()
        assert client.get("kept") is None


def test_a_paused_redis_does_not_answer(redis_server: RedisServer) -> None:
    with redis.Redis(port=redis_server.port, socket_timeout=0.2, retry=Retry(NoBackoff(), 0)) as client:
        assert client.ping()
        redis_server.pause()
        with pytest.raises(redis.TimeoutError):
            client.ping()


def count_people() -> int:
    from chat.models import User

    return User.objects.count()


def test_what_fails_behind_the_stage_is_told(new_site: NewSite) -> None:
    with new_site() as site:
        with pytest.raises(RuntimeError, match="DoesNotExist"):
            site.call(cast.session_on_site, 1)
        person = add_person(site, "alice")
        assert site.call(cast.session_on_site, person.id) != person.cookies
        assert site.call(count_people) == 1


@pytest.mark.parametrize("kind", ["daphne", "uvicorn"])
async def test_two_processes_of_one_site_hear_each_other(
    new_postgres_site: NewSite, redis_server: RedisServer, kind: str
) -> None:
    with new_postgres_site(redis_server.url) as site, site.serve(kind) as first, site.serve(kind) as second:
        company = gather(site)
        async with online(first, company.alice) as alice, online(second, company.bob) as bob:
            tick = (await alice.send("post", room=company.general, text="hello"))["tick"]
            await bob.caught_up(company.general, tick)
            assert bob.texts(company.general) == ["hello"]


@pytest.mark.parametrize("kind", ["daphne", "uvicorn"])
async def test_a_killed_server_starts_again_on_its_port(new_site: NewSite, kind: str) -> None:
    with new_site() as site, site.serve(kind) as server:
        company = gather(site)
        async with connected(server, company.alice) as alice:
            await alice.hello()
            server.kill()
            assert await alice.closed() == 1006
        server.start()
        async with online(server, company.alice) as alice:
            assert await alice.send("ping") == {}
