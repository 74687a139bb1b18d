"""Real concurrency for races: several threads, each with a database connection of its own, let go at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from chat.actions import people
from chat.models import User


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
