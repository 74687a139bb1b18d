"""The tie to the channel layer, on the real layer: Redis is away, or nothing comes from it any more."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from channels_redis.pubsub import RedisPubSubChannelLayer

from chat import announce
from chat.live import layer
from chat.live.layer import LayerLink
from tests.services.programs import free_port
from tests.services.redis import RedisServer


async def test_waiting_for_redis_costs_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = {"address": f"redis://127.0.0.1:{free_port()}/0", "socket_timeout": None}
    real = RedisPubSubChannelLayer(hosts=[nowhere])
    monkeypatch.setattr(layer, "get_channel_layer", lambda: real)
    monkeypatch.setattr(layer, "RETRY", 0)
    link = LayerLink(lambda announcement: None)
    link.start()
    try:
        async with asyncio.timeout(20):
            for _ in range(5):
                await link.join(["room.1"])
        assert link.failures >= 5  # so Redis was looked for
        assert len(real.channels) <= 1
    finally:
        await link.stop()
        await real.flush()


class Firewall:
    """Before a Redis. It can forget the connections it has: what comes over them vanishes, both ways, unsaid."""

    def __init__(self, port: int) -> None:
        self._redis = port
        self._known: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def forget(self) -> None:
        self._known.clear()

    def let_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._connect(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_redis, to_redis = await asyncio.open_connection("127.0.0.1", self._redis)
        self._known += [writer, to_redis]
        try:
            both = (self._carry(reader, to_redis), self._carry(from_redis, writer))
            await asyncio.wait(map(asyncio.ensure_future, both), return_when=asyncio.FIRST_COMPLETED)
        finally:
            writer.close()
            to_redis.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                if writer in self._known:
                    writer.write(data)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def running_firewall(server: RedisServer) -> AsyncIterator[tuple[Firewall, int]]:
    firewall = Firewall(server.port)
    listener = await asyncio.start_server(firewall.let_in, "127.0.0.1", 0)
    try:
        yield firewall, listener.sockets[0].getsockname()[1]
    finally:
        listener.close()
        await firewall.close()
        await listener.wait_closed()


async def test_a_subscription_that_died_without_a_sign_is_made_anew(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: asyncio.Queue[announce.Announcement] = asyncio.Queue()
    async with running_firewall(redis_server) as (firewall, port), asyncio.timeout(60):
        real = RedisPubSubChannelLayer(hosts=[{"address": f"redis://127.0.0.1:{port}/0", "socket_timeout": None}])
        monkeypatch.setattr(layer, "get_channel_layer", lambda: real)
        monkeypatch.setattr(announce, "get_channel_layer", lambda: real)
        link = LayerLink(heard.put_nowait)
        link.start()
        try:
            await link.join(["room.7"])
            await hear(redis_server, heard, link)
            firewall.forget()
            await hear(redis_server, heard, link)
        finally:
            await link.stop()
            await real.flush()


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
    monkeypatch.setattr(layer, "get_channel_layer", lambda: recorder)
    monkeypatch.setattr(announce, "get_channel_layer", lambda: recorder)
    link = LayerLink(lambda announcement: None)
    link.start()
    for _ in range(2):
        await link.audit()
        await link._outgoing.join()
    await link.stop()
    once = ["join people", "send to people"]
    assert recorder.order == [*once, "flush", *once]


async def hear(server: RedisServer, heard: "asyncio.Queue[announce.Announcement]", link: LayerLink) -> None:
    """Another process speaks in the room until it is heard here; audits follow each other as they do in life."""
    other = RedisPubSubChannelLayer(hosts=[server.url])
    typing = announce.Typing(7, 1)
    pause = 0.1
    try:
        while heard.empty():
            message = {"type": "announcement", "process": "other", "data": announce.encode(typing)}
            await other.group_send("room.7", message)
            await link.audit()
            # For Redis to answer in, if it does; an audit before the answer would begin anew for ever.
            await asyncio.sleep(pause)
            pause *= 2
        assert heard.get_nowait() == typing
    finally:
        await other.flush()
