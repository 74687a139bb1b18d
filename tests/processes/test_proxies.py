"""The site behind a proxy that ends HTTPS: forms, cookies, sockets, whose address counts, what the doctor says."""

import json
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from tests.cast import PASSWORD
from tests.people import gather
from tests.services.front import (
    CADDY,
    INNER,
    NGINX,
    PLAIN_NGINX,
    Front,
    Habits,
    make_certificate,
    running_front,
)
from tests.services.programs import free_port
from tests.services.site import NewSite, Server, Site

NAME = "chat.example.org"
URL = f"https://{NAME}"
SPOOFED = "198.51.100.7"
HABITS = pytest.mark.parametrize("habits", [CADDY, NGINX], ids=["caddy", "nginx"])


@dataclass(frozen=True)
class Door:
    """A proxy before a site, and how to go through it."""

    site: Site
    server: Server
    front: Front
    trusted: Path

    def browser(self, **headers: str) -> httpx.Client:
        return httpx.Client(
            base_url=f"https://127.0.0.1:{self.front.port}",
            headers={"Host": NAME, **headers},
            verify=ssl.create_default_context(cafile=str(self.trusted)),
            trust_env=False,
            timeout=30,
        )

    async def socket(self, origin: str, cookies: dict[str, str]) -> ClientConnection:
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return await connect(
            f"wss://{NAME}/ws/",
            host="127.0.0.1",
            port=self.front.port,
            ssl=ssl.create_default_context(cafile=str(self.trusted)),
            origin=Origin(origin),
            additional_headers={"Cookie": cookie},
            proxy=None,
        )

    def doctor(self, **settings: str) -> dict[tuple[str, str], str]:
        """The sentences of `manage.py doctor`, by check and grade."""
        site = replace(self.site, settings={**self.site.settings, "SSL_CERT_FILE": str(self.trusted), **settings})
        done = site.manage("doctor", "--json", "--connect-to", f"127.0.0.1:{self.front.port}", check=False)
        assert "Traceback" not in done.stderr
        findings: list[dict[str, str]] = json.loads(done.stdout)
        assert done.returncode == int(any(finding["grade"] == "problem" for finding in findings))
        return {(finding["check"], finding["grade"]): finding["sentence"] for finding in findings}


@contextmanager
def behind(new_site: NewSite, habits: Habits, kind: str = "daphne", **settings: str) -> Iterator[Door]:
    settings = {"SITE_URL": URL, "TRUSTED_PROXIES": "1"} | settings
    with new_site(**settings) as site, site.serve(kind) as server:
        certificate = make_certificate(site.folder, NAME)
        with running_front(Front(server.port, habits, certificate)) as front:
            yield Door(site, server, front, certificate)


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def door(request: pytest.FixtureRequest, new_site: NewSite) -> Iterator[Door]:
    """A site that is set up right, behind a proxy as Caddy is."""
    with behind(new_site, CADDY, request.param) as door:
        yield door


@contextmanager
def another(door: Door, habits: Habits = CADDY, **fields: Any) -> Iterator[Door]:
    """The same site by a proxy of other habits."""
    front = Front(**{"upstream": door.server.port, "habits": habits, "certificate": door.trusted, **fields})
    with running_front(front):
        yield replace(door, front=front)


# People


@HABITS
def test_signing_in(door: Door, habits: Habits) -> None:
    person = gather(door.site).alice
    with another(door, habits) as way, way.browser() as browser:
        page = browser.get("/accounts/login/")
        assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
        form = {"csrfmiddlewaretoken": token(page), "login": person.username, "password": PASSWORD}
        for foreign in ("https://evil.example", f"http://{NAME}", f"{URL}:8443", "null"):
            answer = browser.post("/accounts/login/", data=form, headers={"Origin": foreign})
            assert answer.status_code == 403, foreign
        answer = browser.post("/accounts/login/", data=form, headers={"Origin": URL, "Referer": f"{URL}/"})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/")
        cookies = [*page.headers.get_list("Set-Cookie"), *answer.headers.get_list("Set-Cookie")]
        assert {cookie.partition("=")[0] for cookie in cookies} >= {"csrftoken", "sessionid"}
        for cookie in cookies:
            assert "; Secure" in cookie
            assert "; SameSite=Lax" in cookie
        assert browser.get("/accounts/profile/").status_code == 200


async def test_sockets_open_for_pages_of_the_site_alone(door: Door) -> None:
    cookies = gather(door.site).alice.cookies
    async with await door.socket(URL, cookies) as socket:
        await socket.send(json.dumps({"type": "hello", "ref": "1", "cursors": {}}))
        assert "welcome" in str(await socket.recv())
    by_port = f"https://127.0.0.1:{door.front.port}"
    for foreign in ("https://evil.example", f"http://{NAME}", f"{URL}:8443", by_port):
        with pytest.raises(InvalidStatus) as refused:
            await door.socket(foreign, cookies)
        assert refused.value.response.status_code == 403


@pytest.mark.parametrize("kind", ["daphne", "uvicorn"])
def test_a_spoofed_address_wins_no_more_tries(new_site: NewSite, kind: str) -> None:
    """Five tries a minute for each address, and a client that names a new one each time."""

    def guess(door: Door, spoofed: str) -> int:
        with door.browser() as browser:
            form = {"csrfmiddlewaretoken": token(browser.get("/setup/")), "username": "eve", "code": "AAAA-AAAA"}
            answer = browser.post("/setup/", data=form, headers={"Origin": URL, "X-Forwarded-For": spoofed})
            return answer.status_code

    pretended = [f"198.51.100.{number}" for number in range(6)]
    with behind(new_site, NGINX, kind, RATE_LIMITS="on") as door:
        assert [guess(door, address) for address in pretended] == [200] * 5 + [429]
    with behind(new_site, NGINX, kind, RATE_LIMITS="on", TRUSTED_PROXIES="2") as door:
        assert [guess(door, address) for address in pretended] == [200] * 6, "the premise"


def token(page: httpx.Response) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("habits", "entries"),
    [(CADDY, ["127.0.0.1"]), (NGINX, [SPOOFED, "127.0.0.1"])],
    ids=["caddy", "nginx"],
)
def test_who_is_asking_is_told_by_the_proxy_alone(door: Door, habits: Habits, entries: list[str]) -> None:
    nonce, question = door.site.call(ask)
    with another(door, habits) as way, way.browser() as browser:
        lies = {"X-Forwarded-For": SPOOFED, "X-Forwarded-Proto": "http"}
        answer = browser.get("/probe", params={"question": question}, headers=lies)
    found = door.site.call(read, nonce, answer.text)
    assert (found["forwarded_for"], found["client"]) == (entries, "127.0.0.1")
    assert (found["scheme"], found["host"]) == ("https", NAME)
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("kind", ["daphne", "uvicorn"])
def test_without_a_proxy_nothing_that_is_forwarded_counts(new_site: NewSite, kind: str) -> None:
    with new_site() as site, site.serve(kind) as server:
        nonce, question = site.call(ask)
        lies = {"X-Forwarded-For": SPOOFED, "X-Forwarded-Proto": "https"}
        asked = {"question": question}
        answer = httpx.get(f"{server.url}/probe", params=asked, headers=lies, trust_env=False, timeout=30)
        found = site.call(read, nonce, answer.text)
        assert (found["client"], found["scheme"]) == ("127.0.0.1", "http")


def test_strangers_get_no_answer(door: Door) -> None:
    _, question = door.site.call(ask)
    with door.browser() as browser:
        assert browser.get("/probe", params={"question": question}).status_code == 200
        for wrong in ("", "x", question[:-1], question.swapcase()):
            assert browser.get("/probe", params={"question": wrong}).status_code == 404


def ask() -> tuple[str, str]:
    from chat.doctor import probe

    return probe.question()


def read(nonce: str, answer: str) -> dict[str, Any]:
    import msgspec

    from chat.doctor import probe

    seen: dict[str, Any] = msgspec.to_builtins(probe.read(nonce, answer))
    return seen


# The doctor


@HABITS
def test_nothing_is_wrong(door: Door, habits: Habits) -> None:
    with another(door, habits) as way:
        found = way.doctor()
    assert [key for key in found if key[1] == "problem"] == [], found
    assert {("address", "ok"), ("certificate", "ok"), ("proxy", "ok"), ("sockets", "ok")} <= found.keys()
    assert "with 1 proxy before it" in found["proxy", "ok"]


@pytest.mark.parametrize(
    ("habits", "check", "sentence"),
    [
        (PLAIN_NGINX, "proxy", "too many, because no proxy adds"),
        (replace(CADDY, keeps_host=False), "proxy", "asked for 127.0.0.1:.* let the proxy pass the Host on"),
        (replace(CADDY, tells_scheme=False), "proxy", "X-Forwarded-Proto is missing"),
        (replace(CADDY, drops=frozenset({"origin"})), "proxy", "Origin .* arrives as nothing"),
        (replace(CADDY, upgrades=False), "sockets", "let it send Upgrade"),
    ],
)
def test_what_a_proxy_does_wrong(door: Door, habits: Habits, check: str, sentence: str) -> None:
    with another(door, habits) as way:
        found = way.doctor()
    assert re.search(sentence, found[check, "problem"]), found


def answering(status: str, *headers: str, body: str = "") -> Habits:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", body]
    return Habits(answer="\r\n".join(lines))


@pytest.mark.parametrize(
    ("habits", "sentence"),
    [
        (answering("200 OK", body="Welcome to nginx!"), "Another server than this site answers"),
        (answering("308 P", "Location: https://www.example.org/healthz"), "set SITE_URL=https://www.example.org"),
        (answering("302 F", "Location: /login"), "pass every path on unchanged"),
        (answering("401 U"), "asks for a password of its own"),
        (Habits(answer="SSH-2.0-OpenSSH_9.2\r\n"), "makes no sense"),
    ],
)
def test_what_is_no_site(door: Door, habits: Habits, sentence: str) -> None:
    with another(door, habits) as way:
        assert sentence in way.doctor()["address", "problem"]


def test_nobody_is_there(door: Door) -> None:
    with another(door, upstream=free_port()) as way:
        assert "reaches no process of the site (it answers 502)" in way.doctor()["address", "problem"]
    assert "Nobody listens at" in way.doctor()["address", "problem"]
    with another(door, certificate=None) as way:
        assert "its port speaks plain HTTP" in way.doctor()["address", "problem"]


def test_settings_that_differ_from_those_of_the_process(door: Door) -> None:
    assert "another SECRET_KEY" in door.doctor(SECRET_KEY="another" * 8)["address", "problem"]
    named = door.doctor(SITE_URL=f"{URL}:8443")
    assert f"was started with SITE_URL={URL}" in named["address", "problem"]


def test_a_site_url_without_https(door: Door) -> None:
    """Where the proxy speaks HTTPS alone, and where it leads on to it."""
    plain = f"http://{NAME}"
    found = door.doctor(SITE_URL=plain)
    assert "https://" in found["address", "problem"]
    assert "let the proxy serve HTTPS" in found["address", "warning"]
    with another(door, answering("308 P", f"Location: {URL}/healthz"), certificate=None) as way:
        assert f"set SITE_URL={URL}" in way.doctor(SITE_URL=plain)["address", "problem"]


@pytest.mark.parametrize(
    ("name", "days", "sentence"),
    [
        ("elsewhere.example.org", (-1, 90), "for another name"),
        (NAME, (-91, -1), "has expired"),
        (NAME, (1, 90), "not valid yet"),
    ],
)
def test_certificates_that_browsers_refuse(
    door: Door, name: str, days: tuple[float, float], sentence: str
) -> None:
    certificate = make_certificate(door.site.folder, name, days=days)
    with another(door, certificate=certificate) as way:
        found = replace(way, trusted=certificate).doctor()
    assert sentence in found["certificate", "problem"]
    assert ("proxy", "ok") in found, "the rest is looked at all the same"


def test_certificates_that_nobody_knows_or_that_end_soon(door: Door) -> None:
    ending = make_certificate(door.site.folder, NAME, days=(-80, 10))
    with another(door, certificate=ending) as way:
        assert "signed by itself" in way.doctor()["certificate", "problem"]
        assert "ends in 10 days" in replace(way, trusted=ending).doctor()["certificate", "warning"]


def test_another_number_of_proxies_than_there_are(new_site: NewSite) -> None:
    with behind(new_site, CADDY, TRUSTED_PROXIES="0") as door, another(door, NGINX) as way:
        for each in (door, way):
            assert re.search("too few, .* set TRUSTED_PROXIES=1", each.doctor()["proxy", "problem"])
    with behind(new_site, CADDY, TRUSTED_PROXIES="2") as door, another(door, NGINX) as way:
        few = door.doctor()["proxy", "problem"]
        assert re.search("too many, .* nobody can sign in: set TRUSTED_PROXIES=1", few)
        many = way.doctor()["proxy", "problem"]
        assert re.search("too many, .* from any address: set TRUSTED_PROXIES=1", many)
        with another(door, INNER, certificate=None) as inner, another(door, upstream=inner.front.port) as outer:
            assert "with 2 proxies before it" in outer.doctor()["proxy", "ok"]


def test_https_that_ends_before_the_last_proxy(new_site: NewSite) -> None:
    with behind(new_site, INNER, SITE_URL=f"http://{NAME}") as door:
        with another(door, certificate=None) as way:
            assert ("proxy", "ok") in way.doctor(), "the premise"
        with another(door, replace(CADDY, says="https"), certificate=None) as way:
            assert f"set SITE_URL={URL}" in way.doctor()["proxy", "problem"]
