"""A decided case, and what its reports hid."""

from django.db import transaction

from chat.actions import messages
from chat.actions.moderation.cases import dismiss, reopen, resolve
from chat.actions.moderation.hiding import hide, unhide
from chat.actions.moderation.record import Actor
from chat.models import Case, Message, ModerationAction, Room, User
from tests.moderation.reported import case_of, hidden_case, posted


def test_dismissing_shows_again_what_the_reports_hid(
    alice: User, bob: User, charlie: User, erin: User, general: Room
) -> None:
    message = posted(bob, general, "Nothing wrong with this")
    case = hidden_case(message, alice, charlie)
    assert Message.objects.get(pk=message.pk).deleted
    dismiss(by=Actor(erin), case_id=case.pk)
    message.refresh_from_db()
    assert (message.deleted, message.text) == (False, "Nothing wrong with this")
    case.refresh_from_db()
    assert not case.hidden
    assert ModerationAction.objects.get(action="restore_message").actor == erin


def test_what_was_dismissed_is_not_hidden_by_reports_again_until_it_is_edited(
    alice: User, bob: User, charlie: User, erin: User, general: Room
) -> None:
    message = posted(bob, general, "Nothing wrong with this")
    dismiss(by=Actor(erin), case_id=hidden_case(message, alice, charlie).pk)
    again = case_of(message, alice, charlie)
    assert not Message.objects.get(pk=message.pk).deleted
    dismiss(by=Actor(erin), case_id=again.pk)
    messages.edit(user_id=bob.pk, message_id=message.pk, text="All wrong with this")
    case_of(message, alice, charlie)
    assert Message.objects.get(pk=message.pk).deleted


def test_resolving_leaves_it_hidden_until_a_later_dismissal(
    alice: User, bob: User, charlie: User, erin: User, general: Room
) -> None:
    message = posted(bob, general)
    case = hidden_case(message, alice, charlie)
    resolve(by=Actor(erin), case_id=case.pk)
    assert Message.objects.get(pk=message.pk).deleted
    reopen(by=Actor(erin), case_id=case.pk)
    dismiss(by=Actor(erin), case_id=case.pk)
    assert not Message.objects.get(pk=message.pk).deleted


def test_what_its_author_deleted_stays_deleted(
    alice: User, bob: User, charlie: User, erin: User, general: Room
) -> None:
    message = posted(bob, general)
    case = hidden_case(message, alice, charlie)
    Case.objects.update(hidden=True)
    dismiss(by=Actor(erin), case_id=case.pk)
    messages.delete(user_id=bob.pk, message_id=message.pk)
    reopen(by=Actor(erin), case_id=case.pk)
    Case.objects.update(hidden=True)
    dismiss(by=Actor(erin), case_id=case.pk)
    assert Message.objects.get(pk=message.pk).deleted


def test_what_a_moderator_removed_meanwhile_stays_removed(
    alice: User, bob: User, charlie: User, erin: User, general: Room
) -> None:
    message = posted(bob, general)
    case = hidden_case(message, alice, charlie)
    with transaction.atomic():
        Room.objects.lock([general.pk])
        row = Message.objects.select_related("author", "room", "reply_to__author").get(pk=message.pk)
        unhide(by=Actor(alice), message=row)
        hide(by=Actor(alice), message=row, reason="It is an advert after all")
    dismiss(by=Actor(erin), case_id=case.pk)
    assert Message.objects.get(pk=message.pk).deleted
