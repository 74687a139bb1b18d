"""The pages around the conversation: who sees which room, what every answer carries, and how things go wrong."""

import json
from pathlib import Path

import pytest
from django.db import DatabaseError
from django.db.backends.utils import CursorWrapper
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client, RequestFactory
from pytest_django import Settings

from chat.models import Invite, Message, Room, Sanction, Site, User
from chat.views import app
from chat.views.headers import ContentSecurityPolicyMiddleware
from tests.cast import add_moderator, add_room

pytestmark = pytest.mark.django_db


def say(room: Room, author: User, tick: int = 5) -> Message:
    return Message.objects.create(
        room=room, author=author, tick=tick, changed=tick, ref=str(tick), fingerprint=b"", text="hello"
    )


# The rooms


def test_home_is_the_room_last_visited_else_the_lobby(
    client: Client, bob: User, general: Room, backroom: Room
) -> None:
    client.force_login(bob)
    assert client.get("/").status_code == 200, "without a lobby there is a page without a room"
    Site.objects.update_or_create(pk=1, defaults={"lobby": general})
    assert client.get("/").headers["Location"] == f"/rooms/{general.pk}/"
    client.get(f"/rooms/{backroom.pk}/")
    assert client.get("/").headers["Location"] == f"/rooms/{backroom.pk}/"
    backroom.memberships.update(left=True)
    assert client.get("/").headers["Location"] == f"/rooms/{general.pk}/", "a room that was left is not offered"


def test_a_room_is_shown_to_its_members_and_a_public_one_to_everybody(
    client: Client, bob: User, charlie: User, general: Room, backroom: Room
) -> None:
    client.force_login(bob)
    assert client.get(f"/rooms/{backroom.pk}/").status_code == 200
    client.force_login(charlie)
    assert client.get(f"/rooms/{general.pk}/").status_code == 200
    assert client.get(f"/rooms/{backroom.pk}/").status_code == 404


@pytest.mark.parametrize("debug", [True, False])
def test_a_hidden_room_answers_exactly_like_a_missing_one(
    client: Client, charlie: User, backroom: Room, settings: Settings, debug: bool
) -> None:
    settings.DEBUG = debug
    client.force_login(charlie)
    hidden = client.get(f"/rooms/{backroom.pk}/")
    for missing in ("999999", str(2**70)):
        answer = client.get(f"/rooms/{missing}/")
        assert (answer.status_code, answer.content) == (404, hidden.content)


def test_the_page_tells_the_client_who_and_where_it_is(
    client: Client, bob: User, general: Room, settings: Settings
) -> None:
    client.force_login(bob)
    answer = client.get(f"/rooms/{general.pk}/")
    me = {"id": bob.pk, "username": "bob", "name": "Bob", "avatar": None, "bot": False}
    assert answer.context["boot"] == {
        "me": me,
        "room": general.pk,
        "at": None,
        "version": settings.STATIC_VERSION,
        "max_upload_bytes": settings.MAX_UPLOAD_BYTES,
        "moderator": False,
    }
    assert '<script id="boot" type="application/json">' in answer.content.decode()


def test_the_page_tells_the_client_who_moderates_the_site(client: Client, alice: User, general: Room) -> None:
    moderator = add_moderator("mary", owner=alice)
    for user in (alice, moderator):
        client.force_login(user)
        assert client.get(f"/rooms/{general.pk}/").context["boot"]["moderator"] is True


def test_a_page_opens_around_a_message_of_its_room_only(
    client: Client, bob: User, general: Room, backroom: Room
) -> None:
    client.force_login(bob)
    here, elsewhere = say(general, bob, 7), say(backroom, bob, 8)
    asked = [str(here.pk), str(elsewhere.pk), "999999", "x", "-1", "²", str(2**70), ""]
    found = [client.get(f"/rooms/{general.pk}/", {"at": at}).context["boot"]["at"] for at in asked]
    assert found == [7, *[None] * 7]


def test_the_clients_words_come_in_the_pages_language(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "zh-hans.json").write_text(json.dumps({"Send": "发送"}), encoding="utf-8")
    monkeypatch.setattr(app, "CATALOGS", tmp_path)
    app.catalog.cache_clear()
    assert app.catalog("zh-hans") == {"Send": "发送"}
    assert app.catalog("en") == {}
    app.catalog.cache_clear()


# What every answer carries


def test_every_answer_has_a_strict_policy(client: Client, alice: User, general: Room) -> None:
    client.force_login(alice)
    paths = [
        "/",
        f"/rooms/{general.pk}/",
        "/accounts/profile/",
        "/admin/",
        "/healthz",
        "/nowhere",
        "/setup/",
        "/api/nowhere",
    ]
    for path in paths:
        headers = client.get(path).headers
        policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == "'self'"
        assert policy["connect-src"] == "'self' ws://testserver wss://testserver"
        assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"


async def test_asynchronous_views_have_it_too(async_client: AsyncClient) -> None:
    async def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("hello")

    answer = ContentSecurityPolicyMiddleware(view)(RequestFactory().get("/"))
    assert not isinstance(answer, HttpResponse)
    assert "default-src 'none'" in (await answer).headers["Content-Security-Policy"]  # type: ignore[misc]
    assert "default-src 'none'" in (await async_client.get("/healthz")).headers["Content-Security-Policy"]


def test_an_answer_with_a_policy_of_its_own_keeps_it() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("", headers={"Content-Security-Policy": "sandbox"})

    answer = ContentSecurityPolicyMiddleware(view)(RequestFactory().get("/"))
    assert isinstance(answer, HttpResponse)
    assert answer.headers["Content-Security-Policy"] == "sandbox"


def test_a_foreign_host_is_refused_and_not_repeated(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    answer = client.get("/", headers={"host": "evil.example"})
    assert client.get("/accounts/login/", headers={"host": "evil.example"}).status_code == 400
    assert "evil" not in answer.headers["Content-Security-Policy"]
    assert caplog.text == "", "strangers do not fill the log"


def test_who_looks_after_the_process_may_call_it_anything(client: Client, db: None) -> None:
    for path in ("/healthz", "/readyz"):
        assert client.get(path, headers={"host": "web-1:8000"}).status_code == 200
    assert client.get("/accounts/login/", headers={"host": "web-1:8000"}).status_code == 400


# When something is wrong


@pytest.mark.parametrize("debug", [True, False])
def test_below_api_errors_are_json(client: Client, settings: Settings, debug: bool) -> None:
    settings.DEBUG = debug
    answer = client.get("/api/nowhere")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    assert answer.json()["error"]["message"]


def test_a_missing_token_is_forbidden(bob: User, rf: RequestFactory) -> None:
    from chat.views.errors import csrf_failure

    answer = csrf_failure(rf.post("/api/rooms"))
    assert (answer.status_code, json.loads(answer.content)["error"]["code"]) == (403, "forbidden")
    page = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "bob", "password": "x"})
    assert page.status_code == 403
    assert "Reload the page" in page.content.decode()


def test_a_failure_is_a_page_that_needs_no_database(
    client: Client, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.raise_request_exception = False

    def fail(*args: object) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(CursorWrapper, "execute", fail)
    answer = client.get("/accounts/login/")
    assert answer.status_code == 500
    assert "Something broke" in answer.content.decode()


# Health


def test_a_process_is_alive_and_ready(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "database": "ok", "redis": "not used"})


def test_without_redis_it_serves_and_says_so(client: Client, settings: Settings) -> None:
    settings.REDIS_URLS = ["redis://127.0.0.1:1/0"]
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["redis"]) == (200, "away")


def test_without_a_database_it_is_alive_but_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(CursorWrapper, "execute", fail)
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503


def test_someone_signed_in_is_told_too_that_the_database_is_away(
    client: Client, alice: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Their session is read from it before any view is asked."""

    def fail(*args: object) -> None:
        raise DatabaseError("gone")

    client.force_login(alice)
    assert client.get("/api/rooms").status_code == 200
    monkeypatch.setattr(CursorWrapper, "execute", fail)
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    assert client.get("/api/rooms").status_code == 503
    assert [record for record in caplog.records if record.exc_info] == []


# The admin


def test_the_admin_shows_rows_and_changes_none(client: Client, alice: User, bob: User, general: Room) -> None:
    client.force_login(alice)
    message = say(general, bob)
    invite = Invite.objects.create(created_by=alice)
    sanction = Sanction.objects.create(kind=Sanction.Kind.MUTE, user=bob)
    for row in (bob, general, message, invite, sanction):
        address = f"/admin/chat/{row._meta.model_name}"
        assert client.get(f"{address}/").status_code == 200
        assert client.get(f"{address}/{row.pk}/change/").status_code == 200
        assert client.get(f"{address}/add/").status_code == 403
        assert client.post(f"{address}/{row.pk}/change/", {}).status_code == 403
        assert client.post(f"{address}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert invite.token not in client.get("/admin/chat/invite/").content.decode()
    assert "argon2" not in client.get(f"/admin/chat/user/{bob.pk}/change/").content.decode()


def test_the_admin_offers_nothing_to_add(client: Client, alice: User) -> None:
    client.force_login(alice)
    page = client.get("/admin/").content.decode()
    assert "/admin/chat/message/" in page
    assert "/add/" not in page


def test_the_admin_does_not_show_direct_messages(client: Client, alice: User, bob: User, charlie: User) -> None:
    client.force_login(alice)
    said = say(add_room("", "direct", members={bob: "member", charlie: "member"}), bob)
    assert client.get(f"/admin/chat/message/{said.pk}/change/").status_code == 302
    assert f"/{said.pk}/" not in client.get("/admin/chat/message/").content.decode()
