from django.db import transaction

from chat import encoding, protocol
from chat.actions import messages
from chat.actions.moderation.hiding import hide, unhide
from chat.actions.moderation.record import RULE, Actor
from chat.actions.posting import Draft, post
from chat.models import Mention, Message, ModerationAction, Removal, Room, User
from tests.moderation.refusals import refusal_of


def locked(message_id: int) -> Message:
    message = Message.objects.select_related("room", "author", "reply_to__author").get(pk=message_id)
    Room.objects.lock([message.room_id])
    return message


def hidden(message_id: int) -> int:
    with transaction.atomic():
        return hide(by=RULE, message=locked(message_id), reason="Three people reported it")


def shown(by: User, message_id: int) -> int:
    with transaction.atomic():
        return unhide(by=Actor(by), message=locked(message_id), reason="Nothing wrong with it")


def seen(message_id: int) -> protocol.Message:
    rows = Message.objects.select_related("author", "reply_to__author").filter(pk=message_id)
    return encoding.messages(rows)[0]


def test_a_hidden_message_comes_back_as_it_was(alice: User, bob: User, general: Room) -> None:
    message = post(Draft(bob.pk, general.pk, "r", "**Hello** @alice @room")).message_id
    messages.react(user_id=alice.pk, message_id=message, emoji="👍", on=True)
    messages.pin(user_id=alice.pk, message_id=message, on=True)
    before = seen(message)
    assert hidden(message) == 6
    assert hidden(message) == 6, "again changes nothing"
    row = Message.objects.get(pk=message)
    assert (row.text, row.html, row.deleted, row.pinned, row.everyone) == ("", "", True, False, False)
    assert not Mention.objects.exists()
    assert "Hello" not in str(seen(message))
    assert shown(alice, message) == 7
    assert shown(alice, message) == 7, "again changes nothing"
    after = seen(message)
    after.changed = before.changed
    assert after == before
    assert list(Mention.objects.values_list("user", "room", "tick")) == [(alice.pk, general.pk, 3)]
    assert not Removal.objects.exists()
    assert [
        (act.action, act.actor, act.person, act.room, act.message_id, act.reason)
        for act in ModerationAction.objects.exclude(action="pin").order_by("pk")
    ] == [
        ("hide", None, bob, general, message, "Three people reported it"),
        ("restore_message", alice, bob, general, message, "Nothing wrong with it"),
    ]


def test_what_an_author_deleted_is_gone(alice: User, bob: User, general: Room) -> None:
    message = post(Draft(bob.pk, general.pk, "r", "Hello")).message_id
    hidden(message)
    shown(alice, message)
    messages.delete(user_id=bob.pk, message_id=message)
    assert refusal_of(lambda: shown(alice, message)) == "conflict"
