"""The HTTP half of the contract over real servers: two people, refusals, files, and one story in every door."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests import pictures
from tests.client import connected
from tests.people import Company, gather
from tests.services.site import NewSite, Server


def post(http: httpx.Client, room: int, text: str, **fields: Any) -> httpx.Response:
    return http.post(f"/api/rooms/{room}/messages", json={"ref": uuid4().hex, "text": text, **fields})


def code(answer: httpx.Response) -> str:
    body = answer.json()
    assert body.keys() == {"error"}, "an error carries nothing else"
    assert body["error"]["message"]
    return str(body["error"]["code"])


def test_two_people_talk(server: Server, company: Company) -> None:
    with company.alice.http(server.url) as alice, company.bob.http(server.url) as bob:
        sent = post(alice, company.general, "**hi** Bob")
        assert sent.status_code == 201
        page = bob.get(f"/api/rooms/{company.general}/messages").json()
    assert page["messages"][-1] == sent.json()
    assert page["messages"][-1]["html"] == "<p><strong>hi</strong> Bob</p>"
    assert page["clock"] == sent.json()["tick"]


def test_a_retry_gets_the_original(server: Server, company: Company) -> None:
    with company.bob.http(server.url) as bob:
        first = post(bob, company.general, "once", ref="a")
        again = post(bob, company.general, "once", ref="a")
        other = post(bob, company.general, "something else", ref="a")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert (other.status_code, code(other)) == (409, "conflict")


async def test_a_post_over_http_reaches_sockets(server: Server, company: Company) -> None:
    async with connected(server, company.alice) as alice:
        await alice.hello()
        with company.bob.http(server.url) as bob:
            sent = post(bob, company.general, "from HTTP").json()
        reading = await alice.caught_up(company.general, sent["tick"])
    assert reading.messages[sent["id"]] == sent


@pytest.mark.parametrize("kind", ["daphne", "uvicorn"])
def test_more_posts_at_once_than_the_pool_has_connections(new_postgres_site: NewSite, kind: str) -> None:
    """The writer must not wait for a connection that is kept by those who wait for it."""
    with new_postgres_site(DATABASE_POOL="3") as site, site.serve(kind) as server:
        company = gather(site)

        def send(number: int) -> int:
            with company.bob.http(server.url) as bob:
                return post(bob, company.general, f"number {number}").status_code

        with ThreadPoolExecutor(24) as threads:
            assert list(threads.map(send, range(24))) == [201] * 24
        with company.alice.http(server.url) as alice:
            page = alice.get(f"/api/rooms/{company.general}/messages?limit=200").json()
    messages = page["messages"]
    assert {message["text"] for message in messages} == {f"number {number}" for number in range(24)}
    ticks = [message["tick"] for message in messages]
    assert ticks == list(range(ticks[0], ticks[0] + 24))


def test_strangers_read_public_rooms_and_no_others(server: Server, company: Company) -> None:
    with company.alice.http(server.url) as alice, company.charlie.http(server.url) as charlie:
        private = alice.post("/api/rooms", json={"kind": "private", "name": "Ours"})
        assert private.status_code == 201
        room = private.json()["id"]
        post(alice, company.general, "for all")
        assert charlie.get(f"/api/rooms/{company.general}/messages").json()["messages"][-1]["text"] == "for all"
        assert code(post(charlie, company.general, "may I?")) == "not_found"
        hidden = charlie.get(f"/api/rooms/{room}/messages")
        missing = charlie.get(f"/api/rooms/{2**53 - 1}/messages")
    assert (hidden.status_code, hidden.content) == (missing.status_code, missing.content) == (404, hidden.content)


@pytest.mark.parametrize("path", ["rooms", "rooms/public", "users", "rooms/1/messages", "sync", "stream"])
def test_signed_out_is_told_in_json(server: Server, path: str) -> None:
    answer = httpx.get(f"{server.url}/api/{path}", trust_env=False)
    assert (answer.status_code, code(answer)) == (401, "signed_out")


def test_signed_out_posts_are_told_in_json(server: Server, company: Company) -> None:
    answer = httpx.post(f"{server.url}/api/rooms/{company.general}/messages", json={}, trust_env=False)
    assert (answer.status_code, code(answer)) == (401, "signed_out")


def test_a_post_needs_the_token(server: Server, company: Company) -> None:
    with company.bob.http(server.url) as bob:
        assert post(bob, company.general, "with it").status_code == 201
        del bob.headers["X-CSRFToken"]
        answer = post(bob, company.general, "without it")
        assert (answer.status_code, code(answer)) == (403, "forbidden")
        # A token alone is not enough for a page from elsewhere.
        bob.headers["X-CSRFToken"] = company.bob.cookies["csrftoken"]
        bob.headers["Origin"] = "https://elsewhere.example"
        assert post(bob, company.general, "from elsewhere").status_code == 403


HOSTILE = {
    "no JSON": b"{",
    "not UTF-8": b"\xff\xfe",
    "an array": b"[]",
    "null": b"null",
    "NaN": b'{"ref": "x", "text": "x", "reply_to": NaN}',
    "infinite": b'{"ref": "x", "text": "x", "reply_to": 1e999}',
    "deep": b"[" * 100_000,
    "deep inside": b'{"ref": "x", "text": "x", "attachments": ' + b"[" * 100_000,
    "a boolean for an id": b'{"ref": "x", "text": "x", "reply_to": true}',
    "beyond 2^53-1": b'{"ref": "x", "text": "x", "reply_to": 9007199254740992}',
    "far beyond": b'{"ref": "x", "text": "x", "reply_to": ' + b"9" * 5000 + b"}",
    "negative": b'{"ref": "x", "text": "x", "reply_to": -1}',
    "an unknown field": b'{"ref": "x", "text": "x", "admin": true}',
    "NUL in the text": b'{"ref": "x", "text": "a\\u0000b"}',
    "NUL in the ref": b'{"ref": "a\\u0000b", "text": "x"}',
    "a lone surrogate": b'{"ref": "x", "text": "\\ud800"}',
    "no ref": b'{"text": "x"}',
    "an empty ref": b'{"ref": "", "text": "x"}',
    "a long ref": b'{"ref": "%b", "text": "x"}' % (b"x" * 65),
    "an empty text": b'{"ref": "x", "text": "  "}',
    "a long text": b'{"ref": "x", "text": "%b"}' % (b"x" * 8001),
    "eleven files": b'{"ref": "x", "text": "x", "attachments": [1,2,3,4,5,6,7,8,9,10,11]}',
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_bodies_are_invalid(server: Server, company: Company, body: bytes) -> None:
    with company.bob.http(server.url) as bob:
        assert post(bob, company.general, "a good one").status_code == 201
        answer = bob.post(
            f"/api/rooms/{company.general}/messages", content=body, headers={"Content-Type": "application/json"}
        )
    assert (answer.status_code, code(answer)) == (400, "invalid")


def test_bodies_have_an_end(server: Server, company: Company) -> None:
    with company.bob.http(server.url) as bob:
        body = json.dumps({"ref": "x", "text": "x" * 3_000_000})
        answer = bob.post(f"/api/rooms/{company.general}/messages", content=body)
    assert (answer.status_code, code(answer)) == (413, "too_large")


def test_a_file_is_for_those_who_may_read_the_message(server: Server, company: Company) -> None:
    content = pictures.picture(size=(900, 600))
    people = (company.alice, company.bob, company.charlie)
    alice, bob, charlie = (person.http(server.url) for person in people)
    with alice, bob, charlie:
        room = alice.post(
            "/api/rooms", json={"kind": "private", "name": "Ours", "members": [company.bob.id]}
        ).json()["id"]
        sent = alice.post("/api/attachments", files={"file": ("a b.png", content, "image/png")})
        assert sent.status_code == 201
        file = sent.json()
        assert (file["name"], file["type"], file["width"], file["height"]) == ("a b.png", "image/png", 900, 600)
        assert alice.get(file["url"]).status_code == 200, "one's own before it is posted"
        assert bob.get(file["url"]).status_code == 404
        message = post(alice, room, "", attachments=[file["id"]])
        assert message.json()["attachments"] == [file]
        shown = bob.get(file["url"])
        assert (shown.status_code, len(shown.content)) == (200, file["size"])
        assert shown.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert bob.get(file["thumbnail"]).headers["Content-Type"] == "image/webp"
        assert charlie.get(file["url"]).status_code == charlie.get(file["thumbnail"]).status_code == 404
        part = bob.get(file["url"], headers={"Range": "bytes=2-5"})
        assert (part.status_code, part.content) == (206, shown.content[2:6])


def test_a_large_file_arrives_whole(server: Server, company: Company) -> None:
    content = bytes(range(256)) * 8192
    with company.bob.http(server.url) as bob:
        file = bob.post("/api/attachments", files={"file": ("x.bin", content)}).json()
        assert bob.get(file["url"]).content == content
