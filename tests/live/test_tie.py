"""The tie to one Redis, on the real layer: Redis is away, or nothing comes from it any more."""

import asyncio

import pytest
from channels_redis.pubsub import RedisPubSubChannelLayer

from chat import announce
from chat.live import tie as ties
from chat.live.tie import Tie
from tests.faults.proxy import Weather, running_proxy
from tests.services.programs import free_port
from tests.services.redis import RedisServer


async def test_waiting_for_redis_costs_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = {"address": f"redis://127.0.0.1:{free_port()}/0", "socket_timeout": None}
    real = RedisPubSubChannelLayer(hosts=[nowhere])
    monkeypatch.setattr(ties, "get_channel_layer", lambda alias: real)
    monkeypatch.setattr(ties, "RETRY", 0)
    tie = Tie("default", lambda announcement: None)
    tie.start([])
    try:
        async with asyncio.timeout(20):
            for _ in range(5):
                await tie.join(["room.1"])
        assert tie.failures >= 5  # so Redis was looked for
        assert len(real.channels) <= 1
    finally:
        await tie.stop()
        await real.flush()


async def test_a_subscription_that_died_without_a_sign_is_made_anew(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: asyncio.Queue[announce.Announcement] = asyncio.Queue()
    async with running_proxy([redis_server]) as [firewall], asyncio.timeout(60):
        address = f"redis://127.0.0.1:{firewall.port}/0"
        real = RedisPubSubChannelLayer(hosts=[{"address": address, "socket_timeout": None}])
        monkeypatch.setattr(ties, "get_channel_layer", lambda alias: real)
        tie = Tie("default", heard.put_nowait)
        tie.start([])
        try:
            await tie.join(["room.7"])
            await hear(redis_server, heard, tie)
            for connection in firewall.links:
                connection.turn(Weather.HOLE)
            await hear(redis_server, heard, tie)
        finally:
            await tie.stop()
            await real.flush()


async def test_what_only_the_next_release_announces_is_passed_over(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: asyncio.Queue[announce.Announcement] = asyncio.Queue()
    real, other = (RedisPubSubChannelLayer(hosts=[redis_server.url]) for _ in range(2))
    monkeypatch.setattr(ties, "get_channel_layer", lambda alias: real)
    tie = Tie("default", heard.put_nowait)
    tie.start([])
    try:
        async with asyncio.timeout(30):
            await tie.join(["room.7"])
            await hear(redis_server, heard, tie)
            failures = tie.failures
            typing, later = announce.Typing(7, 1), ["typing", 7, 2, "a field that comes last"]
            for data in (announce.encode(["telepathy", 7, 1]), announce.encode(later), announce.encode(typing)):
                await other.group_send("room.7", {"type": "announcement", "process": "other", "data": data})
            assert [await heard.get(), await heard.get()] == [announce.Typing(7, 2), typing]
        assert tie.failures == failures
    finally:
        await tie.stop()
        await real.flush()
        await other.flush()


class Recorder:
    """Stands for a layer that takes its time to join, and brings nothing back."""

    def __init__(self) -> None:
        self.order: list[str] = []

    async def receive(self, channel: str) -> None:
        await asyncio.Event().wait()

    async def flush(self) -> None:
        self.order.append("flush")

    async def group_add(self, group: str, channel: str) -> None:
        for _ in range(10):
            await asyncio.sleep(0)
        self.order.append(f"join {group}")

    async def group_send(self, group: str, message: object) -> None:
        self.order.append(f"send to {group}")


async def test_what_shall_come_back_is_sent_when_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sent before the group was joined, it was missed, and each audit began to listen anew, for ever."""
    recorder = Recorder()
    monkeypatch.setattr(ties, "get_channel_layer", lambda alias: recorder)
    tie = Tie("default", lambda announcement: None)
    tie.start([])
    for _ in range(2):
        await tie.audit()
        await tie._outgoing.join()
    await tie.stop()
    mine = f"hub.{announce.PROCESS}"
    once = [f"join {mine}", f"send to {mine}"]
    assert recorder.order == [*once, "flush", *once]


async def hear(server: RedisServer, heard: "asyncio.Queue[announce.Announcement]", tie: Tie) -> None:
    """Another process speaks in the room until it is heard here; audits follow each other as they do in life."""
    other = RedisPubSubChannelLayer(hosts=[server.url])
    typing = announce.Typing(7, 1)
    pause = 0.1
    try:
        while heard.empty():
            message = {"type": "announcement", "process": "other", "data": announce.encode(typing)}
            await other.group_send("room.7", message)
            await tie.audit()
            # For Redis to answer in, if it does; an audit before the answer would begin anew for ever.
            await asyncio.sleep(pause)
            pause *= 2
        assert heard.get_nowait() == typing
    finally:
        await other.flush()
