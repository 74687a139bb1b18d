import asyncio
import threading
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import OperationalError

from chat.actions.posting import Draft, Posted
from chat.actions.reading import Marker
from chat.errors import UNAVAILABLE, Refused
from chat.live import writer as writers
from chat.live.writer import Writer

pytestmark = pytest.mark.django_db(transaction=True)


class Store:
    """Stands for the action: holds a batch until the test lets it go."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.started, self.go = threading.Semaphore(0), threading.Semaphore(0)
        self.error: Exception | None = None
        self.bad = ""

    def post_many(self, drafts: Sequence[Draft]) -> list[Any]:
        self.batches.append([draft.ref for draft in drafts])
        self.started.release()
        self.go.acquire()
        if self.error:
            raise self.error
        if any(draft.ref == self.bad for draft in drafts):
            raise ValueError("a post that breaks")
        return [Posted(len(self.batches), index, draft.room_id, True) for index, draft in enumerate(drafts)]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    store = Store()
    monkeypatch.setattr(writers, "post_many", store.post_many)
    return store


def draft(ref: str) -> Draft:
    return Draft(1, 1, ref, "text")


async def started(store: Store) -> None:
    await asyncio.to_thread(store.started.acquire)


async def test_what_arrives_during_a_commit_is_stored_together(store: Store) -> None:
    writer = Writer()
    first = writer.post(draft("1"))
    await started(store)
    rest = [writer.post(draft(str(number))) for number in range(2, 6)]
    store.go.release(2)
    await asyncio.gather(first, *rest)
    assert store.batches == [["1"], ["2", "3", "4", "5"]]
    await writer.drain()


async def test_a_large_crowd_is_stored_in_batches(store: Store) -> None:
    store.go.release(100)
    writer = Writer()
    await asyncio.gather(*[writer.post(draft(str(number))) for number in range(600)])
    assert [len(batch) for batch in store.batches] == [256, 256, 88]
    assert [ref for batch in store.batches for ref in batch] == [str(number) for number in range(600)]
    await writer.drain()


async def test_a_stop_waits_so_long_and_no_longer(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writers, "DRAIN_LIMIT", 0.1)
    writer = Writer()
    begun = writer.post(draft("begun"))
    await started(store)
    waiting, marker = writer.post(draft("waiting")), writer.mark_read(Marker(1, 1, 1))
    await writer.drain()
    assert (await waiting, await marker) == (UNAVAILABLE, UNAVAILABLE)
    assert not begun.done(), "it may be stored, or not"
    store.go.release(100)
    assert store.batches == [["begun"]]


async def test_a_database_that_is_away_refuses_the_batch(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    store.go.release(100)
    store.error = OperationalError("gone")
    writer = Writer()
    for outcome in await asyncio.gather(writer.post(draft("1")), writer.post(draft("2"))):
        assert outcome is UNAVAILABLE
    assert "Traceback" not in caplog.text
    # It recovers by itself.
    store.error = None
    assert isinstance(await writer.post(draft("3")), Posted)
    await writer.drain()


async def test_what_breaks_a_batch_takes_nobody_elses_post_with_it(store: Store) -> None:
    store.go.release(100)
    store.bad = "2"
    writer = Writer()
    outcomes = await asyncio.gather(*[writer.post(draft(ref)) for ref in ("1", "2", "3")])
    assert [isinstance(outcome, Refused) for outcome in outcomes] == [False, True, False]
    assert store.batches == [["1", "2", "3"], ["1"], ["2"], ["3"]]
    await writer.drain()


async def test_draining_answers_what_was_taken_and_takes_nothing_more(store: Store) -> None:
    writer = Writer()
    first = writer.post(draft("1"))
    await started(store)
    waiting = writer.post(draft("2"))
    drained = asyncio.create_task(writer.drain())
    await asyncio.sleep(0)
    assert await writer.post(draft("late")) is UNAVAILABLE
    assert not drained.done()
    store.go.release(2)
    await drained
    assert isinstance(first.result(), Posted)
    assert isinstance(waiting.result(), Posted)
    assert store.batches == [["1"], ["2"]]


async def test_who_no_longer_waits_does_not_stop_the_others(store: Store) -> None:
    writer = Writer()
    first, second = writer.post(draft("1")), writer.post(draft("2"))
    first.cancel()
    store.go.release(2)
    assert isinstance(await second, Posted)
    await writer.drain()


async def test_markers_are_gathered_too(monkeypatch: pytest.MonkeyPatch) -> None:
    batches: list[list[int]] = []

    def mark(markers: Sequence[Marker]) -> list[dict[str, int]]:
        batches.append([marker.tick for marker in markers])
        return [{"unread": marker.tick, "mentions": 0} for marker in markers]

    monkeypatch.setattr(writers, "mark_read_many", mark)
    writer = Writer()
    counts = await asyncio.gather(*[writer.mark_read(Marker(1, 1, tick)) for tick in range(3)])
    assert [count["unread"] for count in counts if not isinstance(count, Refused)] == [0, 1, 2]
    assert batches == [[0, 1, 2]]
    await writer.drain()


async def test_what_breaks_while_counting_costs_no_post(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    def break_down(drafts: Sequence[Draft]) -> None:
        raise ValueError("something of the counting")

    monkeypatch.setattr(writers, "hold_back", break_down)
    writer = Writer()
    store.go.release()
    assert isinstance(await writer.post(draft("counted by nobody")), Posted)
    await writer.drain()
