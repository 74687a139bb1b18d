from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chat import trying
from chat.actions import messages, rooms
from chat.actions.posting import Draft, post
from chat.models import Case, Message, ModerationAction, Room, User
from chat.trying import try_rule
from tests.cast import add_member, add_person, add_room
from tests.moderation.refusals import refusal_of


def say(by: User, room: Room, text: str, **fields: Any) -> int:
    ref = f"{Message.objects.count()}"
    return post(Draft(by.pk, room.pk, ref, text, **fields)).message_id


def test_counts_by_room_and_shows_the_newest(alice: User, bob: User, general: Room, backroom: Room) -> None:
    ids = [say(bob, general, f"sраm {number}") for number in range(60)]
    say(bob, general, "nothing")
    in_backroom = say(bob, backroom, "**sp**am")
    trial = try_rule(alice, "spam")
    assert trial.caught == 61
    assert trial.rooms == {general.pk: 60, backroom.pk: 1}
    assert [row.pk for row in trial.examples] == [in_backroom, *reversed(ids[11:])]
    assert (trial.messages, trial.complete) == (62, True)
    assert not Case.objects.exists()
    assert not ModerationAction.objects.exists()


def test_old_and_deleted_messages_are_left_out(alice: User, bob: User, general: Room) -> None:
    week = timedelta(days=7)
    say(bob, general, "spam", sent_at=timezone.now() - week - timedelta(minutes=1))
    caught = say(bob, general, "spam", sent_at=timezone.now() - week + timedelta(minutes=1))
    messages.delete(user_id=bob.pk, message_id=say(bob, general, "spam"))
    trial = try_rule(alice, "spam")
    assert [row.pk for row in trial.examples] == [caught]
    assert trial.messages == 1


def test_nobody_sees_what_is_not_theirs_to_see(
    alice: User, bob: User, dora: User, general: Room, backroom: Room
) -> None:
    direct, _new = rooms.create_room(by=bob, kind="direct", members=[dora.pk])
    for room in (general, backroom, direct):
        say(bob, room, "spam")
    assert try_rule(dora, "spam").rooms == {general.pk: 1}
    add_member(backroom, dora)
    assert try_rule(dora, "spam").rooms == {general.pk: 1, backroom.pk: 1}
    erin = add_person("erin")
    add_member(general, erin, "moderator")
    assert try_rule(erin, "spam", room_id=general.pk).rooms == {general.pk: 1}
    for user, room_id, code in (
        (erin, None, "forbidden"),
        (erin, backroom.pk, "not_found"),
        (bob, general.pk, "forbidden"),
        (dora, direct.pk, "forbidden"),
        (alice, direct.pk, "not_found"),
        (alice, 10**9, "not_found"),
    ):
        assert refusal_of(lambda: try_rule(user, "spam", room_id=room_id)) == code, (user, room_id)  # noqa: B023
    assert refusal_of(lambda: try_rule(alice, "***")) == "invalid"


def test_the_work_is_bounded_and_says_so(
    alice: User, bob: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10):
        say(bob, general, f"spam {number}")
    top = Message.objects.latest("pk").pk
    monkeypatch.setattr(trying, "CHUNK", 3)
    monkeypatch.setattr(trying, "CHUNKS", 2)
    monkeypatch.setattr(trying, "EXAMPLES", 4)
    trial = try_rule(alice, "spam")
    assert (trial.caught, trial.messages) == (6, 6)
    assert [row.pk for row in trial.examples] == list(range(top, top - 4, -1))
    # Ids begin anywhere on PostgreSQL, whose sequences outlive a test.
    assert not trial.complete
    monkeypatch.setattr(trying, "CHUNKS", top)
    assert try_rule(alice, "spam").complete


def test_rooms_of_others_are_not_read(alice: User, bob: User, dora: User) -> None:
    theirs = add_room("Theirs", "private", members={bob: "owner"})
    say(bob, theirs, "spam")
    assert try_rule(dora, "spam").messages == 0
