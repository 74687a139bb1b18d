"""The moderators' badge: who is told, when, and how seldom it is counted."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from chat.live.cases import GATHER, REPEAT, Badges
from chat.live.pools import Pool
from tests.live.fakes import FakeReads, Wire, make_hub, settle
from tests.live.test_personal import room_of


class World:
    """A hub, the counts as the database has them, and the clock on the wall."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr("chat.live.cases.time.monotonic", lambda: self.now)
        self.counts: dict[int, int] = {}
        self.reads = FakeReads()
        self.reads.answers["undecided"] = lambda: dict(self.counts)
        self.hub = make_hub(self.reads)
        self.badges = Badges(self.hub, cast(Pool, self.reads))

    def connect(self, user_id: int, role: str = "member", *, staff: bool = False, kind: str = "public") -> Wire:
        wire = Wire(self.hub, user_id)
        wire.connection.identity.user.is_staff = staff
        wire.connection.greeted = True
        room = room_of(3)
        room.role, room.kind = role, kind
        self.badges.greet(wire.connection, [room])
        return wire

    async def pass_time(self, seconds: float = GATHER) -> None:
        self.now += seconds
        self.badges.tick()
        await settle()

    @property
    def counted(self) -> int:
        return sum(1 for work, *_ in self.reads.asked if work == "undecided")


@pytest.fixture
async def world(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    world = World(monkeypatch)
    yield world
    for connection in list(world.hub.connections):
        connection.detach()
    await asyncio.gather(*world.hub.tasks.running, return_exceptions=True)


def shown(wire: Wire) -> list[Any]:
    return [item["open"] for item in wire.objects if item["type"] == "cases"]


async def test_a_moderator_is_told_after_the_welcome_and_nobody_else(world: World) -> None:
    world.counts = {1: 4}
    moderators = [world.connect(1, "moderator"), world.connect(2, "owner"), world.connect(3, staff=True)]
    others = [world.connect(4), world.connect(5, "owner", kind="direct")]
    await world.pass_time()
    assert [shown(wire) for wire in moderators] == [[4], [0], [0]]
    assert [shown(wire) for wire in others] == [[], []]


async def test_who_comes_without_moderating_costs_no_count(world: World) -> None:
    for user_id in range(1, 5):
        world.connect(user_id)
    for _ in range(30):
        await world.pass_time()
    assert world.counted == 0


async def test_only_those_whose_number_changed_are_told(world: World) -> None:
    world.counts = {1: 1, 2: 1}
    first, second = world.connect(1, "moderator"), world.connect(2, "moderator")
    await world.pass_time()
    world.counts = {1: 2, 2: 1}
    world.badges.touch()
    await world.pass_time()
    assert (shown(first), shown(second)) == ([1, 2], [1])


async def test_what_changes_at_rest_is_told_at_once_and_a_flood_once_a_second(world: World) -> None:
    wire = world.connect(1, "moderator")
    await settle()
    assert shown(wire) == [0]
    for number in range(1, 101):
        world.counts = {1: number}
        world.badges.touch()
        await settle()
    assert shown(wire) == [0]
    await world.pass_time()
    assert shown(wire) == [0, 100]
    assert world.counted == 2


async def test_a_change_during_a_count_is_counted_again(world: World) -> None:
    wire = world.connect(1, "moderator")

    def count() -> dict[int, int]:
        if world.counted == 1:
            world.badges.touch()
        return {1: world.counted}

    world.reads.answers["undecided"] = count
    await settle()
    await world.pass_time()
    assert shown(wire) == [1, 2]


async def test_a_second_connection_is_told_what_the_first_knows(world: World) -> None:
    world.counts = {1: 3}
    first = world.connect(1, "moderator")
    await world.pass_time()
    second = world.connect(1, "moderator")
    await world.pass_time()
    assert (shown(first), shown(second)) == ([3], [3])


async def test_whoever_becomes_a_moderator_sees_the_badge_and_loses_it_with_the_role(world: World) -> None:
    wire = world.connect(1)
    world.counts = {1: 2}
    world.badges.touch()
    await world.pass_time()
    world.counts = {}
    world.badges.touch()
    await world.pass_time()
    await world.pass_time(REPEAT)
    assert shown(wire) == [2, 0]


async def test_what_was_announced_and_lost_is_found(world: World) -> None:
    wire = world.connect(1, "moderator")
    await world.pass_time()
    world.counts = {1: 1}
    await world.pass_time()
    assert shown(wire) == [0]
    await world.pass_time(REPEAT)
    assert shown(wire) == [0, 1]


async def test_a_count_that_failed_is_made_again(world: World) -> None:
    wire = world.connect(1, "moderator")
    answer = world.reads.answers.pop("undecided")
    await settle()
    world.reads.answers["undecided"] = answer
    world.counts = {1: 1}
    assert shown(wire) == []
    await world.pass_time()
    assert shown(wire) == [1]
