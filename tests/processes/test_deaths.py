"""A process dies under load, with a word or without: people go on at the other, and nothing they said is lost."""

import asyncio
from collections.abc import Callable

import pytest

from tests.processes.pairs import eventually
from tests.processes.persistent import POSTS, assert_one_story, crowd, stored
from tests.services.redis import RedisServer
from tests.services.site import NewSite, Server


@pytest.mark.parametrize("kinds", [("daphne", "uvicorn"), ("uvicorn", "daphne")], ids=lambda kinds: kinds[0])
async def test_killed(new_postgres_site: NewSite, redis_server: RedisServer, kinds: tuple[str, str]) -> None:
    await go_through(new_postgres_site, redis_server, kinds, Server.kill, {1006})


@pytest.mark.parametrize("kinds", [("daphne", "uvicorn"), ("uvicorn", "daphne")], ids=lambda kinds: kinds[0])
async def test_stopped(new_postgres_site: NewSite, redis_server: RedisServer, kinds: tuple[str, str]) -> None:
    await go_through(new_postgres_site, redis_server, kinds, Server.stop, {1012})


async def go_through(
    new_postgres_site: NewSite,
    redis_server: RedisServer,
    kinds: tuple[str, str],
    end: Callable[[Server], None],
    codes: set[int],
) -> None:
    with (
        new_postgres_site(redis_server.url) as site,
        site.serve(kinds[0]) as doomed,
        site.serve(kinds[1]) as other,
    ):
        async with crowd(site, [doomed, other]) as people:
            here = [each for each in people if each.at == 0]
            await eventually(lambda: all(len(each.acknowledged) > 20 for each in people), "a lively talk")
            assert all(each.outbox for each in here), "the end must come while they talk"
            await asyncio.to_thread(end, doomed)
        rows = [tuple(row) for row in site.call(stored, people[0].room)]
        assert len(rows) == len(people) * POSTS
        assert_one_story(rows, *people)
        assert {each.endings[0] for each in here} == codes
        assert [each.at for each in people] == [1, 1, 1, 1]
