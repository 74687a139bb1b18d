from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test.utils import CaptureQueriesContext

from chat import access, announce, encoding, protocol, snapshots, sync
from chat.actions import erasing, files, messages, people, posting, rooms
from chat.actions.blocking import block
from chat.actions.leaving import delete_account
from chat.actions.moderation.record import Actor, Source
from chat.actions.posting import Draft
from chat.models import (
    Attachment,
    Invite,
    Membership,
    Message,
    ModerationAction,
    Note,
    Notice,
    Reaction,
    Removal,
    Room,
    Site,
    User,
)
from tests.cast import add_member, add_person, add_room, sign_in
from tests.moderation.refusals import refusal_of
from tests.pictures import picture
from tests.together import queued_for_a_room, together

Capture = Callable[..., CaptureQueriesContext]


def leave(user: User) -> None:
    delete_account(by=Actor(user, Source.ROOM, "192.0.2.7"))


def post(user: User, room: Room, ref: str, text: str = "Hello", **fields: Any) -> int:
    return posting.post(Draft(user.pk, room.pk, ref, text, **fields)).message_id


def remove_words() -> None:
    Site.load()
    Site.objects.update(deleted_account_messages="remove")


def member(user: User, room: Room) -> Membership:
    return Membership.objects.get(user=user, room=room)


def test_nothing_says_any_more_who_it_was(bob: User, alice: User, general: Room, dora: User) -> None:
    people.update_profile(user=bob, name="Bob", language="de", time_zone="Asia/Tokyo", avatar=BytesIO(picture()))
    files.upload(user=bob, file=BytesIO(b"words"), name="notes.txt")
    Invite.objects.create(created_by=bob, room=general)
    block(by=bob, person_id=alice.pk)
    block(by=dora, person_id=bob.pk)
    Notice.objects.create(user=bob, kind="warning", text="Careful")
    Note.objects.create(person=bob, author=dora, text="He is nice")
    before = access.identity(sign_in(bob)["sessionid"])
    assert before
    leave(bob)
    bob.refresh_from_db()
    assert access.identity(before.session_key) is None
    assert (bob.username, bob.name, bob.email, bob.avatar) == (f"~{bob.pk}", "Former member", "", "")
    assert (bob.language, bob.time_zone, bob.is_active, bob.has_usable_password()) == ("", "", False, False)
    assert bob.is_former
    assert not alice.is_former
    assert not Invite.objects.exists()
    assert snapshots.blocked_by([bob.pk, dora.pk]) == {bob.pk: [], dora.pk: [bob.pk]}
    assert not Notice.objects.exists()
    assert not Note.objects.exists()
    assert not Attachment.objects.exists()
    assert encoding.user(bob) == protocol.User(id=bob.pk, name="Former member")


def test_the_names_are_free_again_and_stay_on_the_record(bob: User, alice: User) -> None:
    leave(bob)
    act = ModerationAction.objects.get()
    assert (act.action, act.actor, act.actor_name, act.person_name, act.address) == (
        ("delete_account", bob, "Bob", "Bob", "192.0.2.7")
    )
    assert act.after == {"messages": "keep"}
    again = people.register(username="bob", email="bob@example.org", password="another long passphrase")
    assert again.email == "bob@example.org"


def test_messages_stay_by_a_former_member(bob: User, alice: User, general: Room) -> None:
    said = post(bob, general, "1", "I was here")
    leave(bob)
    [message] = sync.history(general.pk).messages
    assert (message.id, message.text, message.author) == (
        said,
        "I was here",
        protocol.User(id=bob.pk, name="Former member"),
    )


@pytest.mark.django_db(transaction=True)
def test_pictures_and_unposted_files_leave_the_storage(
    bob: User, alice: User, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    people.update_profile(user=bob, name="Bob", language="", time_zone="", avatar=BytesIO(picture()))
    files.upload(user=bob, file=BytesIO(b"words"), name="notes.txt")
    assert sum(path.is_file() for path in tmp_path.rglob("*")) == 2
    leave(bob)
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


@pytest.mark.django_db(transaction=True)
def test_or_messages_go_for_good(
    bob: User, alice: User, general: Room, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(erasing, "BATCH", 2)
    remove_words()
    file = files.upload(user=bob, file=BytesIO(b"words"), name="notes.txt")
    mine = [post(bob, general, str(number)) for number in range(4)]
    mine.append(post(bob, general, "file", attachments=(file.pk,)))
    hers = post(alice, general, "hers", "@bob stays")
    hidden = post(bob, general, "hidden", "Rude")
    Message.objects.filter(pk=hidden).update(deleted=True, text="", html="")
    Removal.objects.create(message_id=hidden, text="Rude", html="<p>Rude</p>")
    messages.react(user_id=bob.pk, message_id=hers, emoji="👍", on=True)
    messages.react(user_id=alice.pk, message_id=mine[0], emoji="👍", on=True)
    left = add_room("Left", members={alice: "owner", bob: "member"})
    elsewhere = post(bob, left, "elsewhere")
    rooms.leave(user=bob, room_id=left.pk)
    clock = Room.objects.get(pk=general.pk).clock
    assert default_storage.exists(file.key)
    told: list[announce.Announcement] = []
    monkeypatch.setattr(announce, "_sink", told.append)
    leave(bob)
    rows = {row.pk: row for row in Message.objects.all()}
    assert [rows[key].deleted for key in (*mine, elsewhere, hers)] == [True] * 6 + [False]
    assert {rows[key].text for key in (*mine, elsewhere, hidden)} == {""}
    assert not Removal.objects.exists()
    assert not Reaction.objects.exists()
    assert not Attachment.objects.exists()
    assert not default_storage.exists(file.key)
    # Dense: five tombstones, the reaction, the leaving.
    changes = [item for item in told if isinstance(item, announce.Changes)]
    here = sorted((item.first, item.last) for item in changes if item.room == general.pk)
    assert [tick for first, last in here for tick in range(first, last + 1)] == list(range(clock + 1, clock + 8))
    assert Room.objects.get(pk=general.pk).clock == clock + 7


def test_the_work_grows_with_the_batches(
    bob: User, general: Room, django_assert_num_queries: Capture, django_assert_max_num_queries: Capture
) -> None:
    post(bob, general, "one")
    with django_assert_max_num_queries(40) as one:
        erasing.erase_words(bob)
    posting.post_many([Draft(bob.pk, general.pk, f"{number}", "Hello") for number in range(100)])
    with django_assert_num_queries(len(one)):
        erasing.erase_words(bob)
    assert not Message.objects.filter(deleted=False).exists()


def test_who_owns_a_room_alone_hands_it_over(bob: User, alice: User, charlie: User) -> None:
    erin, gone = add_person("erin"), add_person("gone")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    moderated = add_room("A", members={gone: "moderator", alice: "member", bob: "owner"})
    add_member(moderated, charlie, "moderator")
    plain = add_room("B", members={erin: "member", bob: "owner", alice: "member"})
    shared = add_room("C", members={bob: "owner", erin: "member", alice: "owner"})
    alone = add_room("D", members={bob: "owner", gone: "member"})
    leave(bob)
    assert member(charlie, moderated).role == "owner"
    assert member(alice, moderated).role == "member"
    assert member(erin, plain).role == "owner"
    assert member(alice, plain).role == "member"
    assert member(erin, shared).role == "member"
    for room in (moderated, plain, shared, alone):
        room.refresh_from_db()
        assert member(bob, room).left
        assert room.archived == (room == alone)
    chunk = sync.changes_since(moderated.pk, 4)
    assert [change[:9] for change in chunk.changes] == [b'{"tick":5', b'{"tick":6']


def test_conversations_still_say_whom_one_wrote_to(bob: User, alice: User) -> None:
    room, _ = rooms.create_room(by=alice, kind="direct", members=[bob.pk])
    leave(bob)
    seen = snapshots.room_of(alice.pk, room.pk)
    assert seen
    assert isinstance(seen.people, list)
    assert {user.id: user.username for user in seen.people} == {alice.pk: "alice", bob.pk: ""}
    assert refusal_of(lambda: rooms.create_room(by=alice, kind="direct", members=[bob.pk, 0])) == "not_found"


def test_the_last_owner_of_the_site_stays(alice: User, bob: User, general: Room) -> None:
    remove_words()
    post(alice, general, "1")
    assert refusal_of(lambda: leave(alice)) == "conflict"
    assert Message.objects.get().text == "Hello"
    User.objects.filter(pk=bob.pk).update(is_superuser=True, is_staff=True)
    leave(alice)
    alice.refresh_from_db()
    assert not alice.is_superuser
    assert member(bob, general).role == "owner"


@pytest.mark.django_db(transaction=True)
def test_of_two_owners_who_leave_at_once_one_stays(alice: User) -> None:
    for turn in range(3):
        add_person(f"owner{turn}", owner=True)
        owners = list(User.objects.filter(is_superuser=True, is_active=True))
        assert len(owners) == 2
        together(*(lambda user=user: leave(user) for user in owners))
        assert User.objects.filter(is_superuser=True, is_active=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_everybody_is_told_before_the_rooms_are_left(
    bob: User, alice: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[announce.Announcement] = []
    monkeypatch.setattr(announce, "_sink", told.append)
    leave(bob)
    assert [type(item).__name__ for item in told] == ["Person", "Sessions", "Changes", "Personal"]
    assert told[0] == announce.Person(protocol.User(id=bob.pk, name="Former member"))
    assert isinstance(told[2], announce.Changes)
    assert told[2].members == [(general.clock + 1, bob.pk, True)]
    assert b"ob" not in told[2].body.replace(b"member", b"")


@pytest.mark.django_db(transaction=True)
def test_who_comes_while_another_leaves_costs_neither_their_wish(bob: User, alice: User, general: Room) -> None:
    Site.load()
    Site.objects.update(lobby=general)
    form: dict[str, Any] = {"username": "erin", "email": "erin@example.org", "password": "another long passphrase"}
    left, came = queued_for_a_room(general, lambda: leave(bob), lambda: people.register(**form))
    assert left is None
    assert member(bob, general).left
    assert not member(came, general).left
