"""The tie to the channel layer while Redis is away, on the real layer and a port where nobody listens."""

import asyncio

import pytest
from channels_redis.pubsub import RedisPubSubChannelLayer

from chat.live import layer
from chat.live.layer import LayerLink
from tests.services.programs import free_port


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
