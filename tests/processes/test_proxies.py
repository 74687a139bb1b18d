"""The site behind a proxy that ends HTTPS: forms, cookies, sockets, and whose address counts."""

import json
import re
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from tests.cast import PASSWORD
from tests.people import gather
from tests.processes.doors import HABITS, NAME, URL, Door, another, behind
from tests.services.front import CADDY, NGINX, Habits
from tests.services.site import NewSite

SPOOFED = "198.51.100.7"


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
