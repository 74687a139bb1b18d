"""Every address of Django admin, reading and writing, and every act on its rows, by every kind of person.

What is new there has no line yet: the failure prints it with what was observed, to be judged and put in the table.
"""

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.contrib.admin.sites import all_sites
from django.test import RequestFactory
from pytest_django import Settings

from chat.admin import desk

from . import matrix
from .company import OWNER, SITE_MODERATOR, Company
from .matrix import Line
from .requests import observe, route_of, routes

PREFIX = "admin/"
LINES = [*matrix.read("admin"), *matrix.read("acts")]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _unlimited(settings: Settings) -> None:
    settings.RATE_LIMITS = False


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.request)
def test_admin(line: Line, cast: Company) -> None:
    matrix.compare([line], [observed(cast, line)])


def test_every_address_and_action_has_a_line(cast: Company) -> None:
    known = {(route_of(_with_row(cast, line), line), line.method) for line in LINES}
    missing = [
        Line(f"{method} {address}", {})
        for route, address in _addresses()
        for method in ("GET", "POST")
        if (route, method) not in known
    ]
    requests = {line.request for line in LINES}
    missing += [line for line in _actions(cast) if line.request not in requests]
    pages = {(line.method, line.address.partition("?")[0]) for line in LINES}
    missing += [line for line in _acts() if (line.method, line.address.partition("?")[0]) not in pages]
    assert not missing, "judge these lines, and put them into tables/admin.txt or acts.txt:\n" + matrix.drawn(
        [observed(cast, line) for line in missing]
    )


def test_every_act_is_done_by_somebody() -> None:
    """Or its refusals would prove nothing."""
    done = {line.address.partition("?")[0] for line in matrix.read("acts") if line.outcomes[OWNER] == "ok"}
    assert done == {line.address.partition("?")[0] for line in _acts()}


def test_every_line_has_an_address(cast: Company) -> None:
    known = {route_of(_with_row(cast, line), line) for line in LINES}
    assert known <= {route for route in routes() if route.startswith(PREFIX)}


def observed(cast: Company, line: Line) -> Line:
    [found] = observe(_with_row(cast, line), [line])
    return found


def _with_row(cast: Company, line: Line) -> Company:
    """`<id>` is the first row of the table that the address is about."""
    cast.things["id"] = 1
    named = re.match(r"/admin/chat/(\w+)/", line.address)
    if named is not None and (row := apps.get_model("chat", named[1])._default_manager.order_by("pk").first()):
        cast.things["id"] = row.pk
    return cast


def _addresses() -> Iterator[tuple[str, str]]:
    for route in routes():
        # Of the catch-all and of the lists of an application patterns are made, not addresses. Acts have names.
        if route.startswith(PREFIX) and "(?P" not in route and "<slug:name>" not in route:
            yield route, "/" + re.sub(r"<[^>]+>", "<id>", route)


def _actions(cast: Company) -> Iterator[Line]:
    """What the lists offer to the owner or to a moderator of the site."""
    for site in all_sites:
        for model, admin in site._registry.items():
            names: set[str] = set()
            for kind in (OWNER, SITE_MODERATOR):
                request = RequestFactory().get("/")
                request.user = cast.people[kind]
                names |= set(admin.get_actions(request))
            at = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
            for name in sorted(names):
                yield Line(f"POST {at} action={name}&_selected_action=<id>", {})


def _acts() -> Iterator[Line]:
    """The page of each act of the desk, by its own name; a line may add what it acts on."""
    for model, admin in desk._registry.items():
        for act in getattr(admin, "acts", ()):
            for method in ("GET", "POST"):
                yield Line(f"{method} /admin/{model._meta.app_label}/{model._meta.model_name}/act/{act.name}/", {})
