import pytest
from django.db import IntegrityError, transaction

from chat.models import Membership, Room, User, pipeline, select
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
    assert not list(select(Room, "this is no SQL {}", []))


def test_what_is_sent_together_runs_in_order(general: Room) -> None:
    query = "SELECT id, clock FROM chat_room WHERE id IN ({})"
    with transaction.atomic(), pipeline():
        before = select(Room, query, [general.pk])
        Room.objects.take({general.pk: 5})
        after = select(Room, query, [general.pk])
    assert next(after).clock - next(before).clock == 5


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
    with transaction.atomic(), pipeline():
        Room.objects.take({room.pk: 1})
        Membership.objects.bulk_create([Membership(room=room, user=user, changed=1)])
