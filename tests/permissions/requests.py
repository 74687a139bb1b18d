"""Requests of the matrix, sent as each kind of person by Django's test client, and taken back at once."""

import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.core.signals import request_finished
from django.db import close_old_connections, transaction
from django.http.response import HttpResponseBase
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from chat.actions.moderation import rulebook
from chat.limits import floods
from tests.pictures import picture

from .company import KINDS, Company
from .matrix import Line

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
ANY = "ANY"  # in a table: an address that answers all methods alike
CODES = {401: "signed_out", 403: "forbidden", 404: "not_found"}  # the usual ones


def observe(company: Company, lines: list[Line]) -> list[Line]:
    """The same lines with what becomes of them now."""
    return [Line(line.request, {kind: outcome(company, kind, line) for kind in KINDS}) for line in lines]


def outcome(company: Company, kind: str, line: Line) -> str:
    methods = METHODS if line.method == ANY else [line.method]
    found = {_described(company, kind, line, method) for method in methods}
    return "/".join(sorted(found))


def _described(company: Company, kind: str, line: Line, method: str) -> str:
    with taken_back():
        answer = ask(company, kind, line, method)
        if getattr(answer, "streaming", False):
            _close(answer)
        return describe(answer, method)


def _close(answer: HttpResponseBase) -> None:
    """A stream that nobody reads, as Django's test client closes others: its connection stays."""
    request_finished.disconnect(close_old_connections)
    answer.close()
    request_finished.connect(close_old_connections)


@contextmanager
def taken_back() -> Iterator[None]:
    """By a bare savepoint: in an atomic block what wants a transaction of its own would refuse to run."""
    for forget in (rulebook.forget, floods.forget):
        forget()
    savepoint = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(savepoint)


def ask(
    company: Company, kind: str, line: Line, method: str, *, enforce_csrf_checks: bool = False
) -> HttpResponseBase:
    client = _client(enforce_csrf_checks)
    client.cookies.clear()
    for name, value in company.cookies.get(kind, {}).items():
        client.cookies[name] = value
    address = filled(company, kind, line.address)
    body = filled(company, kind, line.body)
    sent: dict[str, Any]
    if body == "FILE":
        client_body: Any = {"file": io.BytesIO(picture())}
        client_body["file"].name = "picture.png"
        answer: Any = client.post(address, client_body)
        return answer  # type: ignore[no-any-return]
    if address.startswith("/api/"):
        sent = {"data": json.dumps(json.loads(body)) if body else "", "content_type": "application/json"}
    else:
        sent = {"data": body, "content_type": "application/x-www-form-urlencoded"}
    return client.generic(method, address, **sent)


@cache
def _client(enforce_csrf_checks: bool) -> Client:
    """One for all, each of which would read all templates anew. Static files are everybody's, and their middleware
    is left out: it alone wants a loop and a thread for every request here, which cost more than the answer."""
    client = Client(enforce_csrf_checks=enforce_csrf_checks)
    middleware = [name for name in settings.MIDDLEWARE if not name.startswith("servestatic.")]
    with override_settings(MIDDLEWARE=middleware):
        client.handler.load_middleware()
    return client


def filled(company: Company, kind: str, text: str) -> str:
    return re.sub(r"<([a-z-]+)>", lambda found: company.name(kind, found[1]), text)


def describe(answer: Any, method: str) -> str:
    status = answer.status_code
    place = answer.headers.get("location", "")
    if 300 <= status < 400:
        ends = {
            "/accounts/login/?next=": "sign-in",
            "/admin/login/?next=": "sign-in",
            "/accounts/inactive/": "inactive",
        }
        return next((name for start, name in ends.items() if place.startswith(start)), _said(answer))
    if status < 300:
        html = answer.headers.get("content-type", "").startswith("text/html")
        return "form" if html and method != "GET" else "ok"
    code = CODES.get(status)
    if answer.headers.get("content-type") == "application/json":
        given = answer.json()["error"]["code"]
        if given != code:
            return str(given)
    return str(status)


def _said(answer: Any) -> str:
    """The desk leads back in any case, and says there what it did not do."""
    levels = {message.level_tag for message in get_messages(answer.wsgi_request)}
    return "refused" if "error" in levels else "nothing" if "warning" in levels else "ok"


def routes() -> dict[str, Any]:
    """Every address that the site answers, with its view."""
    return dict(_walk("", get_resolver().url_patterns))


def _walk(prefix: str, patterns: Any) -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        route = str(pattern.pattern)
        if prefix:
            route = prefix + route.removeprefix("^")  # as `resolve` names it
        if isinstance(pattern, URLResolver):
            yield from _walk(route, pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            yield route, pattern.callback


def route_of(company: Company, line: Line) -> str:
    return resolve(filled(company, KINDS[0], line.address).partition("?")[0]).route


def methods_of(company: Company, address: str) -> set[str]:
    """Those that an address does not refuse as such."""
    found = set()
    for method in METHODS:
        with taken_back():
            if ask(company, "owner", Line(f"{method} {address}", {}), method).status_code != 405:
                found.add(method)
    return found
