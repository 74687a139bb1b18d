"""Several Redis servers, each with a tie of its own: what befalls one leaves the others alone."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager

import pytest
from channels_redis.pubsub import RedisPubSubChannelLayer
from django.conf import settings

from chat import announce
from chat.live import tie as ties
from chat.live.layer import LayerLink
from tests.faults.proxy import Proxy, Weather, running_proxy
from tests.services.redis import RedisServer, running_redis

ALIASES = ["default", "redis 2", "redis 3"]
Heard = asyncio.Queue[announce.Announcement]


@pytest.fixture(scope="module")
def servers() -> Iterator[list[RedisServer]]:
    with ExitStack() as stack:
        yield [stack.enter_context(running_redis()) for _ in ALIASES]


@pytest.fixture(autouse=True)
def _aliases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CHANNEL_LAYERS", dict.fromkeys(ALIASES))


def room_on(alias: str) -> int:
    return next(room for room in range(1, 1000) if announce.layer_of(announce.room_group(room)) == alias)


@asynccontextmanager
async def linked(monkeypatch: pytest.MonkeyPatch, doors: list[Proxy], heard: Heard) -> AsyncIterator[LayerLink]:
    """A process tied to Redis through these doors, reading one room on each."""
    addresses = [f"redis://127.0.0.1:{door.port}/0" for door in doors]
    layers = {
        alias: RedisPubSubChannelLayer(hosts=[{"address": address, "socket_timeout": None}])
        for alias, address in zip(ALIASES, addresses, strict=True)
    }
    monkeypatch.setattr(ties, "get_channel_layer", layers.__getitem__)
    link = LayerLink(heard.put_nowait)
    link.start()
    try:
        await link.join(announce.room_group(room_on(alias)) for alias in ALIASES)
        yield link
    finally:
        await link.stop()
        for layer in layers.values():
            await layer.flush()


async def say(servers: list[RedisServer], alias: str) -> announce.Announcement:
    """Another process, tied to the same servers, speaks in the room there."""
    other = RedisPubSubChannelLayer(hosts=[servers[ALIASES.index(alias)].url])
    typing = announce.Typing(room_on(alias), 1)
    message = {"type": "announcement", "process": "other", "data": announce.encode(typing)}
    try:
        await other.group_send(typing.group, message)
    finally:
        await other.flush()
    return typing


def test_rooms_are_spread_and_each_stays_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    places = [announce.layer_of(announce.room_group(room)) for room in range(1, 301)]
    assert all(places.count(alias) > 80 for alias in ALIASES)
    assert places[:9] == [announce.layer_of(announce.room_group(room)) for room in range(1, 10)]
    monkeypatch.setattr(settings, "CHANNEL_LAYERS", {"default": None})
    assert {announce.layer_of(announce.room_group(room)) for room in range(100)} == {"default"}


async def test_everything_is_heard_from_each(servers: list[RedisServer], monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Heard()
    async with running_proxy(servers) as doors, linked(monkeypatch, doors, heard), asyncio.timeout(60):
        for alias in ALIASES:
            typing = await say(servers, alias)
            assert await heard.get() == typing


@pytest.mark.parametrize("alias", ALIASES)
async def test_a_subscription_to_any_that_died_without_a_sign_is_made_anew(
    servers: list[RedisServer], monkeypatch: pytest.MonkeyPatch, alias: str
) -> None:
    """Wherever the group of everyone lives: a sound one on another Redis must not hide it."""
    heard = Heard()
    async with running_proxy(servers) as doors, linked(monkeypatch, doors, heard) as link, asyncio.timeout(60):
        assert await heard_while_auditing(servers, alias, link, heard)
        for connection in doors[ALIASES.index(alias)].links:
            connection.turn(Weather.HOLE)
        others = [door.links.copy() for door in doors if door is not doors[ALIASES.index(alias)]]
        assert await heard_while_auditing(servers, alias, link, heard)
        assert others == [door.links for door in doors if door is not doors[ALIASES.index(alias)]]


async def heard_while_auditing(servers: list[RedisServer], alias: str, link: LayerLink, heard: Heard) -> bool:
    pause = 1.0  # a busy machine needs it, and an echo that is late would end a sound subscription as well
    typing = await say(servers, alias)
    while heard.empty():
        await say(servers, alias)
        await link.audit()
        # For Redis to answer in, if it does; an audit before the answer would begin anew for ever.
        await asyncio.sleep(pause)
        pause *= 2
    while not heard.empty():
        assert heard.get_nowait() == typing
    return True


async def test_one_that_hangs_holds_up_nothing_of_the_others(
    servers: list[RedisServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither what is said nor what is heard there, nor the joining of further rooms."""
    hung, *sound = ALIASES
    heard = Heard()
    async with running_proxy(servers) as doors, linked(monkeypatch, doors, heard) as link, asyncio.timeout(60):
        servers[0].pause()
        try:
            for _ in range(20):
                link.publish(announce.Typing(room_on(hung), 1))
            joining = asyncio.create_task(link.join(["more", *(f"more {number}" for number in range(100))]))
            for alias in sound:
                async with listening(servers[ALIASES.index(alias)], room_on(alias)) as hear:
                    link.publish(announce.Typing(room_on(alias), 2))
                    assert await hear() == announce.Typing(room_on(alias), 2)
                typing = await say(servers, alias)
                assert await heard.get() == typing
            waiting = link._ties[hung]._outgoing.qsize()
            assert waiting, "all this took less time than one announcement there may take"
            await joining
            for alias in sound:
                tie = link._ties[alias]
                assert tie._joined == tie._wanted
            assert link._ties[hung]._joined != link._ties[hung]._wanted
        finally:
            servers[0].resume()


@asynccontextmanager
async def listening(
    server: RedisServer, room: int
) -> AsyncIterator[Callable[[], Awaitable[announce.Announcement]]]:
    """Another process that reads the room."""
    other = RedisPubSubChannelLayer(hosts=[server.url])
    channel = await other.new_channel()
    await other.group_add(announce.room_group(room), channel)

    async def hear() -> announce.Announcement:
        heard: announce.Announcement = announce.decode((await other.receive(channel))["data"])
        return heard

    try:
        yield hear
    finally:
        await other.flush()
