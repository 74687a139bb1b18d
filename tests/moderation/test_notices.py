import pytest
from django.utils import timezone

from chat import announce, histories
from chat.actions.moderation.banning import ban
from chat.actions.moderation.muting import mute, unmute
from chat.actions.moderation.notices import mark_seen
from chat.actions.moderation.record import Actor
from chat.actions.moderation.warning import warn
from chat.models import Notice, Room, User
from tests.moderation.refusals import refusal_of
from tests.moderation.test_muting import HOUR


def test_who_is_muted_or_banned_is_told_why_and_until_when(alice: User, bob: User, general: Room) -> None:
    until = timezone.now() + HOUR
    muted = mute(by=Actor(alice), person_id=bob.pk, duration=HOUR, reason="Adverts")
    ban(by=Actor(alice), person_id=bob.pk, room_id=general.pk, reason="Again", until=until)
    assert [
        (row.user, row.kind, row.action, row.room, row.text, row.until) for row in Notice.objects.order_by("pk")
    ] == [
        (bob, "sanction", "mute", None, "Adverts", muted.until),
        (bob, "sanction", "ban", general, "Again", until),
    ]


def test_a_ban_does_not_tell_of_a_room_one_never_knew(
    alice: User, bob: User, charlie: User, backroom: Room
) -> None:
    for person in (bob, charlie):
        ban(by=Actor(alice), person_id=person.pk, room_id=backroom.pk, reason="x")
    assert [row.user for row in Notice.objects.all()] == [bob]


def test_what_was_seen_comes_last(alice: User, bob: User, charlie: User) -> None:
    first, second, third = [warn(by=Actor(alice), person_id=bob.pk, reason=text) for text in "123"]
    warn(by=Actor(alice), person_id=charlie.pk, reason="x")
    assert histories.notices(bob) == [third, second, first]
    for _ in range(2):
        mark_seen(user=bob, notice_id=third.pk)
    assert histories.notices(bob) == [second, first, third]
    assert refusal_of(lambda: mark_seen(user=charlie, notice_id=first.pk)) == "not_found"
    assert refusal_of(lambda: mark_seen(user=bob, notice_id=10**9)) == "not_found"


def test_a_mute_that_was_lifted_before_it_was_read_is_not_told(alice: User, bob: User, general: Room) -> None:
    """A slip that is undone at once would be read as a mute that holds."""

    def waiting() -> list[tuple[str, Room | None]]:
        return [(row.action, row.room) for row in Notice.objects.filter(user=bob, seen_at=None).order_by("pk")]

    warn(by=Actor(alice), person_id=bob.pk, reason="No adverts")
    mute(by=Actor(alice), person_id=bob.pk, duration=HOUR, reason="Adverts")
    for _ in range(2):
        mute(by=Actor(alice), person_id=bob.pk, duration=HOUR, room_id=general.pk)
    assert waiting() == [("", None), ("mute", None), ("mute", general), ("mute", general)]
    unmute(by=Actor(alice), person_id=bob.pk, room_id=general.pk)
    assert waiting() == [("", None), ("mute", None)]
    unmute(by=Actor(alice), person_id=bob.pk)
    assert waiting() == [("", None)]


@pytest.mark.django_db(transaction=True)
def test_a_notice_and_its_being_seen_are_announced_to_the_person(
    alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[announce.Announcement] = []
    monkeypatch.setattr(announce, "_sink", told.append)
    row = warn(by=Actor(alice), person_id=bob.pk, reason="No adverts", signed=True)
    for _ in range(2):
        mark_seen(user=bob, notice_id=row.pk)
    for seen, announced in zip((b'"seen":false', b'"seen":true'), told, strict=True):
        assert isinstance(announced, announce.Personal)
        [(user_id, event)] = announced.events
        assert (announced.pairs, user_id) == ([], bob.pk)
        assert event.startswith(b'{"type":"notice"')
        assert seen in event
        assert b'"username":"alice"' in event
