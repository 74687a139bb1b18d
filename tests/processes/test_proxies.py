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
from tests.people import add_person, gather
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
from tests.services.site import NewSite, Server, Site

NAME = "chat.example.org"
URL = f"https://{NAME}"
SPOOFED = "198.51.100.7"
KINDS = pytest.mark.parametrize("kind", ["daphne", "uvicorn"])


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
        return examine(self.site, self.front.port, SSL_CERT_FILE=str(self.trusted), **settings)


def examine(site: Site, port: int, **settings: str) -> dict[tuple[str, str], str]:
    other = replace(site, settings={**site.settings, **settings})
    done = other.manage("doctor", "--json", "--connect-to", f"127.0.0.1:{port}", check=False)
    assert "Traceback" not in done.stderr
    findings: list[dict[str, Any]] = json.loads(done.stdout)
    assert done.returncode == int(any(finding["grade"] == "problem" for finding in findings))
    return {(finding["check"], finding["grade"]): finding["sentence"] for finding in findings}


@contextmanager
def behind(new_site: NewSite, habits: Habits, kind: str = "daphne", **settings: str) -> Iterator[Door]:
    settings = {"SITE_URL": URL, "TRUSTED_PROXIES": "1"} | settings
    with new_site(**settings) as site, site.serve(kind) as server:
        certificate = make_certificate(site.folder, NAME)
        with running_front(Front(server.port, habits, certificate)) as front:
            yield Door(site, server, front, certificate)


# People


@KINDS
@pytest.mark.parametrize("habits", [CADDY, NGINX], ids=["caddy", "nginx"])
def test_signing_in(new_site: NewSite, kind: str, habits: Habits) -> None:
    with behind(new_site, habits, kind) as door:
        add_person(door.site, "alice", owner=True)
        with door.browser() as browser:
            page = browser.get("/accounts/login/")
            token, *_ = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
            assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
            form = {"csrfmiddlewaretoken": token, "login": "alice", "password": PASSWORD}
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


@KINDS
async def test_sockets_open_for_pages_of_the_site_alone(new_site: NewSite, kind: str) -> None:
    with behind(new_site, CADDY, kind) as door:
        cookies = gather(door.site).alice.cookies
        async with await door.socket(URL, cookies) as socket:
            await socket.send(json.dumps({"type": "hello", "ref": "1", "cursors": {}}))
            assert "welcome" in str(await socket.recv())
        for foreign in (
            "https://evil.example",
            f"http://{NAME}",
            f"{URL}:8443",
            f"http://127.0.0.1:{door.front.port}",
        ):
            with pytest.raises(InvalidStatus) as refused:
                await door.socket(foreign, cookies)
            assert refused.value.response.status_code == 403


@KINDS
@pytest.mark.parametrize("habits", [CADDY, NGINX], ids=["caddy", "nginx"])
def test_a_spoofed_address_wins_no_more_tries(new_site: NewSite, kind: str, habits: Habits) -> None:
    def guess(door: Door, spoofed: str) -> int:
        """The code for the owner's account: five tries a minute for each address."""
        with door.browser() as browser:
            page = browser.get("/setup/")
            token, *_ = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
            form = {"csrfmiddlewaretoken": token, "username": "eve", "code": "AAAA-AAAA"}
            answer = browser.post("/setup/", data=form, headers={"Origin": URL, "X-Forwarded-For": spoofed})
            return answer.status_code

    with behind(new_site, habits, kind, RATE_LIMITS="on") as door:
        assert [guess(door, f"198.51.100.{number}") for number in range(6)] == [200] * 5 + [429]
    with behind(new_site, NGINX, kind, RATE_LIMITS="on", TRUSTED_PROXIES="2") as door:
        assert [guess(door, f"198.51.100.{number}") for number in range(6)] == [200] * 6, "the premise"


def ask() -> tuple[str, str]:
    from chat.doctor import probe

    return probe.question()


def read(nonce: str, answer: str) -> dict[str, Any]:
    import msgspec

    from chat.doctor import probe

    seen: dict[str, Any] = msgspec.to_builtins(probe.read(nonce, answer))
    return seen


def seen(door: Door) -> dict[str, Any]:
    """What a process sees of somebody who pretends to be another, and to be there without encryption."""
    nonce, question = door.site.call(ask)
    with door.browser() as browser:
        lies = {"X-Forwarded-For": SPOOFED, "X-Forwarded-Proto": "http"}
        answer = browser.get("/probe", params={"question": question}, headers=lies)
        assert answer.headers["Cache-Control"].startswith("max-age=0")
        found: dict[str, Any] = door.site.call(read, nonce, answer.text)
        return found


@KINDS
def test_who_is_asking_is_told_by_the_proxy_alone(new_site: NewSite, kind: str) -> None:
    for habits, entries in ((CADDY, ["127.0.0.1"]), (NGINX, [SPOOFED, "127.0.0.1"])):
        with behind(new_site, habits, kind) as door:
            found = seen(door)
            assert (found["forwarded_for"], found["client"]) == (entries, "127.0.0.1")
            assert (found["scheme"], found["host"]) == ("https", NAME)
    with behind(new_site, NGINX, kind, TRUSTED_PROXIES="2") as door:
        assert seen(door)["client"] == SPOOFED, "the premise"


@KINDS
def test_strangers_get_no_answer(new_site: NewSite, kind: str) -> None:
    with behind(new_site, CADDY, kind) as door, door.browser() as browser:
        _, question = door.site.call(ask)
        assert browser.get("/probe", params={"question": question}).status_code == 200
        for wrong in ("", "x", question[:-1], question.swapcase()):
            assert browser.get("/probe", params={"question": wrong}).status_code == 404


# The doctor


@KINDS
@pytest.mark.parametrize("habits", [CADDY, NGINX], ids=["caddy", "nginx"])
def test_nothing_is_wrong(new_site: NewSite, kind: str, habits: Habits) -> None:
    with behind(new_site, habits, kind) as door:
        found = door.doctor()
        assert [key for key in found if key[1] == "problem"] == []
        assert {("address", "ok"), ("certificate", "ok"), ("proxy", "ok"), ("sockets", "ok")} <= found.keys()
        assert "127.0.0.1" in found["proxy", "ok"]


def test_two_proxies_in_a_row(new_site: NewSite) -> None:
    with behind(new_site, INNER, TRUSTED_PROXIES="2") as door:
        inner = Front(door.server.port, INNER)
        with running_front(inner), running_front(Front(inner.port, CADDY, door.trusted)) as outer:
            assert ("proxy", "ok") in replace(door, front=outer).doctor()


@KINDS
@pytest.mark.parametrize(
    ("habits", "settings", "check", "sentence"),
    [
        (CADDY, {"TRUSTED_PROXIES": "0"}, "proxy", "too few, .* set TRUSTED_PROXIES=1"),
        (NGINX, {"TRUSTED_PROXIES": "0"}, "proxy", "too few, .* set TRUSTED_PROXIES=1"),
        (CADDY, {"TRUSTED_PROXIES": "2"}, "proxy", "too many, .* nobody can sign in: set TRUSTED_PROXIES=1"),
        (NGINX, {"TRUSTED_PROXIES": "2"}, "proxy", "too many, .* from any address: set TRUSTED_PROXIES=1"),
        (PLAIN_NGINX, {"TRUSTED_PROXIES": "0"}, "proxy", "X-Forwarded-Proto is missing"),
        (PLAIN_NGINX, {}, "proxy", "too many, because no proxy adds"),
        (replace(CADDY, keeps_host=False), {}, "proxy", "asked for 127.0.0.1:.* let the proxy pass the Host on"),
        (replace(CADDY, drops=frozenset({"origin"})), {}, "proxy", "Origin .* arrives as nothing"),
        (replace(CADDY, upgrades=False), {}, "sockets", "let it send Upgrade"),
        (CADDY, {"SITE_URL": f"{URL}:8443"}, "proxy", None),
    ],
)
def test_what_a_proxy_does_wrong(
    new_site: NewSite, kind: str, habits: Habits, settings: dict[str, str], check: str, sentence: str | None
) -> None:
    with behind(new_site, habits, kind, **settings) as door:
        found = door.doctor()
        if sentence is None:
            assert (check, "ok") in found
        else:
            assert re.search(sentence, found[check, "problem"]), found
