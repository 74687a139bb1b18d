"""Every response there is brings the headers that keep a browser safe: of each route, each error, each server."""

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.hostile.raw import ask, request, upgrade
from tests.people import Company, gather
from tests.services.site import NewSite, Server

PLAIN = re.compile(r"default-src 'none'")
# What a route's place may hold, by the name of its converter.
FILLED = {"int": "1", "str": "x", "slug": "x", "path": "x", "url": "x", "uuid": "0" * 32}
METHODS = ("GET", "POST", "DELETE", "HEAD")


def routes() -> list[str]:
    """One address for each pattern of the resolver, included ones and those of Django admin among them."""
    from django.urls import URLPattern, URLResolver, get_resolver

    def walk(resolver: URLResolver, prefix: str) -> Iterator[str]:
        for entry in resolver.url_patterns:
            path = prefix + address(str(entry.pattern))
            if isinstance(entry, URLPattern):
                yield path
            else:
                yield from walk(entry, path)

    def address(pattern: str) -> str:
        pattern = re.sub(r"\(\?P<\w+>[^()]*\)|\[[^]]*\]\{\d+\}|\([^()]*\)", "0" * 32, pattern)
        pattern = re.sub(r"<(\w+):\w+>", lambda match: FILLED.get(match[1], "x"), pattern)
        return re.sub(r"[\^$]|\\Z|<\w+>|\.\+", "", pattern).replace("\\", "")

    return list(dict.fromkeys(walk(get_resolver(), "/")))


def assert_guarded(answer: httpx.Response | None, headers: dict[str, str] | None = None, where: str = "") -> None:
    found = {name.lower(): value for name, value in (headers or (answer.headers if answer else {})).items()}
    policy = found.get("content-security-policy", "")
    assert PLAIN.search(policy) or "sandbox" in policy, where
    assert "unsafe" not in policy, where
    assert "*" not in policy, where
    assert found.get("x-content-type-options") == "nosniff", where
    assert found.get("referrer-policy") == "same-origin", where
    assert found.get("x-frame-options") == "DENY", where


def test_every_route_by_every_method(server: Server, company: Company) -> None:
    addresses = server.site.call(routes)
    assert len(addresses) > 60
    assert {"/", "/healthz", "/admin/", "/api/rooms", "/accounts/login/"} <= set(addresses)
    with company.alice.http(server.url) as mine, httpx.Client(base_url=server.url, trust_env=False) as strangers:
        for path in addresses:
            for method in METHODS:
                # What ends the session comes in the end.
                for who in (strangers,) if "logout" in path or "sign-out" in path else (strangers, mine):
                    with who.stream(method, path) as answer:
                        assert_guarded(answer, where=f"{method} {path} {answer.status_code}")
                        assert answer.status_code < 500, f"{method} {path}"


def test_what_is_no_route(server: Server, company: Company) -> None:
    with company.bob.http(server.url) as http:
        page = http.get(f"/rooms/{company.general}/")
        later = {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
        [script] = re.findall(r'<script[^>]+src="([^"]+)"', page.text)[:1]
        sent = http.post("/api/attachments", files={"file": ("x.html", b"<script>alert(1)</script>")}).json()
        answers = {
            "static": http.get(script),
            "static, not changed": http.get(script, headers=later),
            "no such file": http.get(f"{script}x"),
            "attachment": http.get(sent["url"]),
            "part of one": http.get(sent["url"], headers={"Range": "bytes=0-3"}),
            "a part it has not": http.get(sent["url"], headers={"Range": "bytes=999-"}),
            "no such page": http.get("/nowhere"),
            "another host": http.get("/", headers={"Host": "evil.example"}),
            "no token": httpx.post(f"{server.url}/language/", trust_env=False),
            "a bad method": http.get("/api/attachments"),
            "a bad body": http.post("/api/rooms", content=b"{"),
            "redirect": httpx.get(f"{server.url}/", trust_env=False),
        }
    statuses = {name: answer.status_code for name, answer in answers.items()}
    assert statuses == {
        "static": 200,
        "static, not changed": 304,
        "no such file": 404,
        "attachment": 200,
        "part of one": 206,
        "a part it has not": 416,
        "no such page": 404,
        "another host": 400,
        "no token": 403,
        "a bad method": 405,
        "a bad body": 400,
        "redirect": 302,
    }
    for name, answer in answers.items():
        assert_guarded(answer, where=name)


async def test_what_the_server_answers_by_itself(server: Server, company: Company) -> None:
    host = ("Host", f"127.0.0.1:{server.port}")
    for status, sent in {
        400: request("GET / HTTP/1.1", [host, ("X", "y" * 65_536)]),
        413: request("POST /api/attachments HTTP/1.1", [host, ("Content-Length", str(10**12))]),
        403: upgrade(server, None),
        405: upgrade(server, company.bob).replace(b"GET", b"POST", 1),
    }.items():
        answer = await ask(server, sent)
        assert answer.status == status
        assert_guarded(None, dict(answer.headers), str(status))
    no_version = await ask(server, upgrade(server, company.bob, sec_websocket_version=None))
    assert no_version.status == 400
    assert_guarded(None, dict(no_version.headers), "no version")


def slow_down(room: int) -> None:
    from chat.models import Room

    Room.objects.filter(pk=room).update(slow_mode=3600)


@pytest.mark.parametrize("kind", ["daphne", "uvicorn"])
def test_too_many_and_what_breaks(new_site: NewSite, kind: str) -> None:
    with new_site() as site, site.serve(kind, trouble_expected=True) as server:
        company = gather(site)
        site.call(slow_down, company.general)
        messages = f"/api/rooms/{company.general}/messages"
        with company.bob.http(server.url) as http:
            assert http.post(messages, json={"ref": "1", "text": "x"}).status_code == 201
            too_many = http.post(messages, json={"ref": "2", "text": "x"})
            for file in site.folder.glob("chat.sqlite3*"):
                file.write_bytes(b"this is no database" * 1000)
            broken = {path: http.get(path) for path in ("/", "/api/rooms", "/readyz")}
        assert too_many.status_code == 429
        assert_guarded(too_many, where="429")
        assert {answer.status_code for answer in broken.values()} == {500, 503}
        for path, answer in broken.items():
            assert_guarded(answer, where=f"{answer.status_code} {path}")


def test_the_check_for_deployment_finds_nothing(new_site: NewSite) -> None:
    strict = ("check", "--deploy", "--fail-level", "WARNING")
    with new_site(SITE_URL="https://chat.example.org") as site:
        checked = site.manage(*strict, check=False)
        assert checked.returncode == 0, checked.stderr
    with new_site(SITE_URL="http://chat.example.org") as site:
        assert "security." in site.manage(*strict, check=False).stderr
