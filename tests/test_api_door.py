"""What every address of the API does alike: who may ask, how often, with what, and how it refuses."""

import pytest
from django.db import OperationalError
from django.test import Client
from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from pytest_django import Settings

from chat import limits, snapshots
from chat.models import Room, User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _unlimited(settings: Settings) -> None:
    settings.RATE_LIMITS = False


@pytest.fixture
def as_bob(bob: User) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(bob)
    client.cookies["csrftoken"] = "t" * 32
    return client


TOKEN = {"X-CSRFToken": "t" * 32}
ADDRESSES = [
    ("GET", "rooms"),
    ("POST", "rooms"),
    ("GET", "rooms/public"),
    ("PATCH", "rooms/1"),
    ("PATCH", "rooms/1/me"),
    ("POST", "rooms/1/join"),
    ("POST", "rooms/1/leave"),
    ("GET", "rooms/1/members"),
    ("PUT", "rooms/1/members/1"),
    ("DELETE", "rooms/1/members/1"),
    ("GET", "rooms/1/messages"),
    ("POST", "rooms/1/messages"),
    ("GET", "users"),
    ("POST", "attachments"),
    ("GET", "sync"),
    ("GET", "stream"),
]


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_everything_is_for_people_who_are_signed_in(method: str, path: str) -> None:
    answer = Client(enforce_csrf_checks=True).generic(method, f"/api/{path}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "signed_out")


@pytest.mark.parametrize(("method", "path"), [pair for pair in ADDRESSES if pair[0] != "GET"])
def test_whatever_changes_something_needs_the_token(as_bob: Client, method: str, path: str) -> None:
    without = as_bob.generic(method, f"/api/{path}", "{}", "application/json")
    assert (without.status_code, without.json()["error"]["code"]) == (403, "forbidden")
    assert as_bob.generic(method, f"/api/{path}", "{}", "application/json", headers=TOKEN).status_code != 403


@pytest.mark.parametrize(("method", "path"), [("DELETE", "rooms"), ("GET", "rooms/1"), ("POST", "sync")])
def test_other_methods_are_told_which_there_are(as_bob: Client, method: str, path: str) -> None:
    answer = as_bob.generic(method, f"/api/{path}", headers=TOKEN)
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "invalid")
    assert answer.headers["Allow"]


def test_what_is_not_routed_is_not_found_in_json(as_bob: Client) -> None:
    answer = as_bob.get("/api/nothing")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize("room", [0, 2**53 - 1, 2**53, 2**63, 10**30, int("9" * 4000)])
@pytest.mark.parametrize("rest", ["/members", "/messages"])
def test_rooms_that_cannot_be_are_not_there(as_bob: Client, general: Room, room: int, rest: str) -> None:
    assert as_bob.get(f"/api/rooms/{general.pk}{rest}").status_code == 200
    answer = as_bob.get(f"/api/rooms/{room}{rest}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=201", "limit=x", "before=-1", "before=9007199254740992", "before=" + "9" * 40,
        "after=true", "around=1.5", "before=1&after=1", "before=1&around=1&after=1", "unknown=1", "before=%00",
    ],
)  # fmt: skip
def test_queries_that_do_not_fit_are_invalid(as_bob: Client, general: Room, query: str) -> None:
    path = f"/api/rooms/{general.pk}/messages"
    assert as_bob.get(f"{path}?before={2**53 - 1}&limit=200").status_code == 200
    answer = as_bob.get(f"{path}?{query}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")


@pytest.mark.parametrize("path", ["users", "rooms/{room}/members"])
def test_names_hold_no_nul(as_bob: Client, general: Room, path: str) -> None:
    address = "/api/" + path.format(room=general.pk)
    assert as_bob.get(f"{address}?q=%D8%00").status_code == 400
    assert as_bob.get(f"{address}?q=%ff%5C%25_'").status_code == 200
    assert as_bob.get(f"{address}?q={'x' * 101}").status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "rooms", '{"kind": "secret", "name": "x"}'),
        ("POST", "rooms", '{"kind": "public", "name": ""}'),
        ("POST", "rooms", '{"kind": "public", "name": "a\\u0000b"}'),
        ("POST", "rooms", '{"kind": "public", "name": "x", "members": [true]}'),
        ("POST", "rooms", '{"kind": "public", "name": "x", "members": "1"}'),
        ("POST", "rooms", '{"kind": "public", "name": "x", "clock": 1}'),
        ("PATCH", "rooms/{room}", '{"name": null}'),
        ("PATCH", "rooms/{room}", '{"archived": 1}'),
        ("PATCH", "rooms/{room}", '{"slow_mode": 1}'),
        ("PATCH", "rooms/{room}/me", '{"notify": "loud"}'),
        ("PATCH", "rooms/{room}/me", "{}"),
        ("PUT", "rooms/{room}/members/1", '{"role": "king"}'),
        ("PUT", "rooms/{room}/members/1", "[]"),
    ],
)
def test_bodies_that_do_not_fit_are_invalid(
    as_bob: Client, general: Room, method: str, path: str, body: str
) -> None:
    answer = as_bob.generic(
        method, "/api/" + path.format(room=general.pk), body, "application/json", headers=TOKEN
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")


def test_a_form_is_no_json(as_bob: Client, general: Room) -> None:
    answer = as_bob.post(f"/api/rooms/{general.pk}/messages", {"ref": "1", "text": "x"}, headers=TOKEN)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")


def test_commands_have_a_limit_and_a_time_to_wait(
    as_bob: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RATE_LIMITS = True
    # Hours, because a busy machine may need seconds for a request; and a count of its own.
    monkeypatch.setattr(limits, "COMMANDS", RateLimitItemPerHour(2))
    monkeypatch.setattr(limits, "_limiter", MovingWindowRateLimiter(MemoryStorage()))
    assert [as_bob.get("/api/rooms").status_code for _ in range(2)] == [200, 200]
    answer = as_bob.get("/api/rooms")
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "rate_limited")
    assert answer.json()["error"]["retry_after"] > 0
    assert int(answer.headers["Retry-After"]) >= 1


def test_a_database_that_is_away_is_unavailable(as_bob: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert as_bob.get("/api/rooms").status_code == 200

    def fail(*_: object) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(snapshots, "rooms_of", fail)
    answer = as_bob.get("/api/rooms")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"]


def test_a_database_that_is_away_before_the_view_is_unavailable(
    as_bob: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.contrib.sessions.backends.db import SessionStore

    assert as_bob.get("/api/rooms").status_code == 200

    def fail(*_: object) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(SessionStore, "load", fail)
    as_bob.raise_request_exception = False
    answer = as_bob.get("/api/rooms")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")


def test_without_an_engine_nothing_can_be_held_open(as_bob: Client) -> None:
    answer = as_bob.get("/api/sync")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
