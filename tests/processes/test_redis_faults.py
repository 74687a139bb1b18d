"""Redis restarts, forgets, hangs or was never there: nothing is lost, nobody waits for it, and it is used again.

All of it happens to the same two processes, one fault after the other, as in life.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.client import online
from tests.people import add_room, gather
from tests.processes.conftest import running_pair
from tests.processes.pairs import Pair, all_told, heard_by_layer, talk
from tests.services.redis import RedisServer
from tests.services.site import NewSite


@pytest.mark.parametrize("fault", ["restart", "forget everything", "cut every connection"])
async def test_a_fault_loses_nothing_and_the_layer_is_used_again(
    pair: Pair, module_redis: RedisServer, fault: str
) -> None:
    company = gather(pair.site)
    room = company.general
    async with online(pair.first, company.alice) as alice, online(pair.second, company.bob) as bob:
        await heard_by_layer(room, alice, bob)
        talking = asyncio.create_task(talk(room, alice, bob, messages=600))
        await asyncio.to_thread(break_redis, module_redis, fault)
        assert not talking.done(), "the fault must come while they talk"
        await all_told(room, await talking, alice, bob)
        await heard_by_layer(room, alice, bob)
        await heard_by_layer(room, bob, alice)


def break_redis(server: RedisServer, fault: str) -> None:
    match fault:
        case "restart":
            server.stop()
            server.start()
        case "forget everything":
            server.forget_everything()
        case "cut every connection":
            server.cut_every_connection()


async def test_rooms_opened_while_redis_is_away_are_joined_when_it_is_back(
    pair: Pair, module_redis: RedisServer
) -> None:
    """The layer itself never repeats a join that failed."""
    company = gather(pair.site)
    module_redis.stop()
    async with online(pair.first, company.alice) as alice, online(pair.second, company.bob) as bob:
        await all_told(company.general, await talk(company.general, alice, bob), alice, bob)
        module_redis.start()
        await heard_by_layer(company.general, alice, bob)
        await heard_by_layer(company.general, bob, alice)


async def test_a_paused_redis_delays_no_answer(pair: Pair, module_redis: RedisServer) -> None:
    company = gather(pair.site)
    room = company.general
    async with online(pair.first, company.alice) as alice, online(pair.second, company.bob) as bob:
        await heard_by_layer(room, alice, bob)
        with paused(module_redis):
            await all_told(room, await talk(room, alice, bob), alice, bob)
            # These rooms have no feed yet: saying hello would join their groups, and must not wait for it.
            for _ in range(3):
                add_room(pair.site, members={company.alice: "owner", company.bob: "member"})
            late = company.alice.in_another_session()
            async with online(pair.second, late) as client:
                assert len(client.ledger.rooms) == 4
                for mine in client.ledger.rooms:
                    await all_told(mine, await talk(mine, client, messages=2), client)
        await heard_by_layer(room, alice, bob)
        await heard_by_layer(room, bob, alice)


@contextmanager
def paused(server: RedisServer) -> Iterator[None]:
    server.pause()
    try:
        yield
    finally:
        server.resume()


async def test_without_redis_from_the_start_and_then_with_it(
    new_postgres_site: NewSite, module_redis: RedisServer
) -> None:
    module_redis.stop()
    with running_pair(new_postgres_site, module_redis.url) as pair:
        company = gather(pair.site)
        room = company.general
        async with online(pair.first, company.alice) as alice, online(pair.second, company.bob) as bob:
            await all_told(room, await talk(room, alice, bob), alice, bob)
            module_redis.start()
            await heard_by_layer(room, alice, bob)
            await heard_by_layer(room, bob, alice)
