"""Whom a process that ends waits for."""

import asyncio
import logging

import pytest

from chat.servers import ending


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "LOOK_EVERY", 0)
    monkeypatch.setattr(ending, "NOTICE", 0.05)
    monkeypatch.setattr(ending, "PATIENCE", 0.2)


class Connections:
    def __init__(self, *, busy: int, kept: int) -> None:
        self.busy, self.kept, self.looks = busy, kept, 0

    def is_busy(self) -> bool:
        self.looks += 1
        return self.busy >= self.looks

    def is_kept(self) -> bool:
        return self.kept >= self.looks


async def waited_for(connections: Connections) -> float:
    clock = asyncio.get_running_loop().time
    start = clock()
    await ending.requests_answered(connections.is_busy, connections.is_kept)
    return clock() - start


async def test_with_nobody_there_it_does_not_wait() -> None:
    connections = Connections(busy=0, kept=0)
    await waited_for(connections)
    assert connections.looks == 1


async def test_it_waits_until_what_is_under_way_is_answered() -> None:
    connections = Connections(busy=5, kept=5)
    await waited_for(connections)
    assert connections.looks == 6


async def test_connections_kept_open_have_time_to_learn_of_it() -> None:
    assert await waited_for(Connections(busy=0, kept=1_000_000_000)) >= ending.NOTICE


async def test_it_waits_no_longer_than_a_supervisor(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert await waited_for(Connections(busy=1_000_000_000, kept=0)) >= ending.PATIENCE
    assert "not answered" in caplog.text
