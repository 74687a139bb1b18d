"""Rooms and their members over HTTP."""

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from chat.models import Membership, Room, User
from tests.cast import add_member, add_person, add_room

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _unlimited(settings: Settings) -> None:
    settings.RATE_LIMITS = False


@pytest.fixture
def as_alice(alice: User) -> Client:
    return signed_in(alice)


@pytest.fixture
def as_bob(bob: User) -> Client:
    return signed_in(bob)


@pytest.fixture
def as_charlie(charlie: User) -> Client:
    return signed_in(charlie)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(client: Client, method: str, path: str, body: Any = None) -> Any:
    return client.generic(method, f"/api/{path}", "" if body is None else json.dumps(body), "application/json")


def refused(response: HttpResponse) -> tuple[int, str]:
    return response.status_code, json.loads(response.content)["error"]["code"]


# Lists


def test_my_rooms_and_those_i_could_join(as_bob: Client, general: Room, alice: User) -> None:
    other = add_room("Other", members={alice: "owner"})
    add_room("Hidden", "private", members={alice: "owner"})
    mine = as_bob.get("/api/rooms").json()["rooms"]
    assert [(room["id"], room["role"], room["members"]) for room in mine] == [(general.pk, "member", 2)]
    public = as_bob.get("/api/rooms/public").json()["rooms"]
    assert [(room["id"], room["role"]) for room in public] == [(other.pk, None)]


# Made and changed


def test_a_room_is_made_with_its_people(as_alice: Client, alice: User, bob: User) -> None:
    body = {"kind": "private", "name": "Plans", "topic": "of ours", "members": [bob.pk]}
    answer = send(as_alice, "POST", "rooms", body)
    assert answer.status_code == 201
    room = answer.json()
    assert (room["kind"], room["name"], room["topic"], room["role"]) == ("private", "Plans", "of ours", "owner")
    assert Membership.objects.filter(room=room["id"], user=bob, left=False).exists()


def test_people_have_one_direct_room(as_alice: Client, as_bob: Client, alice: User, bob: User) -> None:
    first = send(as_alice, "POST", "rooms", {"kind": "direct", "members": [bob.pk]})
    again = send(as_bob, "POST", "rooms", {"kind": "direct", "members": [alice.pk]})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert {person["id"] for person in first.json()["people"]} == {alice.pk, bob.pk}


def test_moderators_change_a_room(as_alice: Client, general: Room) -> None:
    answer = send(as_alice, "PATCH", f"rooms/{general.pk}", {"name": "Lobby", "archived": True})
    assert (answer.json()["name"], answer.json()["archived"]) == ("Lobby", True)
    assert answer.json()["topic"] == general.topic, "what is not named stays"


def test_members_do_not_change_a_room(as_bob: Client, general: Room, bob: User) -> None:
    assert Membership.objects.get(room=general, user=bob).role == "member", "no moderator, or this means nothing"
    assert refused(send(as_bob, "PATCH", f"rooms/{general.pk}", {"name": "Mine"})) == (403, "forbidden")


def test_a_notify_level_is_personal(as_bob: Client, general: Room, alice: User) -> None:
    answer = send(as_bob, "PATCH", f"rooms/{general.pk}/me", {"notify": "none"})
    assert answer.json()["notify"] == "none"
    assert Membership.objects.get(room=general, user=alice).notify == "all"


# Joined and left


def test_a_public_room_is_joined_and_left(as_charlie: Client, charlie: User, general: Room) -> None:
    joined = send(as_charlie, "POST", f"rooms/{general.pk}/join").json()
    assert (joined["role"], joined["unread"], joined["last_read"]) == ("member", 0, joined["clock"])
    assert send(as_charlie, "POST", f"rooms/{general.pk}/leave").json() == {}
    assert Membership.objects.get(room=general, user=charlie).left


def test_a_private_room_is_not_there_for_strangers(as_alice: Client, as_charlie: Client, backroom: Room) -> None:
    assert send(as_alice, "POST", f"rooms/{backroom.pk}/join").status_code == 200, "must exist"
    for method, path, body in (
        ("POST", "join", None),
        ("POST", "leave", None),
        ("GET", "members", None),
        ("GET", "messages", None),
        ("POST", "messages", {"ref": "1", "text": "x"}),
        ("PATCH", "me", {"notify": "all"}),
    ):
        assert refused(send(as_charlie, method, f"rooms/{backroom.pk}/{path}", body)) == (404, "not_found"), path


def test_the_last_owner_stays(as_alice: Client, general: Room) -> None:
    assert refused(send(as_alice, "POST", f"rooms/{general.pk}/leave")) == (409, "conflict")


def test_an_archived_room_takes_nobody(as_charlie: Client, general: Room) -> None:
    Room.objects.filter(pk=general.pk).update(archived=True)
    assert refused(send(as_charlie, "POST", f"rooms/{general.pk}/join")) == (409, "archived")


# Members


def test_members_come_in_pages(as_alice: Client, general: Room, alice: User, bob: User) -> None:
    people = User.objects.bulk_create([User(username=f"person{number}") for number in range(120)])
    for person in people:
        add_member(general, person)
    first = as_alice.get(f"/api/rooms/{general.pk}/members?q=&after=").json()
    last_id = first["members"][-1]["user"]["id"]
    second = as_alice.get(f"/api/rooms/{general.pk}/members?after={last_id}").json()
    assert (len(first["members"]), first["more"], len(second["members"]), second["more"]) == (100, True, 22, False)
    ids = [member["user"]["id"] for member in first["members"] + second["members"]]
    assert ids == sorted([alice.pk, bob.pk, *(person.pk for person in people)])


def test_members_are_found_by_name(as_charlie: Client, general: Room, bob: User) -> None:
    add_member(general, User.objects.create(username="ake", name="Åke Öberg"))
    found = as_charlie.get(f"/api/rooms/{general.pk}/members?q=OB").json()["members"]
    assert [member["user"]["username"] for member in found] == ["bob"]
    found = as_charlie.get(f"/api/rooms/{general.pk}/members", {"q": "öberg"}).json()["members"]
    assert [member["user"]["username"] for member in found] == ["ake"]


def test_those_who_left_are_no_members(as_alice: Client, general: Room, bob: User) -> None:
    Membership.objects.filter(room=general, user=bob).update(left=True)
    members = as_alice.get(f"/api/rooms/{general.pk}/members").json()["members"]
    assert [member["user"]["username"] for member in members] == ["alice"]


def test_someone_is_added_raised_and_removed(as_alice: Client, general: Room, charlie: User) -> None:
    path = f"rooms/{general.pk}/members/{charlie.pk}"
    assert send(as_alice, "PUT", path, {"role": "member"}).json()["role"] == "member"
    assert send(as_alice, "PUT", path, {"role": "moderator"}).json()["role"] == "moderator"
    assert send(as_alice, "DELETE", path).json() == {}
    assert Membership.objects.get(room=general, user=charlie).left


def test_members_neither_give_roles_nor_remove(as_bob: Client, general: Room, bob: User, charlie: User) -> None:
    assert Membership.objects.get(room=general, user=bob).role == "member", "no moderator, or this means nothing"
    add_member(general, charlie)
    path = f"rooms/{general.pk}/members/{charlie.pk}"
    assert refused(send(as_bob, "PUT", path, {"role": "moderator"})) == (403, "forbidden")
    assert refused(send(as_bob, "DELETE", path)) == (403, "forbidden")


def test_the_people_of_a_direct_room_are_fixed(as_alice: Client, alice: User, bob: User, charlie: User) -> None:
    room = send(as_alice, "POST", "rooms", {"kind": "direct", "members": [bob.pk]}).json()["id"]
    path = f"rooms/{room}/members/{charlie.pk}"
    assert refused(send(as_alice, "PUT", path, {"role": "member"})) == (409, "conflict")


# People


def test_people_are_found_by_how_their_names_begin_first(as_alice: Client, bob: User) -> None:
    add_person("jacob")
    User.objects.create(username="zed", name="Bobbie")
    User.objects.create(username="bobgone", is_active=False)
    found = as_alice.get("/api/users?q=BOB").json()["users"]
    assert [person["username"] for person in found] == ["bob", "zed"]
    found = as_alice.get("/api/users?q=ob").json()["users"]
    assert [person["username"] for person in found] == ["bob", "jacob", "zed"]


def test_suggestions_are_few_and_of_others(as_alice: Client) -> None:
    User.objects.bulk_create([User(username=f"al{number}") for number in range(30)])
    found = as_alice.get("/api/users?q=al").json()["users"]
    assert len(found) == 20
    assert "alice" not in {person["username"] for person in found}
