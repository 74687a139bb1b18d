"""Every request of the site, by every kind of person. Whatever the site answers has a line in a table."""

from collections import defaultdict

import pytest
from pytest_django import Settings

from . import matrix
from .company import OWNER, Company
from .matrix import Line
from .requests import ANY, METHODS, ask, methods_of, observe, route_of, routes, taken_back

TABLES = ["rooms", "messages", "people", "desk", "pages"]
LINES = [line for name in TABLES for line in matrix.read(name)]
RESET = r"accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"
ADMIN = "admin/"  # has a test of its own
# What is here in no other way than that a list of addresses needs it.
NOT_FOR_PEOPLE = {r"^api/"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _unlimited(settings: Settings) -> None:
    settings.RATE_LIMITS = False
    settings.ACCOUNT_RATE_LIMITS = False
    settings.SENDFILE = True  # files are then sent by the proxy, and nothing stays open here


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.request)
def test_requests(line: Line, cast: Company) -> None:
    matrix.compare([line], observe(cast, [line]))


def test_every_address_has_a_line_for_each_method(cast: Company) -> None:
    known: dict[str, set[str]] = defaultdict(set)
    examples: dict[str, str] = {}
    for line in [*LINES, *matrix.read("transports")]:
        route = route_of(cast, line)
        known[route] |= set(METHODS) if line.method == ANY else {line.method}
        examples[route] = line.address
    served = {route for route in routes() if not route.startswith(ADMIN)} - NOT_FOR_PEOPLE
    assert set(known) - NOT_FOR_PEOPLE == served, "addresses without a line, or lines without an address"
    missing = [
        Line(f"{method} {address}", {})
        for route, address in examples.items()
        for method in sorted(methods_of(cast, address) - known[route])
    ]
    assert not missing, "judge these lines, and put them into a table:\n" + matrix.drawn(observe(cast, missing))


def test_every_request_is_allowed_to_somebody(cast: Company) -> None:
    """Or a refusal would prove nothing. Nobody may what is named here, as things are in these tests."""
    allowed: dict[tuple[str, str], set[str]] = defaultdict(set)
    for line in [*LINES, *matrix.read("transports")]:
        allowed[route_of(cast, line), line.method] |= set(line.outcomes.values())
    never = {request for request, outcomes in allowed.items() if "ok" not in outcomes}
    assert (
        never
        == {
            ("setup/", "GET"),  # while there is an account
            ("setup/", "POST"),
            ("probe", ANY),  # for those who sign with the site's key
            ("^api/", ANY),
            ("accounts/password/change/", "PUT"),  # without a body
            ("accounts/password/reset/", "PUT"),
            *((RESET, method) for method in METHODS[1:]),  # the link of a mail
        }
    )


def test_no_request_is_taken_from_a_foreign_page(cast: Company) -> None:
    """Every method that may change something wants the token, of people who are signed in and might do it."""
    taken = []
    for line in [*LINES, *matrix.read("transports")]:
        for method in METHODS[1:] if line.method == ANY else [line.method]:
            if method != "GET":
                with taken_back():
                    answer = ask(cast, OWNER, line, method, enforce_csrf_checks=True)
                if answer.status_code != 403:
                    taken.append((method, line.request, answer.status_code))
    assert taken == []
