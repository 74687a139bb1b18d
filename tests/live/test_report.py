"""What Prometheus is told of an engine, number by number."""

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from chat import announce, protocol
from chat.live import engine as engines
from chat.live.engine import Engine
from chat.live.report import READINGS, EngineReport
from chat.metrics import REGISTRY
from tests.live.fakes import Wire, body, settle


@pytest.fixture
async def engine(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Engine]:
    engine = Engine()
    monkeypatch.setattr(engines, "_current", engine)
    yield engine
    for pool in (engine.reads, engine.changes, engine.audits):
        pool.close()


def value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


def follow(engine: Engine, user: int, **options: Any) -> Wire:
    """In room 7; past `Hub.follow`, which would ask the database."""
    from chat.live.feed import Feed
    from chat.live.reader import Reader

    wire = Wire(engine.hub, user, **options)
    feed = engine.hub.feeds.setdefault(7, Feed(7, 0))
    wire.connection.readers[7] = reader = Reader(wire.connection, feed, 0)
    feed.readers.add(reader)
    return wire


def test_without_an_engine_the_names_are_known_and_nothing_else() -> None:
    families = list(EngineReport().collect())
    assert [family.name for family in families] == [reading.name for reading in READINGS]
    assert [family.samples for family in families] == [[]] * len(READINGS)


async def test_connections_and_what_they_are_sent(engine: Engine) -> None:
    wires = [follow(engine, user) for user in (1, 1, 2)]
    engine.hub.receive(announce.Changes(7, 1, 4, body(1, 4)), time.monotonic())
    await settle()
    assert value("chat_connections") == value("chat_connections_opened_total") == 3
    assert value("chat_people") == 2
    assert value("chat_rooms_followed") == 1
    assert value("chat_deliveries_total") == 12
    assert value("chat_sent_bytes_total") == sum(wire.bytes for wire in wires) > 0
    wires[0].connection.close(protocol.Close.TOO_MANY)
    wires[1].connection.detach()
    assert (value("chat_connections"), value("chat_connections_opened_total")) == (1, 3)
    assert value("chat_connections_closed_total", code="4429") == 1
    assert value("chat_deliveries_total") == 12, "what was sent to those who are gone still counts"


async def test_windows_that_are_full(engine: Engine) -> None:
    follow(engine, 1, window=1000)
    assert value("chat_windows_full") == 0
    for tick in (1, 2):
        engine.hub.receive(announce.Changes(7, tick, tick, body(tick, tick, 900)))
        await settle()
    assert value("chat_windows_full") == 1
    assert value("chat_deliveries_total") == 1


async def test_queues(engine: Engine) -> None:
    # No thread takes it from here.
    engine.reads._executor._work_queue.put(None)  # type: ignore[arg-type]
    for queue, length in {
        "reads": 1,
        "posts": 0,
        "markers": 0,
        "announcements": 0,
        "changes": 0,
        "audits": 0,
    }.items():
        assert value("chat_queue_length", queue=queue) == length
    engine.reads._executor._work_queue.get()


async def test_the_silence_of_the_database(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    async def answer(work: Any) -> bool:
        return True

    async def fail(work: Any) -> bool:
        raise OSError("away")

    engine.database_answered -= 60
    monkeypatch.setattr(engine.audits, "run", fail)
    with pytest.raises(OSError, match="away"):
        await engine._ask_database()
    assert (value("chat_database_silent_seconds") or 0) >= 60
    monkeypatch.setattr(engine.audits, "run", answer)
    await engine._ask_database()
    assert (value("chat_database_silent_seconds") or 0) < 60


async def test_an_engine_that_stops(engine: Engine) -> None:
    assert value("chat_stopping") == 0
    engine.closing = True
    assert value("chat_stopping") == 1
