"""Invitations: who may make them, whom they let in, and when they end."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from chat.actions import invites, people, rooms
from chat.actions.moderation.record import Actor
from chat.errors import Refused
from chat.models import Invite, Membership, Room, Sanction, User
from tests import cast
from tests.together import meet_before_the_transaction

pytestmark = pytest.mark.django_db

DORA = {
    "name": "Dora",
    "username": "dora",
    "email": "dora@example.org",
    "password1": "eels swim upstream",
    "password2": "eels swim upstream",
}


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    """All tests come from one address, and together they would be too many."""
    cache.clear()


def is_inside(user: User, room: Room) -> bool:
    return Membership.objects.filter(user=user, room=room, left=False).exists()


def test_a_visitor_comes_by_the_link_into_the_site_and_the_room(client: Client, bob: User, backroom: Room) -> None:
    invite = invites.create_invite(by=bob, room=backroom)
    page = client.get(f"/invite/{invite.token}/")
    assert "Bob invited you to the room “Backroom”" in page.content.decode()
    answer = client.post(f"/invite/{invite.token}/")
    assert answer.headers["Location"] == "/accounts/signup/"
    answer = client.post("/accounts/signup/", DORA)
    assert answer.headers["Location"] == "/"
    dora = User.objects.get(username="dora")
    assert dora.name == "Dora"
    assert is_inside(dora, backroom)
    invite.refresh_from_db()
    assert invite.uses == 1
    assert "invite" not in client.session


def test_without_an_invite_nobody_signs_up(client: Client, alice: User) -> None:
    assert client.get("/accounts/signup/").templates[0].name == "account/signup_closed.html"
    client.post("/accounts/signup/", DORA)
    assert not User.objects.filter(username="dora").exists()


def test_opening_the_link_alone_uses_nothing_up_and_joins_nothing(
    client: Client, charlie: User, bob: User, backroom: Room
) -> None:
    invite = invites.create_invite(by=bob, room=backroom)
    client.force_login(charlie)
    assert client.get(f"/invite/{invite.token}/").status_code == 200
    invite.refresh_from_db()
    assert invite.uses == 0
    assert not is_inside(charlie, backroom)


def test_somebody_with_an_account_joins_the_room(client: Client, charlie: User, bob: User, backroom: Room) -> None:
    invite = invites.create_invite(by=bob, room=backroom, max_uses=1)
    client.force_login(charlie)
    assert client.post(f"/invite/{invite.token}/").headers["Location"] == f"/rooms/{backroom.pk}/"
    assert is_inside(charlie, backroom)
    assert client.get(f"/invite/{invite.token}/").status_code == 404


def test_who_is_in_the_room_already_uses_nothing_up(bob: User, alice: User, backroom: Room) -> None:
    invite = invites.create_invite(by=bob, room=backroom, max_uses=1)
    invites.accept_invite(user=alice, invite=invite)
    invite.refresh_from_db()
    assert invite.uses == 0


def expire(invite: Invite) -> None:
    Invite.objects.filter(pk=invite.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


def use_up(invite: Invite) -> None:
    Invite.objects.filter(pk=invite.pk).update(max_uses=1, uses=1)


def revoke(invite: Invite) -> None:
    invites.revoke_invite(by=Actor(invite.created_by), invite=invite)


def remove_its_maker(invite: Invite) -> None:
    assert invite.room_id
    rooms.leave(user=invite.created_by, room_id=invite.room_id)


def close_its_makers_account(invite: Invite) -> None:
    User.objects.filter(pk=invite.created_by_id).update(is_active=False)


@pytest.mark.parametrize("end", [expire, use_up, revoke, remove_its_maker, close_its_makers_account])
def test_a_link_that_has_ended_lets_nobody_in(
    client: Client, charlie: User, bob: User, backroom: Room, end: Callable[[Invite], None]
) -> None:
    invite = invites.create_invite(by=bob, room=backroom)
    visitor = Client()
    visitor.post(f"/invite/{invite.token}/")
    assert visitor.get("/accounts/signup/").templates[0].name == "account/signup.html", (
        "it must work before it ends"
    )
    end(invite)
    client.force_login(charlie)
    assert client.get(f"/invite/{invite.token}/").status_code == 404
    assert client.post(f"/invite/{invite.token}/").status_code == 404
    visitor.post("/accounts/signup/", DORA)
    assert not User.objects.filter(username="dora").exists()
    assert not is_inside(charlie, backroom)


def test_a_ban_from_the_room_is_stronger_than_a_link(charlie: User, bob: User, backroom: Room) -> None:
    invite = invites.create_invite(by=bob, room=backroom)
    ban = Sanction.objects.create(kind=Sanction.Kind.BAN, user=charlie, room=backroom)
    with pytest.raises(Refused, match="cannot join"):
        invites.accept_invite(user=charlie, invite=invite)
    ban.lifted = True
    ban.save()
    invites.accept_invite(user=charlie, invite=invite)
    assert is_inside(charlie, backroom)


@pytest.mark.django_db(transaction=True)
def test_the_last_place_goes_to_one_person(monkeypatch: pytest.MonkeyPatch) -> None:
    invite = invites.create_invite(by=cast.add_person("alice", owner=True), max_uses=2)
    visitors = 6
    meet_before_the_transaction(monkeypatch, visitors)

    def come(number: int) -> None:
        people.register(username=f"visitor{number}", email="", password="x", invite=invite)

    assert race(come, range(visitors)) == [*["forbidden"] * 4, "in", "in"]
    invite.refresh_from_db()
    assert invite.uses == 2
    assert User.objects.filter(username__startswith="visitor").count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_last_place_in_a_room_goes_to_one_person() -> None:
    alice = cast.add_person("alice", owner=True)
    room = cast.add_room("Backroom", "private", members={alice: "owner"})
    guests = [cast.add_person(f"guest{number}") for number in range(6)]
    invite = invites.create_invite(by=alice, room=room, max_uses=2)
    together = Barrier(len(guests), timeout=60)

    def come(number: int) -> None:
        connection.ensure_connection()
        together.wait()
        invites.accept_invite(user=guests[number], invite=invite)

    assert race(come, range(len(guests))) == [*["forbidden"] * 4, "in", "in"]
    invite.refresh_from_db()
    assert invite.uses == 2
    assert sum(is_inside(guest, room) for guest in guests) == 2


def race(come: Callable[[int], None], numbers: range) -> list[str]:
    """What became of each, sorted: "in", or the code of the refusal."""

    def outcome(number: int) -> str:
        try:
            come(number)
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()
        return "in"

    with ThreadPoolExecutor(len(numbers)) as pool:
        return sorted(pool.map(outcome, numbers))


def test_members_invite_into_their_rooms_and_staff_to_the_site(
    alice: User, bob: User, charlie: User, backroom: Room
) -> None:
    assert invites.create_invite(by=alice).room is None
    assert invites.create_invite(by=bob, room=backroom).room == backroom
    for person, room, code in ((bob, None, "forbidden"), (charlie, backroom, "not_found")):
        with pytest.raises(Refused) as refusal:
            invites.create_invite(by=person, room=room)
        assert refusal.value.code == code


def test_nobody_is_invited_into_a_conversation(alice: User, bob: User) -> None:
    room, _ = rooms.create_room(by=alice, kind=Room.Kind.DIRECT, members=[bob.pk])
    with pytest.raises(Refused) as refusal:
        invites.create_invite(by=alice, room=room)
    assert refusal.value.code == "conflict"


def test_a_link_is_made_listed_and_revoked_on_the_page(client: Client, bob: User, backroom: Room) -> None:
    client.force_login(bob)
    client.post("/invites/", {"goal": str(backroom.pk), "days": "7", "max_uses": "3"})
    invite = Invite.objects.get()
    assert (invite.room, invite.max_uses) == (backroom, 3)
    assert invite.expires_at is not None
    assert timedelta(days=6) < invite.expires_at - timezone.now() <= timedelta(days=7)
    assert f"/invite/{invite.token}/" in client.get("/invites/").content.decode()
    client.post(f"/invites/{invite.pk}/revoke/")
    assert f"/invite/{invite.token}/" not in client.get("/invites/").content.decode()
    assert invites.find_invite(invite.token) is None


def test_a_link_without_limits_stays(client: Client, bob: User, backroom: Room) -> None:
    client.force_login(bob)
    client.post("/invites/", {"goal": str(backroom.pk), "days": "", "max_uses": ""})
    invite = Invite.objects.get()
    assert (invite.expires_at, invite.max_uses) == (None, None)


def test_the_page_offers_only_what_the_person_may_invite_to(
    client: Client, bob: User, charlie: User, backroom: Room
) -> None:
    client.force_login(bob)
    assert [value for value, _ in client.get("/invites/").context["form"].fields["goal"].choices] == [
        str(backroom.pk)
    ]
    for goal in ("site", "999", "x"):
        assert client.post("/invites/", {"goal": goal, "days": "7"}).status_code == 200
    client.force_login(charlie)
    assert client.get("/invites/").context["form"] is None
    assert client.post("/invites/", {"goal": str(backroom.pk), "days": "7"}).status_code == 200
    assert not Invite.objects.exists()


def test_other_peoples_links_look_as_if_they_did_not_exist(
    client: Client, alice: User, bob: User, charlie: User, backroom: Room
) -> None:
    invite = invites.create_invite(by=bob, room=backroom)
    client.force_login(charlie)
    foreign, missing = client.post(f"/invites/{invite.pk}/revoke/"), client.post("/invites/999999/revoke/")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert invite.token not in client.get("/invites/").content.decode()
    assert invites.find_invite(invite.token) is not None
    client.force_login(alice)
    assert client.post(f"/invites/{invite.pk}/revoke/").status_code == 302, "the site's owner may"


def test_an_open_site_takes_people_whose_link_has_ended(
    client: Client, settings: Settings, bob: User, backroom: Room
) -> None:
    settings.SIGNUP = "open"
    invite = invites.create_invite(by=bob, room=backroom)
    client.post(f"/invite/{invite.token}/")
    revoke(invite)
    client.post("/accounts/signup/", DORA)
    assert not is_inside(User.objects.get(username="dora"), backroom)


def test_a_closed_site_takes_nobody(client: Client, settings: Settings, bob: User, backroom: Room) -> None:
    invite = invites.create_invite(by=bob, room=backroom)
    client.post(f"/invite/{invite.token}/")
    assert client.get("/accounts/signup/").templates[0].name == "account/signup.html"
    settings.SIGNUP = "closed"
    client.post("/accounts/signup/", DORA)
    assert not User.objects.filter(username="dora").exists()
