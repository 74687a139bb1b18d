"""Ways round a measure, each of which once led past it."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from chat import access, announce, encoding, histories, snapshots
from chat.actions import messages, rooms
from chat.actions.invites import create_invite
from chat.actions.moderation import accounts, banning, muting
from chat.actions.moderation.notices import mark_seen
from chat.actions.moderation.record import Actor
from chat.actions.moderation.removing_people import remove_from_room
from chat.actions.moderation.restricting import set_posting
from chat.errors import Refused
from chat.exporting.content import lists_of
from chat.models import Message, Notice, Room, User
from tests.cast import add_member, add_person, add_room
from tests.moderation.refusals import refusal_of
from tests.moderation.reported import posted

pytestmark = pytest.mark.django_db


def test_a_ban_from_a_public_room_ends_reading_it(alice: User, bob: User, charlie: User, general: Room) -> None:
    message = posted(alice, general)
    assert access.readable_room(bob, general.pk) == access.readable_room(charlie, general.pk) == general
    for user in (bob, charlie):
        banning.ban(by=Actor(alice), person_id=user.pk, room_id=general.pk, reason="Adverts")
        assert refusal_of(lambda user=user: access.readable_room(user, general.pk)) == "forbidden"  # type: ignore[misc]
        assert refusal_of(lambda user=user: access.readable_message(user, message.pk)) == "not_found"  # type: ignore[misc]
        assert snapshots.public_rooms(user.pk) == [], "its name and topic are words, too"
    banning.unban(by=Actor(alice), person_id=charlie.pk, room_id=general.pk)
    assert [room.id for room in snapshots.public_rooms(charlie.pk)] == [general.pk]
    assert access.readable_room(charlie, general.pk) == general


def test_who_is_muted_does_not_speak_by_names_and_topics(alice: User, general: Room) -> None:
    mona = add_person("mona")
    add_member(general, mona, "moderator")
    by = Actor(mona)
    rooms.change_room(by=by, room_id=general.pk, topic="Kayaks")
    rooms.create_room(by=mona, kind="private", name="Kayaks", members=[alice.pk])
    muting.mute(by=Actor(alice), person_id=mona.pk, room_id=general.pk, duration=timedelta(hours=1))
    for words in ({"topic": "You are all fools"}, {"name": "Fools"}):
        assert refusal_of(lambda words=words: rooms.change_room(by=by, room_id=general.pk, **words)) == "muted"  # type: ignore[misc]
    rooms.change_room(by=by, room_id=general.pk, archived=True)
    rooms.create_room(by=mona, kind="private", name="Elsewhere", members=[alice.pk])
    muting.mute(by=Actor(alice), person_id=mona.pk, duration=timedelta(hours=1), reason="Again")
    call = {"by": mona, "kind": "public", "name": "Fools"}
    assert refusal_of(lambda: rooms.create_room(**call)) == "muted"  # type: ignore[arg-type]


@pytest.mark.parametrize("measure", [banning.ban, accounts.deactivate])
def test_who_is_shut_out_changes_no_messages_by_a_socket_that_is_still_open(
    alice: User, general: Room, charlie: User, measure: Callable[..., object]
) -> None:
    """Without the layer that takes seconds."""
    mona = add_person("mona")
    add_member(general, mona, "moderator")
    add_member(general, charlie)
    own, other = posted(mona, general), posted(charlie, general)
    ways: list[Callable[..., int]] = [
        partial(messages.edit, message_id=own.pk),
        partial(messages.react, message_id=own.pk, on=True),
        partial(messages.pin, message_id=own.pk),
        partial(messages.delete, message_id=other.pk),
        partial(messages.delete, message_id=own.pk),
    ]
    first: list[dict[str, Any]] = [{"text": "First"}, {"emoji": "👍"}, {"on": True}]
    latest: list[dict[str, Any]] = [{"text": "Last words"}, {"emoji": "👎"}, {"on": False}, {}, {}]
    for way, fields in zip(ways, first, strict=False):
        way(user_id=mona.pk, **fields)
    measure(by=Actor(alice), person_id=mona.pk, reason="Adverts")
    for way, fields in zip(ways, latest, strict=True):
        assert refusal_of(lambda way=way, fields=fields: way(user_id=mona.pk, **fields)) == "not_found"  # type: ignore[misc]
    messages.delete(user_id=alice.pk, message_id=other.pk)


@pytest.mark.parametrize("measure", ["locked", "announcements"])
def test_who_may_not_post_does_not_edit_instead(alice: User, bob: User, general: Room, measure: str) -> None:
    old, moderators = posted(bob, general), posted(alice, general)
    messages.edit(user_id=bob.pk, message_id=old.pk, text="Better words")
    set_posting(by=Actor(alice), room_id=general.pk, **{measure: True})
    assert refusal_of(lambda: messages.edit(user_id=bob.pk, message_id=old.pk, text="News")) == "forbidden"
    messages.edit(user_id=alice.pk, message_id=moderators.pk, text="News")
    messages.delete(user_id=bob.pk, message_id=old.pk)


def test_nobody_talks_by_editing_in_slow_mode(alice: User, bob: User, general: Room) -> None:
    """And a slip is mended at once all the same, whatever was posted just before."""
    old, short, moderators = posted(bob, general), posted(bob, general, "."), posted(alice, general)
    set_posting(by=Actor(alice), room_id=general.pk, slow_mode=60)

    def edit(user: User, message: Message, text: str) -> int:
        return messages.edit(user_id=user.pk, message_id=message.pk, text=text)

    edited = edit(bob, short, "A second text")
    assert edit(bob, short, "A second text") == edited, "what changes nothing needs no pause"
    for message in (short, old):
        with pytest.raises(Refused) as refused:
            edit(bob, message, "A third")
        assert refused.value.code == "slow_mode"
        assert 0 < (refused.value.retry_after or 0) <= 60
    for text in ("News", "More of it"):
        edit(alice, moderators, text)
    # A process whose clock is ahead silences nobody, and the pause ends.
    for since in (timedelta(hours=-1), timedelta(seconds=61)):
        Message.objects.filter(pk=short.pk).update(edited_at=timezone.now() - since)
        edit(bob, old, f"After {since}")
        Message.objects.filter(pk=old.pk).update(edited_at=None)
    messages.delete(user_id=bob.pk, message_id=short.pk)


@pytest.mark.parametrize("measure", ["ban", "close", "remove"])
def test_who_is_gone_is_not_seen_typing(
    alice: User, bob: User, charlie: User, general: Room, measure: str
) -> None:
    access.require_present(bob.pk, general.pk)
    assert refusal_of(lambda: access.require_present(charlie.pk, general.pk)) == "not_found"
    by = Actor(alice)
    if measure == "ban":
        banning.ban(by=by, person_id=bob.pk, reason="Adverts")
    elif measure == "close":
        accounts.deactivate(by=by, person_id=bob.pk, reason="Adverts")
    else:
        remove_from_room(by=by, person_id=bob.pk, room_id=general.pk)
    assert refusal_of(lambda: access.require_present(bob.pk, general.pk)) == "not_found"


def test_no_link_leads_a_moderator_into_a_private_room(alice: User, bob: User, dora: User, general: Room) -> None:
    hidden = add_room("Hidden", "private", members={bob: "owner"})
    shown, withheld = [create_invite(by=bob, room=room).token for room in (general, hidden)]
    client = Client()
    for staff in (alice, dora):
        client.force_login(staff)
        page = client.get("/invites/").content.decode()
        assert shown in page
        assert withheld not in page
    client.force_login(bob)
    assert withheld in client.get("/invites/").content.decode()


def test_who_was_removed_from_a_private_room_does_not_learn_its_new_name(
    alice: User, bob: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    room = add_room("Kayaks", "private", members={alice: "owner", bob: "member"})
    posted(bob, room)
    assert "Kayaks" in exported(bob)
    banning.ban(by=Actor(alice), person_id=bob.pk, room_id=room.pk, reason="Adverts")
    assert named(bob) == "Kayaks"
    rooms.change_room(by=Actor(alice), room_id=room.pk, name="Away with Bob")
    assert "Away" not in exported(bob)
    assert named(bob) == "Kayaks"
    told: list[announce.Announcement] = []
    monkeypatch.setattr(announce, "_sink", told.append)
    with django_capture_on_commit_callbacks(execute=True):
        mark_seen(user=bob, notice_id=Notice.objects.get().pk)
    assert "Kayaks" in str(told)
    banning.unban(by=Actor(alice), person_id=bob.pk, room_id=room.pk)
    rooms.put_member(by=Actor(alice), room_id=room.pk, user_id=bob.pk)
    assert named(bob) == "Away with Bob"


def exported(user: User) -> str:
    return str([list(records) for _, records in lists_of(user)])


def named(user: User) -> str:
    """The rooms in their notices."""
    return " ".join(str(encoding.notice(row).room.name) for row in histories.notices(user))  # type: ignore[union-attr]
