"""A process dies under load, with a word or without: people go on at the other, and nothing they said is lost."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from tests.people import add_person, add_room
from tests.processes.pairs import eventually
from tests.processes.persistent import Persistent, all_said, assert_one_story, stored
from tests.services.redis import RedisServer
from tests.services.site import NewSite, Server, Site

POSTS = 250


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


@asynccontextmanager
async def crowd(site: Site, servers: list[Server]) -> AsyncIterator[list[Persistent]]:
    """Four people, two at each process, who talk while the block runs; after it, all is said and read."""
    members = [add_person(site, f"talker{number}") for number in range(4)]
    room = add_room(site, members=dict.fromkeys(members, "member"))
    people = [
        Persistent(person, servers, room, {f"{person.id}-{n}": str(n) for n in range(POSTS)}, at=number % 2)
        for number, person in enumerate(members)
    ]
    last_tick: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    async with asyncio.TaskGroup() as lives:
        for each in people:
            # From before the first word, so that each is told of all.
            each.cursor = len(members)
            lives.create_task(each.live(last_tick))
        yield people
        last_tick.set_result(await all_said(*people))
