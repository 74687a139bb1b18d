"""PostgreSQL goes away and comes back: `unavailable` meanwhile, open connections stay, nothing is half-stored."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import psycopg

from tests.client import ChatClient, Refused, connected, online
from tests.people import Person, gather
from tests.processes.pairs import Pair, all_told, talk
from tests.services.postgres import Postgres
from tests.services.site import Server

# A request waits some seconds for a connection of the pool before it is refused.
PATIENCE = 60.0


async def test_the_database_crashes_and_returns(pair: Pair, postgres: Postgres) -> None:
    company = gather(pair.site)
    room = company.general
    async with online(pair.first, company.alice) as alice, online(pair.second, company.bob) as bob:
        await all_told(room, await talk(room, alice, bob), alice, bob)
        lively = [asyncio.create_task(say(alice, room, f"lively {n}")) for n in range(50)]
        await lively[0]
        with away(postgres):
            said = await asyncio.gather(*lively)
            # Each answered: stored, or refused and to be tried again.
            assert await say(alice, room, "to alice's") == "unavailable"
            assert await say(bob, room, "to bob's") == "unavailable"
            assert await refused(alice, "sync", room=room, since=0) is None
            assert await refused(alice, "history", room=room) == "unavailable"
            assert await alice.send("ping") == {}
            for server in (pair.first, pair.second):
                async with connected(server, company.alice) as late:
                    assert await late.closed(PATIENCE) == 1012
                server.assert_quiet()
                await assert_unavailable_by_http(server, company.alice, room)
        ticks = [tick for tick in said if isinstance(tick, int)]
        ticks += [await insist(alice, room, "Alice is back"), await insist(bob, room, "Bob is back")]
        await all_told(room, max(ticks), alice, bob)
        texts = stored_texts(pair, room)
        assert len(texts) == 40 + len(ticks), "what was refused is not stored, what was acknowledged is"
        assert texts == bob.texts(room)


async def test_after_a_crash_the_first_request_of_each_door_succeeds(pair: Pair, postgres: Postgres) -> None:
    """The connections of the pools and of the writer are dead, and nobody has noticed."""
    company = gather(pair.site)
    room, servers = company.general, (pair.first, pair.second)
    async with online(pair.first, company.alice) as alice, online(pair.second, company.bob) as bob:
        with company.alice.http(pair.first.url) as first, company.bob.http(pair.second.url) as second:

            async def use_all_doors(ref: str) -> list[int]:
                """All at once, so that the pools hold a connection for each."""
                asked = [
                    asyncio.to_thread(ask, http, room, f"{ref}-{number}")
                    for http in (first, second)
                    for number, ask in enumerate((post_by_http, read_page, read_page, sync_by_http))
                ]
                said = [say(client, room, f"{ref} {client.subprotocol}") for client in (alice, bob)]
                read = [client.send("history", room=room) for client in (alice, bob) for _ in range(3)]
                statuses = await asyncio.gather(*asked)
                assert all(isinstance(tick, int) for tick in await asyncio.gather(*said))
                assert all(page["messages"] for page in await asyncio.gather(*read))
                return statuses

            assert set(await use_all_doors("before")) <= {200, 201}
            with away(postgres):
                pass
            assert set(await use_all_doors("after")) <= {200, 201}
        for server in servers:
            async with online(server, company.alice):
                pass
            server.assert_quiet()


def post_by_http(http: httpx.Client, room: int, ref: str) -> int:
    return http.post(f"/api/rooms/{room}/messages", json={"ref": ref, "text": ref}).status_code


def read_page(http: httpx.Client, room: int, ref: str) -> int:
    return http.get(f"/rooms/{room}/").status_code


def sync_by_http(http: httpx.Client, room: int, ref: str) -> int:
    return http.get("/api/sync", params={"cursors": json.dumps({str(room): 0}), "wait": 0}).status_code


async def assert_unavailable_by_http(server: Server, person: Person, room: int) -> None:
    with person.http(server.url) as http:
        body = {"ref": "away", "text": "by HTTP"}
        answer = await asyncio.to_thread(http.post, f"/api/rooms/{room}/messages", json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
    for path, status in (("/readyz", 503), ("/healthz", 200)):
        assert (await asyncio.to_thread(httpx.get, server.url + path, timeout=30)).status_code == status
    server.new_log()  # Django itself logs a session that could not be read, with a traceback


def stored_texts(pair: Pair, room: int) -> list[str]:
    """Asked directly: the process behind the stage, too, holds connections that the crash has cut."""
    with psycopg.connect(pair.site.database_url) as connection:
        rows = connection.execute("SELECT text FROM chat_message WHERE room_id = %s ORDER BY tick", [room])
        return [text for (text,) in rows]


@contextmanager
def away(postgres: Postgres) -> Iterator[None]:
    postgres.crash()
    try:
        yield
    finally:
        postgres.start()


async def say(client: ChatClient, room: int, text: str) -> int | str:
    """The tick, or the code of the refusal."""
    try:
        tick: int = (await client.send("post", ref=text, room=room, text=text))["tick"]
    except Refused as refusal:
        return refusal.code
    return tick


async def insist(client: ChatClient, room: int, text: str) -> int:
    async with asyncio.timeout(PATIENCE):
        # At once and again: the server itself makes each try wait for the database.
        while True:
            answer = await say(client, room, text)
            if isinstance(answer, int):
                return answer
            assert answer == "unavailable"


async def refused(client: ChatClient, kind: str, **fields: Any) -> str | None:
    try:
        await client.send(kind, **fields)
    except Refused as refusal:
        return refusal.code
    return None
