from collections.abc import Callable
from typing import Any

import pytest

from chat.actions import messages
from chat.actions.posting import Draft, post
from chat.errors import Refused
from chat.models import Mention, Message, ModerationAction, Reaction, Room, Sanction, User
from tests.cast import add_room
from tests.together import together


@pytest.fixture
def message(bob: User, general: Room) -> int:
    return post(Draft(bob.pk, general.pk, "r", "hello")).message_id


def test_strangers_cannot_tell_a_message_from_none(charlie: User, message: int) -> None:
    answers = []
    for message_id in (message, 10**9):
        common: dict[str, Any] = {"user_id": charlie.pk, "message_id": message_id}
        for action, fields in (
            (messages.edit, {"text": "x"}),
            (messages.delete, {}),
            (messages.react, {"emoji": "👍", "on": True}),
            (messages.pin, {"on": True}),
        ):
            with pytest.raises(Refused) as refused:
                action(**common, **fields)
            answers.append((refused.value.code, refused.value.message))
    assert set(answers) == {("not_found", "There is no such message.")}


def test_an_edit_names_other_people(alice: User, bob: User, message: int) -> None:
    assert messages.edit(user_id=bob.pk, message_id=message, text="@alice @room") == 4
    row = Message.objects.get(pk=message)
    assert (row.everyone, row.changed, row.tick) == (True, 4, 3)
    # It counts as unread from where the message stands, not from the edit.
    assert list(Mention.objects.values_list("user", "tick")) == [(alice.pk, 3)]
    messages.edit(user_id=bob.pk, message_id=message, text="nobody")
    assert not Mention.objects.exists()


def test_a_deleted_message_keeps_no_words(alice: User, bob: User, message: int) -> None:
    messages.edit(user_id=bob.pk, message_id=message, text="@alice")
    messages.react(user_id=alice.pk, message_id=message, emoji="👍", on=True)
    messages.delete(user_id=bob.pk, message_id=message)
    row = Message.objects.get(pk=message)
    assert (row.text, row.html, row.deleted) == ("", "", True)
    assert not Mention.objects.exists()
    assert not Reaction.objects.exists()


def test_the_muted_change_nothing_but_may_delete(bob: User, general: Room, message: int) -> None:
    Sanction.objects.create(kind="mute", user=bob, room=general)
    works: list[Callable[[], int]] = [
        lambda: messages.edit(user_id=bob.pk, message_id=message, text="x"),
        lambda: messages.react(user_id=bob.pk, message_id=message, emoji="👍", on=True),
    ]
    for work in works:
        with pytest.raises(Refused) as refused:
            work()
        assert refused.value.code == "muted"
    assert messages.delete(user_id=bob.pk, message_id=message) == 4


def test_pins_are_for_moderators_and_on_the_record(
    alice: User, bob: User, charlie: User, dora: User, message: int
) -> None:
    for stranger, code in ((bob, "forbidden"), (charlie, "not_found")):
        with pytest.raises(Refused) as refused:
            messages.pin(user_id=stranger.pk, message_id=message, on=True)
        assert refused.value.code == code
    for _ in range(2):
        # She moderates the site and is not in the room.
        assert messages.pin(user_id=dora.pk, message_id=message, on=True, address="192.0.2.7") == 4
    assert messages.pin(user_id=alice.pk, message_id=message, on=False) == 5
    acts = ModerationAction.objects.exclude(action="role").order_by("pk")
    assert [(act.action, act.actor, act.person, act.message_id, act.source, act.address) for act in acts] == [
        ("pin", dora, bob, message, "room", "192.0.2.7"),
        ("unpin", alice, bob, message, "room", ""),
    ]


def test_in_a_direct_room_everyone_pins_and_nobody_records_it(
    alice: User, bob: User, charlie: User, dora: User
) -> None:
    direct = add_room("", "direct", members={alice: "member", bob: "member"})
    message = post(Draft(bob.pk, direct.pk, "d", "hello")).message_id
    for stranger in (charlie, dora):
        with pytest.raises(Refused) as refused:
            messages.pin(user_id=stranger.pk, message_id=message, on=True)
        assert refused.value.code == "not_found"
    messages.pin(user_id=alice.pk, message_id=message, on=True)
    assert not ModerationAction.objects.exclude(action="role").exists()


def test_a_message_has_at_most_forty_different_reactions(alice: User, bob: User, message: int) -> None:
    for number in range(messages.MAX_EMOJI):
        messages.react(user_id=bob.pk, message_id=message, emoji=chr(0x1F600 + number), on=True)
    with pytest.raises(Refused) as refused:
        messages.react(user_id=bob.pk, message_id=message, emoji="🦄", on=True)
    assert refused.value.code == "conflict"
    # One that stands there already may be joined.
    assert messages.react(user_id=alice.pk, message_id=message, emoji=chr(0x1F600), on=True)


@pytest.mark.parametrize(
    "emoji", ["👍", "👍🏽", "❤️", "👨‍👩‍👧", "🇩🇪", "1️⃣", "✓", "🏴\U000e0067\U000e0062\U000e007f"]
)
def test_an_emoji_is_one(emoji: str) -> None:
    assert messages.is_emoji(emoji)


@pytest.mark.parametrize(
    "text",
    ["", "a", "1", "ok 👍", "👍a", "字", "<b>", "\x00", " ", "👍 ", "\u202e", "\u200d", "👍\u202e", "\ufe0f"],
)
def test_what_is_no_emoji(text: str) -> None:
    assert not messages.is_emoji(text)


@pytest.mark.django_db(transaction=True)
def test_the_same_reaction_twice_at_once_is_one(bob: User, general: Room, message: int) -> None:
    def react() -> int:
        return messages.react(user_id=bob.pk, message_id=message, emoji="👍", on=True)

    assert together(react, react) == [4, 4]
    general.refresh_from_db()
    assert (general.clock, Reaction.objects.count()) == (4, 1)


@pytest.mark.django_db(transaction=True)
def test_an_edit_and_a_deletion_at_once_leave_a_tombstone(
    alice: User, bob: User, general: Room, message: int
) -> None:
    edited, deleted = together(
        lambda: messages.edit(user_id=bob.pk, message_id=message, text="@alice late"),
        lambda: messages.delete(user_id=alice.pk, message_id=message),
    )
    assert deleted in (4, 5)
    assert edited == 4 if deleted == 5 else edited.code == "conflict"
    row = Message.objects.get(pk=message)
    assert (row.text, row.html, row.deleted) == ("", "", True)
    assert not Mention.objects.exists()
