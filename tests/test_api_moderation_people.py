"""What moderators do about people over HTTP, and what the people read of it."""

from typing import Any

import pytest
from django.test import Client
from django.utils.formats import date_format
from django.utils.timezone import localtime
from pytest_django import Settings

from chat import access
from chat.actions.moderation.record import Actor
from chat.actions.moderation.warning import warn
from chat.models import Membership, ModerationAction, Room, Sanction, User
from tests.cast import PASSWORD, sign_in
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


def test_a_warning_reaches_its_person_and_is_put_aside(as_alice: Client, as_bob: Client, bob: User) -> None:
    answer = send(as_alice, "POST", f"users/{bob.pk}/warn", {"reason": "No adverts", "signed": True})
    assert (answer.status_code, answer.json()) == (200, {})
    [notice] = as_bob.get("/api/notices").json()["notices"]
    assert notice.pop("by")["username"] == "alice"
    assert notice.pop("created_at").endswith("Z")
    key = notice.pop("id")
    assert notice == {
        "kind": "warning", "text": "No adverts", "action": "", "room": None, "until": None, "seen": False,
    }  # fmt: skip
    assert refused(send(as_alice, "POST", f"notices/{key}/seen")) == (404, "not_found")
    assert send(as_bob, "POST", f"notices/{key}/seen").status_code == 200
    [notice] = as_bob.get("/api/notices").json()["notices"]
    assert notice["seen"]


def test_who_warned_is_told_only_if_they_signed(alice: User, as_bob: Client, bob: User) -> None:
    warn(by=Actor(alice), person_id=bob.pk, reason="x")
    [notice] = as_bob.get("/api/notices").json()["notices"]
    assert notice["by"] is None


def test_mute_and_unmute(as_alice: Client, as_bob: Client, bob: User, general: Room) -> None:
    body = {"room": general.pk, "minutes": 60, "reason": "Adverts"}
    answer = send(as_alice, "POST", f"users/{bob.pk}/mute", body)
    [room] = as_bob.get("/api/rooms").json()["rooms"]
    [notice] = as_bob.get("/api/notices").json()["notices"]
    assert answer.json() == {"until": room["muted_until"]} == {"until": notice["until"]}
    assert (notice["action"], notice["room"]) == ("mute", {"id": general.pk, "name": "General"})
    assert send(as_alice, "POST", f"users/{bob.pk}/unmute", {"room": general.pk}).status_code == 200
    assert not Sanction.objects.active().exists()
    for wrong in ({"minutes": 9}, {"minutes": 43_201}, {"minutes": True}, {}, {"minutes": 10, "x": 1}):
        assert refused(send(as_alice, "POST", f"users/{bob.pk}/mute", {"reason": "x", **wrong})) == (
            400,
            "invalid",
        )


def test_ban_and_unban(as_alice: Client, as_bob: Client, bob: User, general: Room) -> None:
    path = f"users/{bob.pk}/"
    answer = send(as_alice, "POST", f"{path}ban", {"room": general.pk, "reason": "Adverts"})
    assert answer.json() == {"until": None}
    assert refused(send(as_bob, "POST", f"rooms/{general.pk}/join")) == (403, "forbidden")
    assert send(as_alice, "POST", f"{path}unban", {"room": general.pk}).status_code == 200
    assert send(as_bob, "POST", f"rooms/{general.pk}/join").status_code == 200
    assert send(as_alice, "POST", f"{path}ban", {"minutes": 60, "reason": "Adverts"}).json()["until"]
    assert refused(send(as_bob, "GET", "rooms")) == (401, "signed_out")
    assert send(as_alice, "POST", f"{path}unban").status_code == 200
    assert not access.is_banned(bob.pk)


def test_who_is_banned_learns_why_and_until_when_at_the_door(client: Client, as_alice: Client, bob: User) -> None:
    form = {"login": "bob", "password": PASSWORD}
    send(as_alice, "POST", f"users/{bob.pk}/ban", {"minutes": 24 * 60, "reason": "Adverts <again>"})
    page = client.post("/accounts/login/", form, follow=True).content.decode()
    ban = Sanction.objects.get()
    assert "Adverts &lt;again&gt;" in page
    assert ban.until
    assert f"Until {date_format(localtime(ban.until), 'DATETIME_FORMAT')} (" in page
    send(as_alice, "POST", f"users/{bob.pk}/ban", {"reason": "For ever"})
    page = client.post("/accounts/login/", form, follow=True).content.decode()
    assert "For ever" in page
    assert "Until" not in page
    send(as_alice, "POST", f"users/{bob.pk}/unban")
    assert "For ever" not in client.get("/accounts/inactive/").content.decode()
    assert "For ever" not in Client().get("/accounts/inactive/").content.decode()


def test_accounts_are_closed_opened_and_signed_out(as_alice: Client, bob: User) -> None:
    path = f"users/{bob.pk}/"
    key = sign_in(bob)["sessionid"]
    assert access.identity(key)
    assert send(as_alice, "POST", f"{path}sign-out").status_code == 200
    assert access.identity(key) is None
    assert refused(send(as_alice, "POST", f"{path}deactivate", {})) == (400, "invalid")
    assert send(as_alice, "POST", f"{path}deactivate", {"reason": "Left"}).status_code == 200
    assert not User.objects.get(pk=bob.pk).is_active
    assert send(as_alice, "POST", f"{path}reactivate").status_code == 200
    assert User.objects.get(pk=bob.pk).is_active


def test_owners_appoint_and_dismiss(as_alice: Client, bob: User) -> None:
    for verb, staff in (("appoint", True), ("dismiss", False)):
        assert send(as_alice, "POST", f"users/{bob.pk}/{verb}").status_code == 200
        assert User.objects.get(pk=bob.pk).is_staff is staff


def test_notes_and_the_record(as_alice: Client, as_bob: Client, bob: User, general: Room) -> None:
    answer = send(as_alice, "POST", f"users/{bob.pk}/notes", {"text": "Careful"})
    assert answer.status_code == 201
    assert as_alice.get(f"/api/users/{bob.pk}/notes").json() == {"notes": [answer.json()]}
    send(as_alice, "POST", f"users/{bob.pk}/mute", {"room": general.pk, "minutes": 60})
    found = as_alice.get(f"/api/users/{bob.pk}/record").json()
    assert (found["user"]["id"], found["more"]) == (bob.pk, False)
    assert [act["action"] for act in found["record"]] == ["mute", "note"]
    [standing] = found["sanctions"]
    assert (standing["kind"], standing["room"]["id"]) == ("mute", general.pk)
    found = as_alice.get(f"/api/users/{bob.pk}/record?room={general.pk}&before={found['record'][0]['id']}").json()
    assert found["record"] == []
    for address in ("notes", "record"):
        assert refused(send(as_bob, "GET", f"users/{bob.pk}/{address}")) == (403, "forbidden")


def test_the_record_says_from_where(settings: Settings, as_alice: Client, bob: User) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    as_alice.defaults["HTTP_X_FORWARDED_FOR"] = "198.51.100.1, 192.0.2.7"
    send(as_alice, "POST", f"users/{bob.pk}/warn", {"reason": "x"})
    act = ModerationAction.objects.get()
    assert (act.source, act.address, act.actor_name) == ("api", "192.0.2.7", "Alice")


def test_a_removal_and_a_role_are_on_the_record(as_alice: Client, bob: User, general: Room) -> None:
    path = f"rooms/{general.pk}/members/{bob.pk}"
    send(as_alice, "PUT", path, {"role": "moderator"})
    send(as_alice, "DELETE", path, {"reason": "Off topic"})
    assert Membership.objects.get(room=general, user=bob).left
    acts = ModerationAction.objects.order_by("pk")
    assert [(act.action, act.reason, act.before, act.after) for act in acts] == [
        ("role", "", {"role": "member"}, {"role": "moderator"}),
        ("remove", "Off topic", {"role": "moderator"}, {}),
    ]


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("warn", {"reason": "x"}), ("mute", {"minutes": 60, "reason": "x"}), ("unmute", {}),
        ("ban", {"reason": "x"}), ("unban", {}), ("deactivate", {"reason": "x"}), ("reactivate", {}),
        ("sign-out", {}), ("appoint", {}), ("dismiss", {}), ("notes", {"text": "x"}),
    ],
)  # fmt: skip
def test_members_do_none_of_it(as_bob: Client, as_alice: Client, charlie: User, verb: str, body: Any) -> None:
    assert refused(send(as_bob, "POST", f"users/{charlie.pk}/{verb}", body)) == (403, "forbidden")
    assert send(as_alice, "POST", f"users/{charlie.pk}/{verb}", body).status_code in (200, 201)
    assert refused(send(Client(), "POST", f"users/{charlie.pk}/{verb}", body)) == (401, "signed_out")
