import logging
from types import SimpleNamespace
from typing import Any

import pytest

from chat import ids, protocol
from chat.live import turn as turns
from chat.live.feed import Feed
from chat.live.turn import Turn
from chat.metrics import REGISTRY
from tests.live.fakes import Wire, make_hub, settle


def lags() -> list[float]:
    """How many were measured, and their sum."""
    return [REGISTRY.get_sample_value(f"chat_hub_lag_seconds_{part}") or 0 for part in ("count", "sum")]


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    clock = [100.0]
    monkeypatch.setattr(turns, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    return clock


async def test_the_lag_is_that_of_the_oldest(now: list[float]) -> None:
    turn, (count, total) = Turn(), lags()
    for since in (None, 98.0, 99.0, None):
        turn.touch(Feed(7, 0), since)
    await settle()
    assert lags() == pytest.approx([count + 1, total + 2.0])
    now[0] = 200.0
    turn.touch(Feed(7, 0))
    turn.touch(Feed(7, 0), 199.0)
    turn.flush()
    assert lags() == pytest.approx([count + 2, total + 3.0])


async def test_what_nobody_committed_has_no_lag() -> None:
    turn, before = Turn(), lags()
    turn.touch(Feed(7, 0))
    turn.flush()
    assert lags() == before


async def test_what_fails_is_logged_for_the_connection_that_failed(caplog: pytest.LogCaptureFixture) -> None:
    """And not for the one whose words caused the sending."""
    hub, wires, seen = make_hub(), [], []
    for number in range(3):
        token = ids.connection_id.set(f"socket {number}")
        wires.append(Wire(hub, number))
        ids.connection_id.reset(token)

    def break_down(frame: Any) -> None:
        seen.append(ids.connection_id.get())
        raise ValueError("a broken transport")

    wires[1].connection._send = break_down
    ids.connection_id.set("socket 0")
    for wire in wires:
        wire.connection.push(b"{}")
    await settle()
    [record] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.__dict__["connection_id"] == "socket 1"
    assert seen == [""]
    assert [len(wire.frames) for wire in wires] == [1, 0, 1]
    assert [wire.closed for wire in wires] == [[], [protocol.Close.RESTART], []]
    assert hub.counts.closes == {protocol.Close.RESTART: 1}
