from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from chat import access, announce
from chat.actions import invites, posting, rooms
from chat.actions.moderation.banning import ban, unban
from chat.actions.moderation.record import RULE, Actor
from chat.actions.posting import Draft
from chat.models import Membership, ModerationAction, Room, Sanction, User
from tests.cast import PASSWORD, add_member, add_person, sign_in
from tests.moderation.refusals import refusal_of
from tests.moderation.told import into
from tests.together import together


def is_member(user: User, room: Room) -> bool:
    return Membership.objects.filter(user=user, room=room, left=False).exists()


def test_a_ban_from_a_room_removes_and_lets_nobody_back_in(
    alice: User, bob: User, charlie: User, general: Room
) -> None:
    invite = invites.create_invite(by=alice, room=general)
    ways = (
        lambda user: rooms.join(user=user, room_id=general.pk),
        lambda user: invites.accept_invite(user=user, invite=invite),
        lambda user: rooms.put_member(by=Actor(alice), room_id=general.pk, user_id=user.pk),
    )
    for way in ways:
        way(charlie)
        assert is_member(charlie, general)
        rooms.leave(user=charlie, room_id=general.pk)
    assert is_member(bob, general)
    ban(by=Actor(alice), person_id=bob.pk, room_id=general.pk, reason="Adverts")
    for way in ways:
        assert refusal_of(lambda: way(bob)) == "forbidden"  # noqa: B023
    assert not is_member(bob, general)
    assert access.identity(sign_in(bob)["sessionid"]), "the site is still theirs"
    unban(by=Actor(alice), person_id=bob.pk, room_id=general.pk)
    rooms.join(user=bob, room_id=general.pk)
    assert is_member(bob, general)


def test_who_is_no_member_can_be_banned_from_a_room_without_a_tick(
    alice: User, charlie: User, general: Room
) -> None:
    clock = Room.objects.get(pk=general.pk).clock
    ban(by=Actor(alice), person_id=charlie.pk, room_id=general.pk, reason="Threats elsewhere")
    assert refusal_of(lambda: rooms.join(user=charlie, room_id=general.pk)) == "forbidden"
    assert Room.objects.get(pk=general.pk).clock == clock


def test_a_refused_invitation_is_not_used_up(alice: User, charlie: User, backroom: Room) -> None:
    invite = invites.create_invite(by=alice, room=backroom, max_uses=1)
    ban(by=Actor(alice), person_id=charlie.pk, room_id=backroom.pk, reason="x")
    assert refusal_of(lambda: invites.accept_invite(user=charlie, invite=invite)) == "forbidden"
    unban(by=Actor(alice), person_id=charlie.pk, room_id=backroom.pk)
    invites.accept_invite(user=charlie, invite=invite)
    assert is_member(charlie, backroom)


def test_a_ban_from_the_site_ends_every_session_and_refuses_new_ones(
    client: Client, alice: User, bob: User, general: Room
) -> None:
    key = sign_in(bob)["sessionid"]
    client.force_login(bob)
    assert access.identity(key)
    assert client.get("/api/rooms").status_code == 200
    ban(by=Actor(alice), person_id=bob.pk, reason="Adverts")
    assert access.identity(key) is None
    assert client.get("/api/rooms").status_code == 401
    bob.refresh_from_db()
    assert access.identity(sign_in(bob)["sessionid"]) is None, "a session made by a process of an older version"
    form = {"login": "bob", "password": PASSWORD}
    assert client.post("/accounts/login/", form).headers["Location"] == "/accounts/inactive/"
    assert client.get("/api/rooms").status_code == 401
    unban(by=Actor(alice), person_id=bob.pk)
    assert client.post("/accounts/login/", form).headers["Location"] == "/"
    assert client.get("/api/rooms").status_code == 200
    assert is_member(bob, general)


def test_who_is_banned_from_the_site_is_nobody_in_its_rooms(
    alice: User, bob: User, charlie: User, general: Room
) -> None:
    link = invites.create_invite(by=bob, room=general).token
    post = Draft(author_id=bob.pk, room_id=general.pk, ref="1", text="Hello")
    posting.post(post)
    rooms.create_room(by=alice, kind="private", name="With Bob", members=[bob.pk])
    assert invites.find_invite(link)
    ban(by=Actor(alice), person_id=bob.pk, reason="Adverts")
    # As what was on its way when the ban was committed.
    assert refusal_of(lambda: posting.post(post)) == "not_found"
    assert invites.find_invite(link) is None
    assert (
        refusal_of(lambda: rooms.create_room(by=alice, kind="private", name="Again", members=[bob.pk]))
        == "not_found"
    )
    rooms.leave(user=bob, room_id=general.pk)
    assert refusal_of(lambda: rooms.join(user=bob, room_id=general.pk)) == "forbidden"
    assert refusal_of(lambda: rooms.put_member(by=Actor(alice), room_id=general.pk, user_id=bob.pk)) == "forbidden"


def test_a_ban_ends_by_itself(alice: User, bob: User, general: Room) -> None:
    row = ban(by=Actor(alice), person_id=bob.pk, reason="A day off", until=timezone.now() + timedelta(days=1))
    assert access.is_banned(bob.pk)
    Sanction.objects.filter(pk=row.pk).update(until=timezone.now() - timedelta(seconds=1))
    assert not access.is_banned(bob.pk)
    posting.post(Draft(author_id=bob.pk, room_id=general.pk, ref="1", text="Back"))


def test_ban_and_unban_are_on_the_record(alice: User, bob: User, general: Room) -> None:
    by = Actor(alice, "admin", "192.0.2.7")
    ban(by=by, person_id=bob.pk, room_id=general.pk, reason="Adverts")
    unban(by=by, person_id=bob.pk, room_id=general.pk, reason="A mistake")
    unban(by=by, person_id=bob.pk, room_id=general.pk)
    state = {"until": None, "reason": "Adverts"}
    acts = ModerationAction.objects.order_by("pk")
    assert [(act.action, act.person, act.room, act.reason, act.before, act.after) for act in acts] == [
        ("ban", bob, general, "Adverts", {}, state),
        ("unban", bob, general, "A mistake", state, {}),
    ]
    row = Sanction.objects.get()
    assert (row.lifted, row.lifted_by, row.lift_reason) == (True, alice, "A mistake")


def test_a_ban_needs_a_reason_and_an_end_in_the_future(alice: User, bob: User) -> None:
    past = timezone.now() - timedelta(seconds=1)
    assert refusal_of(lambda: ban(by=Actor(alice), person_id=bob.pk, reason=" ")) == "invalid"
    assert refusal_of(lambda: ban(by=Actor(alice), person_id=bob.pk, reason="x", until=past)) == "invalid"
    assert not access.is_banned(bob.pk)


def test_only_moderators_ban_and_only_those_below_them(
    alice: User, bob: User, charlie: User, dora: User, general: Room
) -> None:
    erin = add_person("erin")
    add_member(general, erin, "moderator")

    def refused(by: Actor, person: User, room: Room | None) -> str:
        key = room.pk if room else None
        return refusal_of(lambda: ban(by=by, person_id=person.pk, room_id=key, reason="x"))

    assert refused(Actor(bob), charlie, general) == "forbidden"
    assert refused(Actor(erin), charlie, None) == "forbidden"
    assert refused(Actor(erin), alice, general) == "forbidden"
    assert refused(Actor(erin), dora, general) == "forbidden"
    assert refused(Actor(dora), alice, None) == "forbidden"
    assert refused(Actor(alice), alice, None) == "forbidden"
    assert refused(RULE, erin, general) == "forbidden"
    assert not ModerationAction.objects.exclude(action="role").exists()
    ban(by=Actor(erin), person_id=bob.pk, room_id=general.pk, reason="x")
    ban(by=Actor(dora), person_id=erin.pk, reason="x")


def test_the_last_owner_of_a_room_stays(dora: User) -> None:
    erin = add_person("erin")
    room, _new = rooms.create_room(by=erin, kind="public", name="Hers")
    assert refusal_of(lambda: ban(by=Actor(dora), person_id=erin.pk, room_id=room.pk, reason="x")) == "conflict"
    assert not access.is_banned(erin.pk, room.pk)
    add_member(room, add_person("fred"), "owner")
    ban(by=Actor(dora), person_id=erin.pk, room_id=room.pk, reason="x")


@pytest.mark.django_db(transaction=True)
def test_a_ban_is_announced(alice: User, bob: User, general: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[announce.Announcement] = []
    monkeypatch.setattr(announce, "_sink", into(told))
    ban(by=Actor(alice), person_id=bob.pk, room_id=general.pk, reason="x")
    [word, gone, own] = told
    assert isinstance(word, announce.Personal)
    assert [(user_id, b'"type":"notice"' in event) for user_id, event in word.events] == [(bob.pk, True)]
    assert isinstance(gone, announce.Changes)
    assert gone.members == [(gone.last, bob.pk, True)]
    assert own == announce.Personal([(bob.pk, general.pk)])
    told.clear()
    ban(by=Actor(alice), person_id=bob.pk, reason="x")
    assert told[1:] == [announce.Sessions([bob.pk])]


@pytest.mark.django_db(transaction=True)
def test_who_joins_at_the_moment_of_the_ban_is_out(alice: User, charlie: User, general: Room) -> None:
    for _ in range(5):
        together(
            lambda: ban(by=Actor(alice), person_id=charlie.pk, room_id=general.pk, reason="x"),
            lambda: rooms.join(user=charlie, room_id=general.pk),
        )
        assert not is_member(charlie, general)
        unban(by=Actor(alice), person_id=charlie.pk, room_id=general.pk)
