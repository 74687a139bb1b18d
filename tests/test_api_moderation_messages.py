"""What moderators do about messages and rooms over HTTP."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from chat.actions.posting import Draft, post
from chat.models import Message, ModerationAction, Room, User
from tests.cast import add_room

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _unlimited(settings: Settings) -> None:
    settings.RATE_LIMITS = False


def send(user: User, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    client = Client(REMOTE_ADDR="192.0.2.7")
    client.force_login(user)
    answer = client.generic(method, f"/api/{path}", "" if body is None else json.dumps(body), "application/json")
    found = json.loads(answer.content)
    return answer.status_code, found["error"]["code"] if "error" in found else found


@pytest.fixture
def message(bob: User, general: Room) -> int:
    return post(Draft(bob.pk, general.pk, "r", "Hello")).message_id


def test_remove_and_restore(alice: User, bob: User, charlie: User, message: int) -> None:
    for act in ("remove", "restore"):
        assert send(charlie, "POST", f"messages/{message}/{act}") == (404, "not_found")
        assert send(bob, "POST", f"messages/{message}/{act}", {"reason": "x"}) == (403, "forbidden")
    assert send(alice, "POST", f"messages/{message}/remove", {"reason": "Adverts"}) == (200, {"tick": 4})
    assert Message.objects.get(pk=message).deleted
    assert send(alice, "POST", f"messages/{message}/restore") == (200, {"tick": 5})
    assert Message.objects.get(pk=message).text == "Hello"
    acts = ModerationAction.objects.order_by("pk")
    assert [(act.action, act.reason, act.source, act.address) for act in acts] == [
        ("delete_message", "Adverts", "api", "192.0.2.7"),
        ("restore_message", "", "api", "192.0.2.7"),
    ]


def test_purge(alice: User, bob: User, general: Room, message: int) -> None:
    now = timezone.now().isoformat()
    body = {"since": "2020-01-01T00:00:00Z", "reason": "Adverts"}
    path = f"users/{bob.pk}/purge"
    assert send(bob, "POST", path, body) == (403, "forbidden")
    for wrong in (
        {"reason": "x"},
        {"since": now},
        body | {"since": "2020-01-01T00:00:00"},
        body | {"reason": " "},
    ):
        assert send(alice, "POST", path, wrong) == (400, "invalid")
    other = add_room("Other", members={alice: "owner", bob: "member"})
    assert send(alice, "POST", path, body | {"room": other.pk}) == (200, {"messages": 0})
    assert send(alice, "POST", path, body | {"since": now}) == (200, {"messages": 0})
    assert send(alice, "POST", path, body) == (200, {"messages": 1})
    assert Message.objects.get(pk=message).deleted


def test_a_room_is_restricted(alice: User, bob: User, dora: User, general: Room) -> None:
    path = f"rooms/{general.pk}/moderation"
    assert send(bob, "PATCH", path, {"locked": True}) == (403, "forbidden")
    assert send(alice, "PATCH", path, {"slow_mode": 21601}) == (400, "invalid")
    status, room = send(alice, "PATCH", path, {"locked": True, "slow_mode": 30})
    assert (status, room["locked"], room["slow_mode"], room["announcements"]) == (200, True, 30, False)
    # Who moderates the site is no member, and sees the room as a stranger.
    status, room = send(dora, "PATCH", path, {"announcements": True})
    assert (status, room["locked"], room["announcements"], room["role"]) == (200, True, True, None)


def test_who_moderates_the_site_changes_public_rooms_without_being_in_them(
    dora: User, general: Room, backroom: Room
) -> None:
    assert send(dora, "PATCH", f"rooms/{backroom.pk}", {"topic": "x"}) == (404, "not_found")
    status, room = send(dora, "PATCH", f"rooms/{general.pk}", {"topic": "Tides", "archived": True})
    assert (status, room["topic"], room["archived"], room["members"]) == (200, "Tides", True, 2)
    act = ModerationAction.objects.get(room=general)
    assert (act.action, act.actor, act.source) == ("archive", dora, "api")
    send(dora, "PATCH", f"rooms/{general.pk}", {"archived": False})
    assert ModerationAction.objects.filter(action="restore_room").count() == 1


def test_a_purge_since_before_all_time_is_refused(alice: User, bob: User) -> None:
    body = {"reason": "Adverts", "since": "0001-01-01T00:00:00+00:00"}
    assert send(alice, "POST", f"users/{bob.pk}/purge", body) == (200, {"messages": 0})
    body["since"] = "0001-01-01T00:00:00+14:00"
    assert send(alice, "POST", f"users/{bob.pk}/purge", body) == (400, "invalid")
