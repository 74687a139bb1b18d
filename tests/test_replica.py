"""Reads that go to a replica, and what becomes of them when it is behind, fails or hangs.

`tests/processes/test_replica.py` has a real one.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connections, router

from chat import access, replica, sync
from chat.actions.posting import Draft, post
from chat.models import Message, Room, User

PRIMARY, REPLICA = "default", "replica"


def where() -> str:
    """Where a read goes that is made now and here."""
    return router.db_for_read(Message)


def has_all() -> bool:
    return True


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(replica, "time", clock)
    return clock


@pytest.fixture(autouse=True)
def _replica(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """There is one, to which nothing here connects."""
    monkeypatch.setitem(settings.DATABASES, REPLICA, settings.DATABASES[PRIMARY])
    monkeypatch.setattr(router, "routers", [replica.HistoryRouter()])
    monkeypatch.setattr(replica, "_away", False)
    monkeypatch.setattr(replica, "_free", threading.Semaphore(replica.THREADS))
    monkeypatch.setattr(replica, "LIMIT", 60.0)  # a busy machine is slow
    yield
    for thread in asked():
        thread.join()


def asked() -> list[threading.Thread]:
    """The threads that read from the replica now."""
    return [thread for thread in threading.enumerate() if thread.name == "chat-replica"]


def read() -> str | None:
    return replica.read(where, complete=has_all)


def fail(error: Exception) -> Callable[[], bool]:
    def complete() -> bool:
        assert where() == REPLICA
        raise error

    return complete


def test_reads_go_to_the_replica_only_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    assert where() == PRIMARY
    assert read() == REPLICA
    assert where() == PRIMARY
    assert router.db_for_write(Message) == PRIMARY
    assert router.allow_migrate(PRIMARY, "chat")
    assert not router.allow_migrate(REPLICA, "chat")
    monkeypatch.delitem(settings.DATABASES, REPLICA)
    assert read() is None


def test_one_that_is_behind_is_not_used_and_not_taken_for_dead() -> None:
    assert replica.read(where, complete=lambda: False) is None
    assert read() == REPLICA


async def test_nobody_else_s_reads_go_there_meanwhile() -> None:
    """Neither those of the thread that waits, nor of other threads, nor of tasks begun inside."""
    inside, goes_on = threading.Event(), threading.Event()

    def work() -> str:
        inside.set()
        goes_on.wait()
        return where()

    page = asyncio.create_task(asyncio.to_thread(replica.read, work, complete=has_all))
    await asyncio.to_thread(inside.wait)
    assert where() == PRIMARY
    assert await asyncio.to_thread(where) == PRIMARY
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(where).result() == PRIMARY
    goes_on.set()
    assert await page == REPLICA


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("gone"), DatabaseError("gone")])
def test_one_that_fails_is_left_alone_and_looked_for_without_waiting(
    clock: Clock, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    caplog.set_level(logging.INFO, "chat.replica")
    looks: list[float] = []

    def look() -> bool:
        looks.append(clock.now)
        raise error

    assert replica.read(where, complete=fail(error)) is None
    clock.now += replica.PAUSE - 0.1
    assert replica.read(where, complete=look) is None
    assert looks == []
    clock.now += 0.1
    for _ in range(3):
        assert replica.read(where, complete=look) is None
        join()
    assert looks == [clock.now]
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "gone" in caplog.text
    clock.now += replica.PAUSE
    assert read() is None, "this page only looks"
    join()
    assert read() == REPLICA
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


def join() -> None:
    for thread in asked():
        thread.join()


def test_what_is_wrong_with_the_work_is_raised() -> None:
    def work() -> str:
        raise KeyError("our own mistake")

    with pytest.raises(KeyError):
        replica.read(work, complete=has_all)
    assert read() == REPLICA


@contextmanager
def hanging() -> Iterator[Callable[[], bool]]:
    answers = threading.Event()

    def complete() -> bool:
        answers.wait()
        return True

    try:
        yield complete
    finally:
        answers.set()


def test_one_that_hangs_costs_a_page_its_limit_and_few_threads(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setattr(replica, "LIMIT", 0.01)
    with hanging() as complete:
        assert replica.read(where, complete=complete) is None
        for _ in range(2 * replica.THREADS):
            clock.now += replica.PAUSE
            assert replica.read(where, complete=complete) is None
        assert len(asked()) == replica.THREADS
        clock.now += replica.PAUSE
        assert read() is None
    join()
    assert read() == REPLICA, "it answered those who were left behind"


def test_too_many_at_once_read_from_the_primary_and_it_is_not_taken_for_dead() -> None:
    all_begun = threading.Barrier(replica.THREADS + 1)
    with ThreadPoolExecutor(replica.THREADS) as pool, hanging() as answered:

        def complete() -> bool:
            all_begun.wait()
            return answered()

        pages = [pool.submit(replica.read, where, complete=complete) for _ in range(replica.THREADS)]
        all_begun.wait()
        assert read() is None
    assert {page.result() for page in pages} == {REPLICA}
    assert read() == REPLICA


# What is asked of which


@pytest.fixture
def asked_of(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stands for a replica that is the primary itself, read in the same thread: tells where reads would go."""
    places: list[str] = []

    class Watching(replica.HistoryRouter):
        def db_for_read(self, model: type, **hints: object) -> str:
            places.append(f"{super().db_for_read(model) or PRIMARY} {model.__name__}")
            return PRIMARY

    class AtOnce(threading.Thread):
        def start(self) -> None:
            token = replica._reading.set(False)
            self.run()
            replica._reading.reset(token)

    monkeypatch.setattr(router, "routers", [Watching()])
    monkeypatch.setattr(threading, "Thread", AtOnce)
    monkeypatch.setattr(connections, "close_all", lambda: None)
    return places


def test_access_clock_and_names_are_the_primary_s(general: Room, bob: User, asked_of: list[str]) -> None:
    post(Draft(bob.pk, general.pk, "1", "hello"))
    asked_of.clear()
    access.readable_room(bob, general.pk)
    page = sync.history(general.pk)
    assert [message.text for message in page.messages] == ["hello"]
    assert "replica Message" in asked_of
    assert {place for place in asked_of if place.endswith((" Membership", " User"))} <= {
        "default Membership",
        "default User",
    }
    rooms = [place for place in asked_of if place.endswith(" Room")]
    assert rooms[-2:] == ["default Room", "replica Room"], (
        "the primary's clock first: what is later may be missing"
    )


def test_a_page_that_the_replica_lacks_is_the_primary_s(
    general: Room, bob: User, asked_of: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    post(Draft(bob.pk, general.pk, "1", "hello"))
    asked_of.clear()
    behind = sync.clocks([general.pk])
    behind[general.pk] -= 1
    monkeypatch.setattr(sync, "clocks", clocks := Clocks(behind))
    assert [message.text for message in sync.history(general.pk).messages] == ["hello"]
    assert clocks.asked == [PRIMARY, REPLICA]
    assert "default Message" in asked_of
    assert "replica Message" not in asked_of


class Clocks:
    """`sync.clocks` of a primary, and of a replica that has come as far as `behind`."""

    def __init__(self, behind: dict[int, int]) -> None:
        self._real = sync.clocks
        self._behind = behind
        self.asked: list[str] = []

    def __call__(self, room_ids: list[int]) -> dict[int, int]:
        there = replica._reading.get()
        self.asked.append(REPLICA if there else PRIMARY)
        return self._behind if there else self._real(room_ids)
