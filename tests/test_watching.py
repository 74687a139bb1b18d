"""Each request: its id, its numbers, its line in the log."""

import json
import logging
from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client, RequestFactory
from django.urls import get_resolver
from pytest_django import Settings

from chat.ids import request_id
from chat.metrics import REGISTRY
from chat.models import Room, User
from chat.views.watching import WatchingMiddleware

pytestmark = pytest.mark.django_db

GIVEN = "0f9e8d7c-6b5a-4f3e-2d1c-0b9a8f7e6d5c"


def counted(method: str, route: str, status: int) -> float:
    labels = {"method": method, "route": route, "status": str(status)}
    return REGISTRY.get_sample_value("chat_http_requests_total", labels) or 0


def timed(method: str, route: str) -> float:
    labels = {"method": method, "route": route}
    return REGISTRY.get_sample_value("chat_http_request_seconds_count", labels) or 0


# Ids


@pytest.mark.parametrize("given", [None, GIVEN])
def test_without_a_proxy_the_id_is_ours(client: Client, given: str | None) -> None:
    headers = {"X-Request-ID": given} if given else {}
    ids = [client.get("/healthz", headers=headers).headers["X-Request-ID"] for _ in range(2)]
    assert len(set(ids)) == 2
    assert all(len(one) == 16 and one != given for one in ids)


def test_that_of_a_proxy_is_taken_over_if_it_is_harmless(client: Client, settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def ask(given: str) -> str:
        return client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"]

    assert ask(GIVEN) == GIVEN
    assert ask("a" * 64) == "a" * 64
    for other in ("", "short", "a" * 65, f"{GIVEN} x", f'{GIVEN}"', "ä" * 16, f"{GIVEN}\n"):
        assert ask(other) != other


async def test_whoever_works_for_a_request_knows_its_id(rf: RequestFactory) -> None:
    async def asynchronous(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request_id.get())

    def synchronous(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request_id.get())

    answers = [
        await WatchingMiddleware(asynchronous)(rf.get("/")),  # type: ignore[misc]
        WatchingMiddleware(synchronous)(rf.get("/")),
    ]
    for answer in answers:
        assert isinstance(answer, HttpResponse)
        assert answer.content.decode() == answer.headers["X-Request-ID"] != ""


# Numbers


def test_requests_are_counted_by_their_route(client: Client, alice: User, general: Room) -> None:
    client.force_login(alice)
    route = "rooms/<int:room_id>/"
    before, before_timed = counted("GET", route, 200), timed("GET", route)
    for _ in range(2):
        assert client.get(f"/rooms/{general.pk}/").status_code == 200
    client.get("/rooms/999/")
    assert (counted("GET", route, 200), timed("GET", route)) == (before + 2, before_timed + 3)
    assert counted("GET", route, 404) >= 1
    assert client.get("/").status_code in (200, 302)
    assert timed("GET", "/") >= 1, "the first page, whose route is empty"


async def test_asynchronous_ones_too(async_client: AsyncClient) -> None:
    before = counted("GET", "healthz", 200)
    assert (await async_client.get("/healthz")).status_code == 200
    assert counted("GET", "healthz", 200) == before + 1


def test_strangers_make_no_lines_of_their_own(client: Client) -> None:
    """Each would be a time series more, kept for ever."""
    known, other = counted("GET", "unknown", 404), counted("other", "unknown", 404)
    for number in range(3):
        client.get(f"/no/such/page/{number}")
        client.generic(f"METHOD{number}", f"/no/such/page/{number}")
    assert counted("GET", "unknown", 404) == known + 3
    assert counted("other", "unknown", 404) == other + 3
    routes = {sample.labels.get("route") for family in REGISTRY.collect() for sample in family.samples}
    assert not any(route and "such" in route for route in routes)


# The log


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], list[dict[str, object]]]:
    caplog.set_level(logging.INFO, "chat.http")
    return lambda: [record.__dict__["fields"] for record in caplog.records if record.name == "chat.http"]


def test_a_request_leaves_a_line_without_what_was_asked(
    client: Client, alice: User, lines: Callable[[], list[dict[str, object]]]
) -> None:
    client.force_login(alice)
    client.get("/invite/a-secret-token/?query=a-secret-query")
    [line] = lines()
    assert isinstance(line.pop("milliseconds"), float)
    assert line == {"method": "GET", "route": "invite/<str:token>/", "status": line["status"]}
    assert "secret" not in json.dumps(lines())


def test_machines_leave_none(client: Client, lines: Callable[[], list[dict[str, object]]]) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        assert client.get(path).status_code == 200
    assert lines() == []
    assert client.get("/accounts/login/").status_code == 302
    assert len(lines()) == 1, "the premise"


def test_people_who_read_the_log_are_spared_them(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    assert client.get("/accounts/login/").status_code == 302
    assert [record for record in caplog.records if record.name == "chat.http"] == []


def test_every_route_that_is_not_logged_is_there() -> None:
    from chat.views import watching

    patterns = {str(pattern.pattern) for pattern in get_resolver("chat.urls").url_patterns}
    assert watching.UNLOGGED - {watching.STATIC} <= patterns
