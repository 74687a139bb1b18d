"""The record of a room as its moderators read it, and what of it they can take back."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from chat import announce, histories, sync
from chat.actions import messages
from chat.actions.moderation import banning, hiding, muting, purging, removing, reporting, restricting, warning
from chat.actions.moderation.record import RULE, Actor
from chat.actions.moderation.subjects import lock_message
from chat.actions.posting import Draft, post
from chat.models import ModerationAction, Room, User
from tests.cast import add_member, add_moderator, add_person
from tests.moderation.refusals import refusal_of
from tests.moderation.told import is_record

HOUR = timedelta(hours=1)


def said(user: User, room: Room, text: str = "Hello") -> int:
    return post(Draft(user.pk, room.pk, text, text)).message_id


def shown(user: User, room: Room) -> list[tuple[str, bool]]:
    found = histories.of_room(user, room.pk)
    return [(act.action, act.pk in found.undo) for act in found.acts]


def test_what_stands_can_be_undone_and_what_was_undone_cannot(alice: User, bob: User, general: Room) -> None:
    by = Actor(alice)
    message = said(bob, general)
    removing.remove(by=by, message_id=message)
    muting.mute(by=by, person_id=bob.pk, room_id=general.pk, duration=HOUR)
    restricting.set_posting(by=by, room_id=general.pk, locked=True, slow_mode=30)
    warning.warn(by=by, person_id=bob.pk, room_id=general.pk, reason="Adverts")
    assert shown(alice, general) == [
        ("slow_mode", True),
        ("lock", True),
        ("mute", True),
        ("delete_message", True),
    ]
    removing.restore(by=by, message_id=message)
    muting.unmute(by=by, person_id=bob.pk, room_id=general.pk)
    restricting.set_posting(by=by, room_id=general.pk, locked=False, slow_mode=0)
    assert {undo for _, undo in shown(alice, general)} == {False}


def test_of_two_mutes_the_one_that_stands_is_undone(alice: User, bob: User, general: Room) -> None:
    for _ in range(2):
        muting.mute(by=Actor(alice), person_id=bob.pk, room_id=general.pk, duration=HOUR)
    banning.ban(by=Actor(alice), person_id=bob.pk, room_id=general.pk, reason="Adverts")
    assert shown(alice, general) == [("ban", True), ("mute", True), ("mute", False)]


def test_a_purge_is_undone_and_asks_who_may_even_when_nothing_is_left(
    alice: User, bob: User, general: Room, transactional_db: None
) -> None:
    said(bob, general)
    purging.purge(by=Actor(alice), person_id=bob.pk, since=timezone.now() - HOUR, reason="Ads", room_id=general.pk)
    assert shown(alice, general) == [("purge_messages", True)]
    act = ModerationAction.objects.get()
    assert purging.restore_purged(by=Actor(alice), action_id=act.pk) == 1
    assert shown(alice, general) == [("restore_message", False), ("purge_messages", False)]
    assert purging.restore_purged(by=Actor(alice), action_id=act.pk) == 0
    assert refusal_of(lambda: purging.restore_purged(by=Actor(bob), action_id=act.pk)) == "forbidden"


def test_nobody_undoes_what_was_done_to_their_equals(alice: User, bob: User, general: Room) -> None:
    dora = add_person("dora")
    add_member(general, dora, "moderator")
    muting.mute(by=Actor(alice), person_id=bob.pk, room_id=general.pk, duration=HOUR)
    assert shown(dora, general) == [("mute", True)]
    general.memberships.filter(user=bob).update(role="moderator")
    assert shown(dora, general) == [("mute", False)]


def test_nobody_reads_who_acted_on_them(alice: User, bob: User, general: Room) -> None:
    general.memberships.filter(user=bob).update(role="moderator")
    message = said(bob, general)
    messages.pin(user_id=bob.pk, message_id=message, on=True)
    removing.remove(by=Actor(alice), message_id=message, reason="Adverts")
    muting.mute(by=Actor(alice), person_id=bob.pk, room_id=general.pk, duration=HOUR)
    dora = add_person("dora")
    add_member(general, dora, "moderator")
    assert [act for act, _ in shown(dora, general)] == ["mute", "delete_message", "pin"]
    assert [act for act, _ in shown(bob, general)] == ["pin"]
    assert len(histories.removals(dora, general.pk, [message])) == 1
    assert histories.removals(bob, general.pk, [message]) == []


def test_reports_are_not_told_and_no_page_costs_more(
    alice: User, bob: User, general: Room, settings: Settings
) -> None:
    settings.RATE_LIMITS = False
    reporting.report(by=bob, category="spam", message_id=said(alice, general))
    assert shown(alice, general) == []
    by = Actor(alice)
    messages = [said(bob, general, str(number)) for number in range(60)]
    muting.mute(by=by, person_id=bob.pk, room_id=general.pk, duration=HOUR)
    removing.remove(by=by, message_id=messages[0])
    with CaptureQueriesContext(connection) as few:
        histories.of_room(alice, general.pk)
    for message in messages[1:]:
        removing.remove(by=by, message_id=message)
    with CaptureQueriesContext(connection) as many:
        first = histories.of_room(alice, general.pk)
    assert len(many) <= len(few)
    rest = histories.of_room(alice, general.pk, before=first.acts[-1].pk)
    assert (len(first.acts), first.more, len(rest.acts), rest.more) == (50, True, 11, False)


def test_the_rooms_moderators_alone_hear_of_it(
    alice: User, bob: User, general: Room, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    dora = add_moderator("dora", owner=alice)
    told: list[announce.Announcement] = []
    monkeypatch.setattr(announce, "_sink", told.append)
    with django_capture_on_commit_callbacks(execute=True):
        restricting.set_posting(by=Actor(alice), room_id=general.pk, locked=True)
    [heard] = [each for each in told if is_record(each)]
    assert isinstance(heard, announce.Personal)
    assert dict(heard.events) == dict.fromkeys([alice.pk, dora.pk], b'{"type":"record","room":%d}' % general.pk)
    told.clear()
    Room.objects.filter(pk=general.pk).update(kind="private")
    with django_capture_on_commit_callbacks(execute=True):
        restricting.set_posting(by=Actor(alice), room_id=general.pk, locked=False)
    [heard] = [each for each in told if is_record(each)]
    assert isinstance(heard, announce.Personal)
    assert {user_id for user_id, _ in heard.events} == {alice.pk}


def test_who_hid_a_message_is_told_to_moderators(alice: User, bob: User, general: Room) -> None:
    gone, hidden, own = said(bob, general, "a"), said(bob, general, "b"), said(bob, general, "c")
    removing.remove(by=Actor(alice), message_id=gone, reason="Adverts")
    with transaction.atomic():
        hiding.hide(by=RULE, message=lock_message(hidden), reason="")
    messages.delete(user_id=bob.pk, message_id=own)
    assert [each.removed for each in sync.history(general.pk).messages[-3:]] == ["moderator", "automatically", ""]
    found = histories.removals(alice, general.pk, [gone, hidden, own])
    assert {row.message_id: (row.by, row.reason) for row in found} == {
        gone: (alice, "Adverts"),
        hidden: (None, ""),
    }
    assert refusal_of(lambda: histories.removals(bob, general.pk, [gone])) == "forbidden"
