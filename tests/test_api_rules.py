"""Word rules and limits over HTTP."""

import pytest
from django.test import Client
from pytest_django import Settings

from chat.actions.posting import Draft, post
from chat.models import ModerationAction, Room, User, WordRule
from tests.test_api_rooms import refused, send, signed_in

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


def test_rules_are_listed_added_changed_and_removed(as_alice: Client, alice: User, general: Room) -> None:
    added = send(as_alice, "POST", "moderation/rules", {"pattern": "spam", "mode": "block"})
    assert added.status_code == 201
    rule = added.json()
    assert rule["created_at"].endswith("Z")
    assert {name: rule[name] for name in ("pattern", "mode", "room", "note", "active")} == {
        "pattern": "spam",
        "mode": "block",
        "room": None,
        "note": "",
        "active": True,
    }
    assert rule["by"]["id"] == alice.pk
    of_room = {"pattern": "x", "mode": "flag", "room": general.pk, "note": "why"}
    assert send(as_alice, "POST", "moderation/rules", of_room).json()["room"] == general.pk
    assert as_alice.get("/api/moderation/rules").json() == {"rules": [rule]}
    listed = as_alice.get(f"/api/moderation/rules?room={general.pk}").json()["rules"]
    assert [row["pattern"] for row in listed] == ["x"]
    changed = send(as_alice, "PATCH", f"moderation/rules/{rule['id']}", {"mode": "hide", "active": False})
    assert changed.json() == rule | {"mode": "hide", "active": False}
    assert send(as_alice, "DELETE", f"moderation/rules/{rule['id']}").json() == {}
    assert not WordRule.objects.filter(pk=rule["id"]).exists()
    assert {act.source for act in ModerationAction.objects.all()} == {"api"}
    assert {act.address for act in ModerationAction.objects.all()} == {"127.0.0.1"}


def test_a_rule_is_tried(as_alice: Client, bob: User, general: Room) -> None:
    posted = post(Draft(bob.pk, general.pk, "r", "Some **spam** here"))
    answer = send(as_alice, "POST", "moderation/rules/try", {"pattern": "spam"}).json()
    [example] = answer.pop("examples")
    assert answer == {
        "caught": 1,
        "rooms": [{"room": general.pk, "caught": 1}],
        "messages": 1,
        "complete": True,
    }
    assert (example["message"], example["tick"], example["room"]) == (posted.message_id, posted.tick, general.pk)
    assert (example["author"]["id"], example["excerpt"]) == (bob.pk, "Some spam here")


def test_limits_are_read_and_changed(as_alice: Client) -> None:
    before = as_alice.get("/api/moderation/limits").json()
    assert before == {
        "links_from_new_members": "allow",
        "new_member_hours": 24,
        "max_mentions": 0,
        "max_duplicates": 0,
        "max_posts": 0,
        "flood_mute_minutes": 10,
        "reports_to_hide": 0,
    }
    changes = {"max_posts": 8, "links_from_new_members": "flag"}
    assert send(as_alice, "PATCH", "moderation/limits", changes).json() == before | changes
    assert refused(send(as_alice, "PATCH", "moderation/limits", {"max_posts": 1000})) == (400, "invalid")


def test_members_are_refused(as_alice: Client, as_bob: Client, general: Room) -> None:
    rule = send(as_alice, "POST", "moderation/rules", {"pattern": "spam", "mode": "block"}).json()
    asked = [
        ("GET", "moderation/rules", None),
        ("GET", f"moderation/rules?room={general.pk}", None),
        ("POST", "moderation/rules", {"pattern": "other", "mode": "block"}),
        ("PATCH", f"moderation/rules/{rule['id']}", {"mode": "hide"}),
        ("DELETE", f"moderation/rules/{rule['id']}", None),
        ("POST", "moderation/rules/try", {"pattern": "spam"}),
        ("GET", "moderation/limits", None),
        ("PATCH", "moderation/limits", {"max_posts": 8}),
    ]
    for method, path, body in asked:
        assert refused(send(as_bob, method, path, body)) == (403, "forbidden"), (method, path)
    for method, path, body in asked[:4] + asked[5:]:
        assert send(as_alice, method, path, body).status_code in (200, 201), (method, path)
