from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from chat.actions.moderation.record import Action, Actor, Source, checked_reason, record
from chat.models import ModerationAction, RecordIsFinal, Room, User
from tests.cast import add_person, add_room
from tests.moderation.refusals import refusal_of


def test_the_record_keeps_who_what_whom_where_why_and_from_where(alice: User, bob: User, general: Room) -> None:
    by = Actor(alice, Source.API, "192.0.2.7")
    row = record(by=by, action=Action.LOCK, room=general, reason="Enough", before={"locked": False}, after={})
    row = ModerationAction.objects.get(pk=row.pk)
    assert (row.actor, row.actor_name, row.action, row.room, row.room_name) == (
        alice, "Alice", "lock", general, "General",
    )  # fmt: skip
    assert (row.reason, row.before, row.source, row.address) == ("Enough", {"locked": False}, "api", "192.0.2.7")
    assert (row.person, row.message) == (None, None)


def by_hand(sql: str) -> Callable[[ModerationAction], Any]:
    def work(row: ModerationAction) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, [row.pk])

    return work


@pytest.mark.parametrize(
    "work",
    [
        lambda row: row.save(),
        lambda row: row.delete(),
        lambda row: ModerationAction.objects.filter(pk=row.pk).update(reason="none"),
        lambda row: ModerationAction.objects.all().delete(),
        lambda row: ModerationAction.objects.bulk_update([row], ["reason"]),
        lambda row: ModerationAction.objects.filter(pk=row.pk)._raw_delete("default"),
        by_hand("UPDATE chat_moderationaction SET reason = 'none' WHERE id = %s"),
        by_hand("DELETE FROM chat_moderationaction WHERE id = %s"),
    ],
)
def test_nothing_on_the_record_is_changed_or_removed(alice: User, work: Callable[[ModerationAction], Any]) -> None:
    row = record(by=Actor(alice), action=Action.NOTE, reason="kept")
    with pytest.raises((RecordIsFinal, DatabaseError)), transaction.atomic():
        work(row)
    assert ModerationAction.objects.get(pk=row.pk).reason == "kept"


@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_the_database_itself_says_why(alice: User, verb: str) -> None:
    row = record(by=Actor(alice), action=Action.NOTE)
    sql = {
        "UPDATE": "UPDATE chat_moderationaction SET reason = 'none' WHERE id = %s",
        "DELETE": "DELETE FROM chat_moderationaction WHERE id = %s",
    }[verb]
    with pytest.raises(DatabaseError, match="The record of moderation is final"), transaction.atomic():
        by_hand(sql)(row)


def test_the_record_outlives_what_it_speaks_of(alice: User) -> None:
    person, room = add_person("erin"), add_room("Passing", members={})
    row = record(by=Actor(person), action=Action.LOCK, room=room)
    ids = (person.pk, room.pk)
    room.delete()
    person.delete()
    row = ModerationAction.objects.select_related("actor", "room").get(pk=row.pk)
    assert ((row.actor_id, row.room_id), row.actor_name, row.room_name) == (ids, "Erin", "Passing")
    assert (row.actor, row.room) == (None, None)


def test_a_reason_is_one_line_of_at_most_500_characters() -> None:
    assert checked_reason("  Second \n advert ") == "Second advert"
    assert checked_reason("x" * 500) == "x" * 500
    assert not checked_reason(" ", needed=False)
    for wrong in ("", " \n", "x" * 501, "a\x00b"):
        assert refusal_of(lambda: checked_reason(wrong)) == "invalid"  # noqa: B023
