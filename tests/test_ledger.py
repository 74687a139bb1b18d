"""The contract checks themselves: each must let a good server pass and catch a bad one."""

from typing import Any

import pytest

from tests.ledger import ContractBroken, Ledger

ROOM = 7


def message(tick: int, **fields: Any) -> dict[str, Any]:
    return {"tick": tick, "message": {"id": tick, "tick": tick, "room": ROOM, "text": f"m{tick}", **fields}}


def events(*ticks: int) -> dict[str, Any]:
    changes = [message(tick) for tick in ticks]
    return {"type": "events", "room": ROOM, "first": ticks[0], "last": ticks[-1], "changes": changes}


def delta(since: int, clock: int, *ticks: int, more: bool = False, reset: bool = False) -> dict[str, Any]:
    changes = [message(tick) for tick in ticks]
    head = {"type": "delta", "room": ROOM, "since": since, "clock": clock, "more": more, "reset": reset}
    return {**head, "changes": changes}


def feed(ledger: Ledger, *items: dict[str, Any]) -> None:
    ledger.read_frame(list(items), size=100)


@pytest.fixture
def ledger() -> Ledger:
    """A reader who was welcomed with one room, its clock at 3."""
    ledger = Ledger()
    ledger.note_command({"type": "hello", "ref": "h", "cursors": {}})
    feed(
        ledger, {"type": "welcome", "rooms": [{"id": ROOM, "clock": 3}]}, {"type": "ok", "ref": "h", "result": {}}
    )
    return ledger


def test_ticks_that_go_on_are_taken_in(ledger: Ledger) -> None:
    feed(ledger, events(4, 5), delta(5, 9, 7, 9), events(10))
    assert ledger.rooms[ROOM].cursor == 10
    assert sorted(ledger.rooms[ROOM].messages) == [4, 5, 7, 9, 10]


@pytest.mark.parametrize(
    "item",
    [
        events(5),
        events(3, 4),
        {**events(4, 6), "last": 6},
        delta(4, 9, 5),
        delta(3, 9, 5, 4),
        delta(3, 4, 5),
        delta(3, 9, more=True),
        {"type": "heartbeat", "clocks": {str(ROOM): 4}},
        {"type": "events", "room": 8, "first": 1, "last": 1, "changes": [message(1)]},
        {"type": "ok", "ref": "h", "result": {}},
        {"type": "welcome", "rooms": []},
        {**events(4), "changes": [message(4, changed=5)]},
        {**events(4), "changes": [{"tick": 4, "poem": {}}]},
    ],
    ids=str,
)
def test_a_broken_promise_is_noticed(ledger: Ledger, item: dict[str, Any]) -> None:
    with pytest.raises(ContractBroken):
        feed(ledger, item)


def test_a_sync_restarts_the_room_at_its_cursor(ledger: Ledger) -> None:
    feed(ledger, events(4, 5))
    ledger.note_command({"type": "sync", "ref": "s", "room": ROOM, "since": 1})
    # Until the reply, what was under way goes on.
    feed(ledger, events(6), {"type": "ok", "ref": "s", "result": {}})
    with pytest.raises(ContractBroken):
        feed(ledger, events(7))
    feed(ledger, delta(1, 5, 2, 3, more=True), delta(3, 5, 4, 5), events(6))
    assert ledger.rooms[ROOM].cursor == 6


def test_a_reset_forgets_what_was_known(ledger: Ledger) -> None:
    feed(ledger, events(4), delta(4, 2, reset=True), events(3))
    assert list(ledger.rooms[ROOM].messages) == [3]


def test_a_room_named_in_hello_starts_at_its_cursor() -> None:
    ledger = Ledger()
    ledger.note_command({"type": "hello", "ref": "h", "cursors": {str(ROOM): 1}})
    feed(ledger, {"type": "welcome", "rooms": [{"id": ROOM, "clock": 3}]})
    feed(ledger, delta(1, 3, 2, 3), events(4))
    assert ledger.rooms[ROOM].cursor == 4


def test_frames_and_chunks_have_limits(ledger: Ledger) -> None:
    feed(ledger, {**events(4), "changes": [message(4, text="x" * 70_000)]})
    two = {**events(5, 6), "changes": [message(5, text="x" * 40_000), message(6, text="x" * 40_000)]}
    with pytest.raises(ContractBroken):
        feed(ledger, two)
    with pytest.raises(ContractBroken):
        ledger.read_frame([events(5)], size=1024 * 1024 + 1)
