"""A process that hangs in the middle of a batch: PostgreSQL ends its session, and what it had locked is free.

The seconds of `idle_in_transaction_session_timeout` are counted between messages only, not while the server waits
for the rest of a pipeline.
"""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection

from chat.actions.posting import Draft, Posted, post
from chat.models import Room, User
from tests import cast


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_hangs_holds_its_room_after_none_of_its_statements() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite ends a transaction with its process only")
    bob = User.objects.create(username="bob")
    room = cast.add_room("General", members={bob: "owner"})
    statements = statements_of(lambda: say(bob, room, "nothing hangs"))
    assert statements
    for last in range(1, statements + 1):
        with connection.cursor() as cursor:
            cursor.execute("SET idle_in_transaction_session_timeout = '50ms'")
        with pytest.raises(DatabaseError), connection.execute_wrapper(Hang(last)):
            say(bob, room, f"hangs after {last}")
        connection.close()
        assert say(bob, room, f"after {last}").new


def say(author: User, room: Room, ref: str) -> Posted:
    return post(Draft(author.pk, room.pk, ref, "text"))


def statements_of(act: Callable[[], object]) -> int:
    """How many statements are made within its transaction."""
    counting = Hang(0)
    with connection.execute_wrapper(counting):
        act()
    return counting.made


class Hang:
    """Go on after the given statement of the transaction only when PostgreSQL has ended the session."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.made = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        done = execute(sql, params, many, context)
        if connection.in_atomic_block:
            self.made += 1
            if self.made == self.last:
                wait_until_ended(connection.connection.info.backend_pid)
        return done


def wait_until_ended(session: int) -> None:
    other, deadline = connection.copy(), time.monotonic() + 10
    try:
        with other.cursor() as cursor:
            while True:
                cursor.execute("SELECT state, wait_event FROM pg_stat_activity WHERE pid = %s", [session])
                if (found := cursor.fetchone()) is None:
                    return
                assert time.monotonic() < deadline, f"it holds what it has locked: {found}"
    finally:
        other.close()
