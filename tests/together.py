"""Real concurrency for races: several threads, each with a database connection of its own, let go at once."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from chat.actions import people
from chat.models import Room, User


def together(*works: Callable[[], Any]) -> list[Any]:
    """What each returned, or the exception it raised, in order."""
    barrier = threading.Barrier(len(works), timeout=60)

    def run(work: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return work()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(run, works))


def meet_before_the_transaction(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """So many people who make an account begin its transaction at once, connected and with a hashed password."""
    barrier = threading.Barrier(number, timeout=60)
    prepare = people.prepare_account

    def prepare_and_wait(**fields: str) -> User:
        account = prepare(**fields)
        connection.ensure_connection()
        barrier.wait()
        return account

    monkeypatch.setattr(people, "prepare_account", prepare_and_wait)


def queued_for_a_room(room: Room, *works: Callable[[], Any]) -> list[Any]:
    """The same for works that all want this room's lock, where each begins once the one before waits for it.

    They get it in that order: who wants a lock then that a later one has already, deadlocks. On PostgreSQL alone;
    SQLite knows one lock, and there they run one after the other.
    """

    def run(work: Callable[[], Any]) -> Any:
        try:
            return work()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as threads:
        if connection.vendor != "postgresql":
            return [threads.submit(run, work).result() for work in works]
        with transaction.atomic():
            Room.objects.lock([room.pk])
            running = []
            for number, work in enumerate(works, start=1):
                running.append(threads.submit(run, work))
                _wait_until_waiting(number)
        return [future.result() for future in running]


def _wait_until_waiting(number: int) -> None:
    until = time.monotonic() + 60
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0] >= number:
                return
            time.sleep(0.01)
    raise TimeoutError
