"""Two processes on PostgreSQL and Redis: one order for everyone, whatever happens to Redis."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import redis

from tests.client import ChatClient, online
from tests.people import Company, gather
from tests.services.redis import RedisServer
from tests.services.site import NewSite, Server, Site

# Without the layer the others learn of a change by comparing clocks, every 5 seconds.
WITHOUT_LAYER = 20.0

KINDS = pytest.mark.parametrize("kind", ["daphne", "uvicorn"])


async def talk(company: Company, *clients: ChatClient, messages: int = 20) -> int:
    """Everybody posts at once; returns the last tick."""
    posts = [
        client.send("post", room=company.general, text=f"{number} of {index}")
        for number in range(messages)
        for index, client in enumerate(clients)
    ]
    ticks: list[int] = [answer["tick"] for answer in await asyncio.gather(*posts)]
    return max(ticks)


def same_story(company: Company, *clients: ChatClient) -> bool:
    stories = [client.room(company.general).messages for client in clients]
    return all(story == stories[0] for story in stories)


@KINDS
async def test_everybody_sees_one_order(new_postgres_site: NewSite, redis_server: RedisServer, kind: str) -> None:
    with new_postgres_site(redis_server.url) as site, site.serve(kind) as first, site.serve(kind) as second:
        company = gather(site)
        async with online(first, company.alice) as alice, online(second, company.bob) as bob:
            last = await talk(company, alice, bob)
            await alice.caught_up(company.general, last)
            await bob.caught_up(company.general, last)
            assert len(alice.texts(company.general)) == 40
            assert same_story(company, alice, bob)


@KINDS
async def test_an_idle_layer_still_hears(new_postgres_site: NewSite, redis_server: RedisServer, kind: str) -> None:
    """redis-py gives up on a subscription that is silent for 5 s unless it is told not to."""
    with new_postgres_site(redis_server.url) as site, site.serve(kind) as first, site.serve(kind) as second:
        company = gather(site)
        async with online(first, company.alice) as alice, online(second, company.bob) as bob:
            # The fault is one of time itself: nothing happens for longer than the library's default.
            await asyncio.sleep(7)
            tick = (await alice.send("post", room=company.general, text="still there?"))["tick"]
            # Sooner than any comparison of clocks is sure to come: by the layer.
            await bob.until(lambda: bob.room(company.general).cursor >= tick, patience=2.0)


@pytest.mark.parametrize("fault", ["restart", "flush", "kill clients"])
async def test_a_fault_of_redis_loses_nothing(
    new_postgres_site: NewSite, redis_server: RedisServer, fault: str
) -> None:
    with new_postgres_site(redis_server.url) as site, pair(site) as (first, second):
        company = gather(site)
        async with online(first, company.alice) as alice, online(second, company.bob) as bob:
            await talk(company, alice, bob)
            break_redis(redis_server, fault)
            last = await talk(company, alice, bob)
            await asyncio.gather(*(caught_up_without_layer(company, last, client) for client in (alice, bob)))
            assert same_story(company, alice, bob)


async def test_without_redis_posts_go_on(new_postgres_site: NewSite, redis_server: RedisServer) -> None:
    redis_server.stop()
    with new_postgres_site(redis_server.url) as site, pair(site) as (first, second):
        company = gather(site)
        async with online(first, company.alice) as alice, online(second, company.bob) as bob:
            last = await talk(company, alice, bob)
            await asyncio.gather(*(caught_up_without_layer(company, last, client) for client in (alice, bob)))
            redis_server.start()
            last = await talk(company, alice, bob)
            await asyncio.gather(*(caught_up_without_layer(company, last, client) for client in (alice, bob)))
            assert same_story(company, alice, bob)


async def test_a_paused_redis_delays_nobody_s_post(new_postgres_site: NewSite, redis_server: RedisServer) -> None:
    with new_postgres_site(redis_server.url) as site, pair(site) as (first, second):
        company = gather(site)
        async with online(first, company.alice) as alice, online(second, company.bob) as bob:
            redis_server.pause()
            last = await talk(company, alice, bob)
            await asyncio.gather(*(caught_up_without_layer(company, last, client) for client in (alice, bob)))
            # Saying hello joins no group now, and must not wait for it.
            async with online(second, company.alice.in_another_session()) as late:
                assert company.general in {room["id"] for room in welcome_of(late)["rooms"]}
            redis_server.resume()
            last = await talk(company, alice, bob)
            await asyncio.gather(*(caught_up_without_layer(company, last, client) for client in (alice, bob)))


async def caught_up_without_layer(company: Company, tick: int, client: ChatClient) -> None:
    await client.until(lambda: client.room(company.general).cursor >= tick, patience=WITHOUT_LAYER)


def break_redis(server: RedisServer, fault: str) -> None:
    if fault == "restart":
        server.stop()
        server.start()
        return
    with redis.Redis(port=server.port) as client:
        if fault == "flush":
            client.flushall()
        else:
            client.client_kill_filter(_type="pubsub")
            client.client_kill_filter(_type="normal", skipme=True)


@contextmanager
def pair(site: Site) -> Iterator[tuple[Server, Server]]:
    """One process of each kind, whose logs may tell of the trouble that the test makes."""
    with (
        site.serve("daphne", trouble_expected=True) as first,
        site.serve("uvicorn", trouble_expected=True) as second,
    ):
        yield first, second


def welcome_of(client: ChatClient) -> dict[str, Any]:
    return next(item for item in client.received if item["type"] == "welcome")
