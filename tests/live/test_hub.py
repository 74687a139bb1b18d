import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from chat import announce, sync
from chat.errors import not_found
from chat.live import hub as hubs
from chat.live.hub import Hub
from tests.live.fakes import FakeReads, Wire, body, chunk, make_hub, settle


def tell(hub: Hub, first: int, last: int, members: Any = ()) -> None:
    hub.receive(announce.Changes(7, first, last, body(first, last), list(members)))


@pytest.fixture
def reads() -> FakeReads:
    return FakeReads()


@pytest.fixture
async def hub(reads: FakeReads) -> AsyncIterator[Hub]:
    hub = make_hub(reads)
    yield hub
    for connection in list(hub.connections):
        connection.detach()
    for task in hub.tasks.running:
        task.cancel()
    await asyncio.gather(*hub.tasks.running, return_exceptions=True)


def reader_of(hub: Hub, user_id: int = 1, clock: int = 3, cursor: int | None = None) -> Wire:
    wire = Wire(hub, user_id)
    hub.follow(wire.connection, [(7, clock, cursor)])
    return wire


async def test_announcements_in_order_reach_everybody(hub: Hub) -> None:
    wires = [reader_of(hub, user) for user in (1, 2)]
    tell(hub, 4, 5)
    tell(hub, 6, 6)
    await settle()
    assert [wire.ticks() for wire in wires] == [[4, 5, 6], [4, 5, 6]]


async def test_what_comes_twice_or_late_is_dropped(hub: Hub) -> None:
    wire = reader_of(hub)
    for first, last in ((4, 6), (4, 6), (5, 5), (2, 3)):
        tell(hub, first, last)
    await settle()
    assert wire.ticks() == [4, 5, 6]


async def test_what_overlaps_is_cut(hub: Hub) -> None:
    wire = reader_of(hub)
    tell(hub, 4, 5)
    tell(hub, 5, 7)
    await settle()
    assert wire.ticks() == [4, 5, 6, 7]


async def test_what_comes_early_waits_for_what_is_missing(hub: Hub, reads: FakeReads) -> None:
    wire = reader_of(hub)
    tell(hub, 6, 6)
    tell(hub, 5, 5)
    await settle()
    assert wire.ticks() == []
    tell(hub, 4, 4)
    await settle()
    assert wire.ticks() == [4, 5, 6]
    assert reads.deltas == []


async def test_a_gap_is_read_once_and_reaches_all_as_a_delta(hub: Hub, reads: FakeReads) -> None:
    reads.answers["changes_since"] = lambda room, since: chunk(since, 6)
    wires = [reader_of(hub, user) for user in (1, 2)]
    tell(hub, 7, 7)
    hub._stop_waiting(hub.feeds[7])  # as the timer does
    await settle()
    assert reads.deltas == [("changes_since", 7, 3)]
    for wire in wires:
        assert [item["type"] for item in wire.objects] == ["delta", "events"]
        assert wire.ticks() == [4, 5, 6, 7]


async def test_a_commit_between_snapshot_and_feed_is_found_at_once(hub: Hub, reads: FakeReads) -> None:
    """Its announcement found no feed. Until the next audit nobody would see it."""
    reads.answers |= {"clocks": {7: 5}, "changes_since": lambda room, since: chunk(since, 5)}
    wire = reader_of(hub)
    await settle()
    assert wire.ticks() == [4, 5]


async def test_a_clock_that_moved_unannounced_is_noticed(hub: Hub, reads: FakeReads) -> None:
    reads.answers |= {"clocks": {7: 5}, "changes_since": lambda room, since: chunk(since, 5)}
    wire = reader_of(hub)
    await hub.audit()
    await settle()
    assert wire.ticks() == [4, 5]


async def test_a_read_that_fails_is_tried_again_at_the_next_audit(hub: Hub, reads: FakeReads) -> None:
    def fail(room: int, since: int) -> sync.Chunk:
        raise OSError("the database is away")

    reads.answers |= {"clocks": {7: 5}, "changes_since": fail}
    wire = reader_of(hub)
    await hub.audit()
    await settle()
    assert wire.ticks() == []
    reads.answers["changes_since"] = lambda room, since: chunk(since, 5)
    await hub.audit()
    await settle()
    assert wire.ticks() == [4, 5]


async def test_a_gap_too_large_resets_everybody(hub: Hub, reads: FakeReads) -> None:
    reads.answers |= {
        "clocks": {7: 90_000},
        "changes_since": lambda room, since: chunk(since, 90_000, reset=True),
    }
    wire = reader_of(hub)
    await hub.audit()
    await settle()
    [delta] = wire.objects
    assert (delta["reset"], delta["clock"]) == (True, 90_000)
    tell(hub, 90_001, 90_001)
    await settle()
    assert wire.ticks() == [90_001]


async def test_who_left_within_a_gap_too_large_to_follow_is_out_at_once(hub: Hub, reads: FakeReads) -> None:
    left = [(80_000, 1, True)]
    reads.answers |= {
        "clocks": {7: 90_000},
        "changes_since": lambda room, since: chunk(since, 90_000, reset=True, members=left),
    }
    gone, other = reader_of(hub, 1), reader_of(hub, 2)
    await hub.audit()
    await settle()
    tell(hub, 90_001, 90_001)
    await settle()
    assert gone.objects[-1] == {"type": "gone", "room": 7}
    assert (gone.ticks(), other.ticks()) == ([], [90_001])


async def test_who_left_reads_exactly_to_that_tick(hub: Hub) -> None:
    wire, other = reader_of(hub, 1), reader_of(hub, 2)
    tell(hub, 4, 8, [(6, 1, True)])
    await settle()
    assert wire.ticks() == [4, 5, 6]
    assert wire.objects[-1] == {"type": "gone", "room": 7}
    assert other.ticks() == [4, 5, 6, 7, 8]
    assert 7 not in wire.connection.readers


async def test_a_delta_is_cut_where_someone_left(hub: Hub, reads: FakeReads) -> None:
    reads.answers |= {
        "clocks": {7: 8},
        "changes_since": lambda room, since: chunk(since, 8, members=[(6, 1, True)]),
    }
    wire = reader_of(hub, 1)
    await hub.audit()
    await settle()
    assert wire.ticks() == [4, 5, 6]
    assert wire.objects[-1]["type"] == "gone"


async def test_a_snapshot_older_than_the_leaving_reads_no_further(hub: Hub) -> None:
    reader_of(hub, 2)
    tell(hub, 4, 8, [(6, 1, True)])
    late = reader_of(hub, 1, clock=5)
    await settle()
    assert late.ticks() == [6]
    assert late.objects[-1]["type"] == "gone"


async def test_a_cursor_of_ones_own_is_owed_a_delta(hub: Hub, reads: FakeReads) -> None:
    reads.answers["changes_since"] = lambda room, since: chunk(since, 3)
    behind, level = reader_of(hub, 1, cursor=1), reader_of(hub, 2, cursor=3)
    await settle()
    assert [item["type"] for item in behind.objects] == ["delta"]
    assert behind.ticks() == [2, 3]
    assert [item["changes"] for item in level.objects] == [[]]


async def test_many_who_ask_the_same_are_answered_by_one_read(hub: Hub, reads: FakeReads) -> None:
    reads.answers["changes_since"] = lambda room, since: chunk(since, 3)
    wires = [reader_of(hub, user, cursor=1) for user in range(50)]
    await settle()
    assert all(wire.ticks() == [2, 3] for wire in wires)
    assert reads.deltas == [("changes_since", 7, 1)]


async def test_a_room_that_is_gone_from_the_database_is_no_loop(
    hub: Hub, reads: FakeReads, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(room: int, since: int) -> sync.Chunk:
        raise not_found()

    monkeypatch.setattr(hubs, "RETRY", 3600)
    reads.answers["changes_since"] = refuse
    wire = reader_of(hub, cursor=1)
    await settle()
    await settle()
    assert len(reads.deltas) == 1
    assert wire.frames == []


async def test_a_feed_nobody_reads_is_dropped(hub: Hub, reads: FakeReads) -> None:
    wire = reader_of(hub)
    wire.connection.detach()
    await hub.audit()
    assert not hub.feeds
