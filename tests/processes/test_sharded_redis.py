"""Two processes and two Redis servers that share the rooms: what befalls one leaves the other alone."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

import httpx
import pytest
import redis

from tests.client import ChatClient, online
from tests.people import add_room, gather
from tests.processes.conftest import running_pair
from tests.processes.pairs import Pair, all_told, heard_by_layer, told_by
from tests.services.redis import RedisServer, running_redis
from tests.services.site import NewSite

ROOMS = 12


@pytest.fixture(scope="module")
def servers() -> Iterator[list[RedisServer]]:
    with ExitStack() as stack:
        yield [stack.enter_context(running_redis()) for _ in range(2)]


@pytest.fixture(scope="module")
def spread_pair(new_postgres_site: NewSite, servers: list[RedisServer]) -> Iterator[Pair]:
    with running_pair(new_postgres_site, ",".join(server.url for server in servers)) as pair:
        yield pair


@dataclass(frozen=True)
class Talk:
    """Alice at the first process and Bob at the second, in rooms of either Redis."""

    alice: ChatClient
    bob: ChatClient
    rooms: list[list[int]]  # by the number of their Redis
    author: int  # Alice's id


@asynccontextmanager
async def talking(pair: Pair) -> AsyncIterator[Talk]:
    company = gather(pair.site)
    members = {company.alice: "owner", company.bob: "member"}
    rooms = [add_room(pair.site, members=members) for _ in range(ROOMS)]
    homes = pair.site.call(homes_of, rooms)
    by_home = [[room for room, home in zip(rooms, homes, strict=True) if home == number] for number in range(2)]
    assert all(by_home)
    async with online(pair.first, company.alice) as alice, online(pair.second, company.bob) as bob:
        for room in rooms:
            await heard_by_layer(room, alice, bob)
            await heard_by_layer(room, bob, alice)
        yield Talk(alice, bob, by_home, company.alice.id)


def homes_of(rooms: list[int]) -> list[int]:
    """For `Site.call`: the number of the Redis where each room lives."""
    from django.conf import settings

    from chat import announce

    aliases = list(settings.CHANNEL_LAYERS)
    return [aliases.index(announce.layer_of(announce.room_group(room))) for room in rooms]


def say(author: int, room: int) -> int:
    """For `Site.call`: post without a server; returns the tick."""
    from chat.actions.posting import Draft, post

    return post(Draft(author, room, uuid4().hex, "by a command")).tick


async def burst(talk: Talk, rooms: list[int]) -> dict[int, list[int]]:
    """Both say something in each room, at once; returns the ticks."""
    said = [(room, client) for room in rooms for client in (talk.alice, talk.bob)]
    answers = await asyncio.gather(*[client.send("post", room=room, text="now") for room, client in said])
    ticks: dict[int, list[int]] = {room: [] for room in rooms}
    for (room, _), answer in zip(said, answers, strict=True):
        ticks[room].append(answer["tick"])
    return ticks


async def test_each_room_s_words_go_by_its_own_redis(spread_pair: Pair, servers: list[RedisServer]) -> None:
    async with talking(spread_pair) as talk:
        for _ in range(5):
            for room, ticks in (await burst(talk, talk.rooms[0] + talk.rooms[1])).items():
                await all_told(room, max(ticks), talk.alice, talk.bob)
                for client in (talk.alice, talk.bob):
                    assert {told_by(client, room, tick) for tick in ticks} == {"events"}
        for server, mine in zip(servers, talk.rooms, strict=True):
            there = followed(server)
            assert set(mine) <= there
            assert not there & {room for rooms in talk.rooms if rooms is not mine for room in rooms}


async def test_what_a_command_says_goes_by_the_right_one_too(spread_pair: Pair) -> None:
    """It has no hub, and publishes by itself."""
    async with talking(spread_pair) as talk:
        for room in talk.rooms[0] + talk.rooms[1]:
            tick = await asyncio.to_thread(spread_pair.site.call, say, talk.author, room)
            for client in (talk.alice, talk.bob):
                await client.caught_up(room, tick)
                assert told_by(client, room, tick) == "events"


def followed(server: RedisServer) -> set[int]:
    """The rooms to which processes listen there."""
    with redis.Redis(port=server.port, decode_responses=True) as client:
        return {int(channel.rpartition(".")[2]) for channel in client.pubsub_channels("*room.*")}


FAULTS: dict[str, tuple[Callable[[RedisServer], None], Callable[[RedisServer], None]]] = {
    "gone": (RedisServer.stop, RedisServer.start),
    "hung": (RedisServer.pause, RedisServer.resume),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("number", [0, 1])
async def test_without_one_the_other_s_rooms_go_on_at_once(
    spread_pair: Pair, servers: list[RedisServer], fault: str, number: int
) -> None:
    """What waits for the one that is away must not stand before what goes by the other."""
    fail, heal = FAULTS[fault]
    async with talking(spread_pair) as talk:
        cut, sound = talk.rooms[number], talk.rooms[1 - number]
        fail(servers[number])
        try:
            waiting = [await burst(talk, cut) for _ in range(3)]
            for _ in range(10):
                for room, ticks in (await burst(talk, sound)).items():
                    await all_told(room, max(ticks), talk.alice, talk.bob)
                    for client in (talk.alice, talk.bob):
                        # Its own process tells the sender; from the other one it comes by Redis.
                        assert {told_by(client, room, tick) for tick in ticks} == {"events"}
            for ticks_by_room in waiting:
                for room, ticks in ticks_by_room.items():
                    await all_told(room, max(ticks), talk.alice, talk.bob)
        finally:
            heal(servers[number])
        for room in cut + sound:
            await heard_by_layer(room, talk.alice, talk.bob)
            await heard_by_layer(room, talk.bob, talk.alice)


async def test_rooms_opened_while_one_is_away_are_joined_on_the_other_at_once(
    spread_pair: Pair, servers: list[RedisServer]
) -> None:
    company = gather(spread_pair.site)
    members = {company.alice: "owner", company.bob: "member"}
    rooms = [add_room(spread_pair.site, members=members) for _ in range(ROOMS)]
    homes = spread_pair.site.call(homes_of, rooms)
    assert redis_state(spread_pair) == "ok"
    servers[0].stop()
    try:
        assert redis_state(spread_pair) == "away"
        async with (
            online(spread_pair.first, company.alice) as alice,
            online(spread_pair.second, company.bob) as bob,
        ):
            for room, home in zip(rooms, homes, strict=True):
                if home == 1:
                    await heard_by_layer(room, alice, bob)
                    await heard_by_layer(room, bob, alice)
            servers[0].start()
            for room in rooms:
                await heard_by_layer(room, alice, bob)
    finally:
        if servers[0].process is None:
            servers[0].start()


def redis_state(pair: Pair) -> str:
    state: str = httpx.get(f"{pair.first.url}/readyz").json()["redis"]
    return state
