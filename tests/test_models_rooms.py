"""What the lock of rooms promises, between two transactions that overlap."""

import threading

import pytest
from django.db import connection, transaction

from chat.models import Room
from tests import cast
from tests.together import together


@pytest.mark.django_db(transaction=True)
def test_rooms_are_locked_in_the_order_of_their_ids_wherever_they_lie() -> None:
    """Whoever holds the first and wants the second must not meet someone who holds the second and waits."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite locks the whole database")
    first, second = (cast.add_room(name, members={}).pk for name in ("First", "Second"))
    # Written anew, a row lies behind the others: PostgreSQL would come to it last.
    Room.objects.filter(pk=first).update(topic="moved")
    assert list(Room.objects.order_by().values_list("pk", flat=True)) == [second, first]
    has_first = threading.Event()

    def one_by_one() -> set[int]:
        with transaction.atomic():
            locked = set(Room.objects.lock([first]))
            has_first.set()
            wait_for_somebody_to_wait()
            return locked | set(Room.objects.lock([second]))

    def both_at_once() -> set[int]:
        has_first.wait(60)
        with transaction.atomic():
            return set(Room.objects.lock([second, first]))

    assert together(one_by_one, both_at_once) == [{first, second}] * 2


def wait_for_somebody_to_wait() -> None:
    """Until another transaction waits for a lock of this one."""
    with connection.cursor() as cursor:
        waiting = None
        while not waiting:
            cursor.execute(
                "SELECT pid FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            waiting = cursor.fetchone()


@pytest.mark.django_db(transaction=True)
def test_a_lock_outside_a_transaction_is_refused() -> None:
    """It would end with its own statement, and nobody would notice."""
    room = cast.add_room("Alone", members={})
    with pytest.raises(transaction.TransactionManagementError):
        Room.objects.lock([room.pk])
    with transaction.atomic():
        assert set(Room.objects.lock([room.pk])) == {room.pk}
