"""LOG_FORMAT=json: whatever happens, each line is one object, and nothing that anybody wrote is in any of them."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from websockets.exceptions import ConnectionClosed

from tests.client import ChatClient, Refused, connected, online
from tests.contract.sockets import bare
from tests.hostile.raw import ask, request
from tests.people import Company, gather
from tests.services.postgres import Postgres
from tests.services.redis import RedisServer
from tests.services.site import NewSite, Server

WRITTEN = f"written-{uuid4().hex}"
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def server(
    request: pytest.FixtureRequest, new_postgres_site: NewSite, module_redis: RedisServer
) -> Iterator[Server]:
    with new_postgres_site(module_redis.url, LOG_FORMAT="json") as site:
        with site.serve(request.param, trouble_expected=True) as server:
            yield server
        assert_harmless(server)


@pytest.fixture
def lines(server: Server) -> Lines:
    """What was logged since the test began."""
    start = server.log.stat().st_size

    def read() -> list[dict[str, Any]]:
        return assert_harmless(server, start)

    return read


@pytest.fixture
def people(server: Server) -> Company:
    return gather(server.site)


def assert_harmless(server: Server, start: int = 0) -> list[dict[str, Any]]:
    text = server.log.read_bytes()[start:].decode()
    assert WRITTEN not in text
    found = [json.loads(line) for line in text.splitlines()]
    assert all({"time", "level", "logger", "message"} <= set(line) for line in found)
    return found


def test_the_first_line_is_one_too(server: Server) -> None:
    [ready] = [line for line in assert_harmless(server) if line["message"].startswith("chatsite is ready")]
    assert (ready["level"], "request" in ready, "connection" in ready) == ("INFO", False, False)


def test_a_request_is_found_by_the_id_of_its_answer(server: Server, people: Company, lines: Lines) -> None:
    with people.bob.http(server.url) as http:
        answer = http.post(f"/api/rooms/{people.general}/messages?{WRITTEN}=1", json={"ref": "1", "text": WRITTEN})
        unread = http.post(f"/api/rooms/{people.general}/messages", content=f'{{"text": "{WRITTEN}'.encode())
        no_page = http.get("/no/such/page")
    assert (answer.status_code, unread.status_code, no_page.status_code) == (201, 400, 404)
    found = {line["request"]: line for line in lines() if line["logger"] == "chat.http"}
    line = found[answer.headers["X-Request-ID"]]
    assert (line["method"], line["route"], line["status"]) == ("POST", "api/rooms/<int:room_id>/messages", 201)
    assert line["milliseconds"] > 0
    assert {"status": 400, "route": line["route"]}.items() <= found[unread.headers["X-Request-ID"]].items()
    assert {"status": 404, "route": "unknown"}.items() <= found[no_page.headers["X-Request-ID"]].items()


async def test_what_the_database_refuses_is_not_quoted(server: Server, people: Company, lines: Lines) -> None:
    """PostgreSQL tells the whole row."""
    room = people.general
    with psycopg.connect(server.site.database_url, autocommit=True) as database:
        database.execute(
            "ALTER TABLE chat_message ADD CONSTRAINT nothing CHECK (text NOT LIKE 'written-%') NOT VALID"
        )
        try:
            with pytest.raises(psycopg.errors.CheckViolation, match=WRITTEN):
                database.execute("UPDATE chat_message SET text = %s", [WRITTEN])
        except pytest.fail.Exception:
            pytest.fail("the premise: the database quotes it")
        finally:
            async with online(server, people.alice) as alice:
                kept = (await alice.send("post", room=room, text="something else"))["id"]
                assert await refused(alice, "post", room=room, text=WRITTEN) == "unavailable"
                assert await refused(alice, "edit", message=kept, text=WRITTEN) == "unavailable"
            with people.bob.http(server.url) as http:
                body = {"ref": "refused", "text": WRITTEN}
                answer = await asyncio.to_thread(http.post, f"/api/rooms/{room}/messages", json=body)
                assert answer.status_code == 503
            database.execute("ALTER TABLE chat_message DROP CONSTRAINT nothing")
    told = [line for line in lines() if 'violates check constraint "nothing"' in line["message"]]
    assert {line["logger"] for line in told} == {"chat.live.writer", "chat.commands"}
    # What is done for one socket carries its id, what is stored for many none.
    assert all(("connection" in line) == (line["logger"] == "chat.commands") for line in told)


async def test_a_database_that_crashes(server: Server, people: Company, lines: Lines, postgres: Postgres) -> None:
    async with online(server, people.alice) as alice:
        postgres.crash()
        try:
            assert await refused(alice, "post", room=people.general, text=WRITTEN) == "unavailable"
            with people.bob.http(server.url) as http:
                body = {"ref": "away", "text": WRITTEN}
                answer = await asyncio.to_thread(http.post, f"/api/rooms/{people.general}/messages", json=body)
                page = await asyncio.to_thread(http.get, "/")
        finally:
            postgres.start()
        assert (answer.status_code, page.status_code) == (503, 500)
        while await refused(alice, "post", room=people.general, text="back again"):
            pass
    found = lines()
    assert any("Traceback" in line.get("exception", "") for line in found), "the premise"
    [broken] = [line for line in found if line["message"] == "Internal Server Error: /"]
    assert broken["request"] == page.headers["X-Request-ID"]


async def test_connections_that_break(server: Server, people: Company, lines: Lines) -> None:
    room = people.general
    frames: list[str | bytes] = [
        f'{{"type":"post","room":{room},"ref":"1","text":"{WRITTEN}',
        json.dumps({"type": WRITTEN, "ref": WRITTEN}),
        json.dumps({"type": "post", "room": WRITTEN, "ref": "2", "text": WRITTEN}),
        f"{WRITTEN} ".encode(),
        WRITTEN * 10_000,
    ]
    for frame in frames:
        async with bare(server, people.bob, "chat.v1.json") as socket:
            with contextlib.suppress(ConnectionClosed):
                await socket.send(frame)
                await socket.recv()
    async with connected(server, people.bob) as cut:
        await cut.begin("post", room=room, text=WRITTEN)
        await cut.cut()
    garbage = await ask(server, f"{WRITTEN} {WRITTEN}\r\n\r\n".encode())
    assert garbage.status in (0, 400)
    host = ("Host", f"127.0.0.1:{server.port}")
    broken_off = request("POST /api/rooms HTTP/1.1", [host, ("Content-Length", "999")], WRITTEN.encode())
    assert (await ask(server, broken_off + b"\0" * 2000)).status in (0, 400, 401, 403)
    login = {"login": WRITTEN, "password": WRITTEN}
    await asyncio.to_thread(httpx.post, f"{server.url}/accounts/login/", data=login, trust_env=False)
    async with online(server, people.alice) as alice:
        assert await alice.send("ping") == {}
    assert [line for line in lines() if line["logger"] == "chat.http"], "the premise"


async def refused(client: ChatClient, kind: str, **fields: Any) -> str | None:
    try:
        await client.send(kind, **fields)
    except Refused as refusal:
        return refusal.code
    return None
