from io import BytesIO

import pytest

from chat import access, announce, encoding, protocol, snapshots
from chat.actions import files, messages
from chat.actions.moderation.appointing import dismiss
from chat.actions.moderation.record import RULE, Actor
from chat.actions.moderation.removing import remove, restore
from chat.actions.posting import Draft, post
from chat.models import Case, Membership, Mention, Message, ModerationAction, Removal, Room, User
from tests.cast import add_member, add_person, add_room
from tests.moderation.refusals import refusal_of
from tests.moderation.told import into
from tests.together import together


def seen(message_id: int) -> protocol.Message:
    rows = Message.objects.select_related("author", "reply_to__author").filter(pk=message_id)
    [encoded] = encoding.messages(rows)
    encoded.changed = 0
    return encoded


def said(user: User, room: Room, text: str = "Hello", ref: str = "r") -> int:
    return post(Draft(user.pk, room.pk, ref, text)).message_id


def test_what_a_moderator_removes_can_be_restored(alice: User, bob: User, general: Room) -> None:
    message = said(bob, general, "**Hello** @alice @room")
    messages.react(user_id=alice.pk, message_id=message, emoji="👍", on=True)
    messages.pin(user_id=alice.pk, message_id=message, on=True)
    before = seen(message)
    for _ in range(2):
        assert remove(by=Actor(alice), message_id=message, reason="Shouting") == 6
    row = Message.objects.get(pk=message)
    assert (row.text, row.html, row.deleted, row.pinned, row.everyone) == ("", "", True, False, False)
    assert not Mention.objects.exists()
    assert before.text == "**Hello** @alice @room"
    assert "Hello" not in str(seen(message))
    assert seen(message).removed == "moderator"
    removal = Removal.objects.get()
    assert (removal.mentions, removal.by, removal.reason) == ([alice.pk], alice, "Shouting")
    for _ in range(2):
        assert restore(by=Actor(alice), message_id=message, reason="Fair enough") == 7
    assert seen(message) == before
    assert list(Mention.objects.values_list("user", "room", "tick")) == [(alice.pk, general.pk, 3)]
    assert not Removal.objects.exists()
    general.refresh_from_db()
    assert general.clock == 7


def test_the_command_of_a_moderator_removes_and_that_of_the_author_deletes(
    alice: User, bob: User, general: Room
) -> None:
    message, other = said(bob, general), said(bob, general, ref="other")
    messages.delete(user_id=alice.pk, message_id=message, address="192.0.2.7")
    messages.delete(user_id=bob.pk, message_id=other)
    assert list(Removal.objects.values_list("message", "text")) == [(message, "Hello")]
    act = ModerationAction.objects.get()
    assert (act.action, act.actor, act.person, act.room, act.message_id, act.source, act.address) == (
        ("delete_message", alice, bob, general, message, "room", "192.0.2.7")
    )
    restore(by=Actor(alice), message_id=message)
    assert refusal_of(lambda: restore(by=Actor(alice), message_id=other)) == "conflict"


def test_a_mention_counts_again_with_its_message(alice: User, bob: User, general: Room) -> None:
    message = said(bob, general, "@alice")

    def unread_mentions() -> int:
        room = snapshots.room_of(alice.pk, general.pk)
        assert room
        return room.mentions

    assert unread_mentions() == 1
    remove(by=Actor(alice), message_id=message)
    assert unread_mentions() == 0
    restore(by=Actor(alice), message_id=message)
    assert unread_mentions() == 1


def test_a_file_is_served_again_with_its_message(alice: User, bob: User, general: Room) -> None:
    file = files.upload(user=bob, file=BytesIO(b"Tides"), name="tides.txt")
    message = post(Draft(bob.pk, general.pk, "r", "", attachments=(file.pk,))).message_id
    assert access.attachment(alice, file.pk) == file
    remove(by=Actor(alice), message_id=message)
    for reader in (alice, bob):
        assert refusal_of(lambda: access.attachment(reader, file.pk)) == "not_found"  # noqa: B023
    restore(by=Actor(alice), message_id=message)
    assert access.attachment(alice, file.pk) == file
    assert [entry.id for entry in seen(message).attachments] == [file.pk]


def test_only_moderators_remove_and_only_of_those_below_them(
    alice: User, bob: User, charlie: User, dora: User, general: Room
) -> None:
    erin, fred = add_person("erin"), add_person("fred")
    for moderator in (erin, fred):
        add_member(general, moderator, "moderator")
    of_alice, of_bob, of_erin, of_fred = (
        said(author, general, f"By {author}", author.username) for author in (alice, bob, erin, fred)
    )

    def refused(by: Actor, message: int) -> set[str]:
        return {refusal_of(lambda: action(by=by, message_id=message)) for action in (remove, restore)}  # noqa: B023

    assert refused(Actor(charlie), of_bob) == {"not_found"}
    assert refused(Actor(bob), of_erin) == {"forbidden"}
    assert refused(Actor(erin), of_alice) == {"forbidden"}
    assert refused(Actor(erin), of_fred) == {"forbidden"}
    assert refused(Actor(erin), of_erin) == {"forbidden"}, "that is their author's to delete"
    assert refused(Actor(dora), of_alice) == {"forbidden"}
    assert refused(RULE, of_erin) == {"forbidden"}
    assert refused(Actor(alice), 10**9) == {"not_found"}
    assert not Removal.objects.exists()
    remove(by=Actor(erin), message_id=of_bob)
    remove(by=Actor(dora), message_id=of_erin)
    remove(by=Actor(alice), message_id=of_fred)
    dismiss(by=Actor(alice), person_id=dora.pk)
    assert refused(Actor(User.objects.get(pk=dora.pk)), of_erin) == {"not_found"}


def test_in_private_rooms_strangers_who_moderate_remove_what_was_reported_alone(
    alice: User, bob: User, charlie: User, dora: User, backroom: Room
) -> None:
    direct = add_room("", "direct", members={alice: "member", bob: "member"})
    for room in (backroom, direct):
        message, other = said(bob, room, ref=f"1 {room}"), said(bob, room, ref=f"2 {room}")
        case = Case.objects.create(message_id=message, room=room)
        assert refusal_of(lambda: remove(by=Actor(dora), message_id=message)) == "not_found"  # noqa: B023
        assert refusal_of(lambda: remove(by=Actor(dora), message_id=other, case=case)) == "not_found"  # noqa: B023
        assert refusal_of(lambda: remove(by=Actor(bob), message_id=message, case=case)) == "forbidden"  # noqa: B023
        assert refusal_of(lambda: remove(by=Actor(charlie), message_id=message, case=case)) == "not_found"  # noqa: B023
        remove(by=Actor(dora), message_id=message, case=case)
        assert Message.objects.get(pk=message).deleted
        restore(by=Actor(dora), message_id=message, case=case)
        assert not Message.objects.get(pk=message).deleted


@pytest.mark.django_db(transaction=True)
def test_removal_and_deletion_at_once_take_one_tick(alice: User, bob: User, general: Room) -> None:
    for number in range(5):
        message = said(bob, general, ref=str(number))
        general.refresh_from_db()
        together(
            lambda: remove(by=Actor(alice), message_id=message),  # noqa: B023
            lambda: messages.delete(user_id=bob.pk, message_id=message),  # noqa: B023
        )
        assert Message.objects.get(pk=message).changed == general.clock + 1
        assert Room.objects.get(pk=general.pk).clock == general.clock + 1


@pytest.mark.django_db(transaction=True)
def test_removal_and_restoring_are_announced(
    alice: User, bob: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = said(bob, general)
    # To Alice it is unread again when it comes back.
    Membership.objects.filter(user=bob).update(last_read=3)
    told: list[announce.Announcement] = []
    monkeypatch.setattr(announce, "_sink", into(told))
    remove(by=Actor(alice), message_id=message)
    restore(by=Actor(alice), message_id=message)
    gone, back, counts = told
    assert isinstance(gone, announce.Changes)
    assert isinstance(back, announce.Changes)
    assert (gone.first, gone.last, back.first, back.last) == (4, 4, 5, 5)
    assert b"Hello" not in gone.body
    assert b"Hello" in back.body
    assert counts == announce.Personal([(alice.pk, general.pk)])
