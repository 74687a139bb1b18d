from typing import Any

import pytest

from chat import announce
from chat.live.hub import Hub
from chat.live.presence import FORGET, REPEAT, Presence
from tests.live.fakes import Wire, make_hub, settle


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("chat.live.presence.time.monotonic", lambda: clock.now)
    return clock


@pytest.fixture
def hub() -> Hub:
    return make_hub()


@pytest.fixture
def published() -> list[announce.Present]:
    return []


@pytest.fixture
def presence(hub: Hub, clock: Clock, published: list[Any]) -> Presence:
    return Presence(hub, published.append)


def come(hub: Hub, presence: Presence, user: int, *rooms: int) -> Wire:
    wire = Wire(hub, user)
    wire.connection.greeted = True
    hub.follow(wire.connection, [(room, 0, None) for room in rooms])
    presence.greet(wire.connection, list(rooms))
    return wire


def told(wire: Wire, room: int = 7) -> list[dict[str, str]]:
    return [item["states"] for item in wire.objects if item["type"] == "presence" and item["room"] == room]


async def test_a_thousand_arrivals_are_one_event(hub: Hub, presence: Presence) -> None:
    first = come(hub, presence, 1, 7)
    presence.tick()
    await settle()
    for user in range(2, 1002):
        come(hub, presence, user, 7)
    presence.tick()
    await settle()
    assert told(first)[:2] == [{}, {"1": "online"}]
    [arrivals] = told(first)[2:]
    assert len(arrivals) == 1000


async def test_only_those_who_share_a_room_are_told(hub: Hub, presence: Presence) -> None:
    here, elsewhere = come(hub, presence, 1, 7), come(hub, presence, 2, 8)
    presence.tick()
    await settle()
    assert told(here)[-1] == {"1": "online"}
    assert told(elsewhere) == []
    assert told(elsewhere, 8)[-1] == {"2": "online"}


async def test_the_best_of_all_connections_and_processes_counts(hub: Hub, presence: Presence) -> None:
    watcher = come(hub, presence, 1, 7)
    wire = come(hub, presence, 2, 7)
    wire.connection.away = True
    presence.tick()
    await settle()
    assert told(watcher)[-1]["2"] == "away"
    presence.receive(announce.Present("other", False, {2: ("online", [7])}))
    presence.tick()
    await settle()
    assert told(watcher)[-1] == {"2": "online"}
    presence.receive(announce.Present("other", False, {2: ("offline", [])}))
    presence.tick()
    await settle()
    assert told(watcher)[-1] == {"2": "away"}
    # Whichever of them is asked last.
    presence.receive(announce.Present("other", False, {1: ("away", [7])}))
    presence.tick()
    await settle()
    assert all(states.get("1") != "away" for states in told(watcher))


async def test_a_process_that_falls_silent_holds_nobody(hub: Hub, presence: Presence, clock: Clock) -> None:
    watcher = come(hub, presence, 1, 7)
    presence.receive(announce.Present("other", True, {2: ("online", [7])}))
    presence.tick()
    await settle()
    assert told(watcher)[-1]["2"] == "online"
    clock.now += FORGET + 1
    presence.tick()
    await settle()
    assert told(watcher)[-1] == {"2": "offline"}


async def test_a_complete_announcement_replaces_what_was_held(hub: Hub, presence: Presence) -> None:
    watcher = come(hub, presence, 1, 7)
    presence.receive(announce.Present("other", True, {2: ("online", [7]), 3: ("online", [7])}))
    presence.tick()
    presence.receive(announce.Present("other", True, {3: ("online", [7])}))
    presence.tick()
    await settle()
    assert told(watcher)[-1] == {"2": "offline"}


async def test_changes_are_published_at_once_and_all_from_time_to_time(
    hub: Hub, presence: Presence, clock: Clock, published: list[announce.Present]
) -> None:
    come(hub, presence, 1, 7)
    presence.tick()
    assert [(one.complete, one.states) for one in published] == [(False, {1: ("online", [7])})]
    presence.tick()
    assert len(published) == 1
    clock.now += REPEAT
    presence.tick()
    assert (published[-1].complete, published[-1].states) == (True, {1: ("online", [7])})


async def test_who_leaves_a_room_is_offline_there_alone(hub: Hub, presence: Presence) -> None:
    watcher = come(hub, presence, 1, 7, 8)
    wire = come(hub, presence, 2, 7, 8)
    presence.tick()
    hub.drop_reader(wire.connection.readers[8])
    presence.touch(2)
    presence.tick()
    await settle()
    assert told(watcher, 8)[-1] == {"2": "offline"}
    assert told(watcher, 7)[-1]["2"] == "online"


async def test_the_complete_picture_leaves_out_who_is_offline(hub: Hub, presence: Presence) -> None:
    wire = come(hub, presence, 1, 7)
    come(hub, presence, 2, 7)
    presence.tick()
    wire.connection.detach()
    presence.touch(1)
    presence.tick()
    newcomer = come(hub, presence, 3, 7)
    await settle()
    assert told(newcomer)[0] == {"2": "online"}
