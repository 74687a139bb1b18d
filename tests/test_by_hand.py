import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from chat.models import Membership, Query, Room, User, run_queries, select
from tests.cast import add_room


def test_rows_are_instances_with_the_types_of_their_fields(bob: User, general: Room) -> None:
    [row] = select(
        Room,
        "SELECT topic, archived, name, id, created_at, id + 1 AS next FROM chat_room WHERE id IN ({})",
        [general.pk],
    )
    assert (row.pk, row.name, row.archived) == (general.pk, general.name, False)
    assert row.next == general.pk + 1  # type: ignore[attr-defined]
    assert row.created_at == Room.objects.get().created_at


def test_an_empty_list_asks_nothing(general: Room) -> None:
    assert not select(Room, "this is no SQL {}", [])


def test_queries_run_together_see_each_its_own(bob: User, general: Room) -> None:
    rooms = Query(Room, "SELECT id, name FROM chat_room WHERE id IN ({})", [[general.pk]])
    nothing = Query(Room, "this is no SQL {}", [[]])
    people = Query(User, "SELECT id, username FROM chat_user WHERE id IN ({})", [{bob.pk}])
    run_queries(rooms, nothing, people)
    assert (rooms.rows, nothing.rows, people.rows) == ([general], [], [bob])


def test_the_clock_goes_ahead_of_the_rows(general: Room) -> None:
    with transaction.atomic(), CaptureQueriesContext(connection) as asked, Room.objects.advancing({general.pk: 5}):
        one, two = (Room.objects.create(name=name) for name in ("One", "Two"))
    assert len(asked) == 2
    clock = general.clock
    for room in (general, one, two):
        room.refresh_from_db()
    assert (general.clock, one.name, two.name) == (clock + 5, "One", "Two")


@pytest.mark.django_db(transaction=True)
def test_an_error_is_raised_as_without_and_nothing_is_kept() -> None:
    bob = User.objects.create(username="bob")
    room = add_room("General", members={bob: "owner"})
    with pytest.raises(IntegrityError):
        _join_again(room, bob)
    clock = room.clock
    room.refresh_from_db()
    assert room.clock == clock


def _join_again(room: Room, user: User) -> None:
    with transaction.atomic(), Room.objects.advancing({room.pk: 1}):
        Membership.objects.bulk_create([Membership(room=room, user=user, changed=1)])
