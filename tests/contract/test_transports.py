"""Long polling over real servers, and what both transports leave behind."""

import asyncio
import json
from contextlib import suppress
from uuid import uuid4

import httpx
import pytest

from tests.contract.browsing import PATIENCE, browser, clock, end_sessions, poll, say
from tests.people import Company, add_person, add_room, gather
from tests.services.site import NewSite, Server


async def test_what_changed_is_answered_at_once(server: Server, company: Company) -> None:
    async with browser(server, company.alice) as alice, browser(server, company.bob) as bob:
        before = await clock(bob, company.general)
        message = await say(alice, company.general, "news")
        answer = await poll(bob, {company.general: before}, 25)
        [delta] = answer["frames"]
        assert (delta["type"], delta["since"], delta["clock"]) == ("delta", before, message["tick"])
        assert delta["changes"] == [{"tick": message["tick"], "message": message}]
        assert (await poll(bob, {company.general: delta["clock"]}))["frames"] == []


async def test_a_poll_that_waits_wakes_for_news(server: Server, company: Company) -> None:
    async with browser(server, company.alice) as alice, browser(server, company.bob) as bob:
        before = await clock(bob, company.general)
        waiting = asyncio.create_task(poll(bob, {company.general: before}, 25))
        # Asked for again until it waits: only then does a wake-up prove anything.
        assert (await poll(bob, {company.general: before}, 0.2))["frames"] == []
        assert not waiting.done(), "must be waiting for this test to mean anything"
        message = await say(alice, company.general, "wake up")
        async with asyncio.timeout(PATIENCE):
            [delta] = (await waiting)["frames"]
        assert delta["changes"][0]["message"] == message


async def test_foreign_and_missing_rooms_are_gone_and_the_others_served(server: Server, company: Company) -> None:
    foreign = add_room(server.site, "Elsewhere", "private", members={company.charlie: "owner"})
    missing = 2**53 - 1
    async with browser(server, company.bob) as bob:
        answer = await poll(bob, {foreign: 0, missing: 0, company.general: 0}, 25)
    gone = [item["room"] for item in answer["frames"] if item["type"] == "gone"]
    deltas = [item["room"] for item in answer["frames"] if item["type"] == "delta"]
    assert (sorted(gone), deltas) == ([foreign, missing], [company.general])


async def test_a_poll_that_waits_is_told_of_a_removal(server: Server, company: Company) -> None:
    async with browser(server, company.alice) as alice, browser(server, company.bob) as bob:
        waiting = asyncio.create_task(poll(bob, {company.general: await clock(bob, company.general)}, 25))
        removed = await alice.delete(f"/api/rooms/{company.general}/members/{company.bob.id}")
        assert removed.status_code == 200
        async with asyncio.timeout(PATIENCE):
            assert (await waiting)["frames"] == [{"type": "gone", "room": company.general}]


async def test_cursors_of_another_epoch_are_reset(server: Server, company: Company) -> None:
    async with browser(server, company.bob) as bob:
        now = await clock(bob, company.general)
        epoch = (await poll(bob, {}))["epoch"]
        assert (await poll(bob, {company.general: now}, epoch=epoch))["frames"] == []
        [delta] = (await poll(bob, {company.general: now}, epoch="another"))["frames"]
        assert (delta["reset"], delta["clock"], delta["changes"]) == (True, now, [])


async def test_a_cursor_from_the_future_is_reset(server: Server, company: Company) -> None:
    async with browser(server, company.bob) as bob:
        [delta] = (await poll(bob, {company.general: 2**53 - 1}, 25))["frames"]
    assert delta["reset"]


async def test_signing_out_ends_a_wait(server: Server, company: Company) -> None:
    async with browser(server, company.bob) as bob:
        cursors = json.dumps({company.general: await clock(bob, company.general)})
        query: dict[str, str | int] = {"cursors": cursors, "wait": 25}
        waiting = asyncio.create_task(bob.get("/api/sync", params=query))
        assert (await poll(bob, {}, 0.2))["frames"] == []
        server.site.call(end_sessions, company.bob.id)
        async with asyncio.timeout(PATIENCE):
            answer = await waiting
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "signed_out")


async def test_queries_that_do_not_fit_are_invalid(server: Server, company: Company) -> None:
    async with browser(server, company.bob) as bob:
        for query in (
            "wait=26", "wait=-1", "wait=nan", "wait=x", "cursors=[]", "cursors=x", "cursors={%22a%22:1}",
            "cursors={%221%22:true}", "cursors={%221%22:-1}", "cursors={%221%22:9007199254740992}",
            "cursors={%22-1%22:1}", "cursors=" + "[" * 3000, "cursors=%00", "unknown=1",
        ):  # fmt: skip
            answer = await bob.get(f"/api/sync?{query}")
            assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid"), query


@pytest.mark.parametrize("kind", ["daphne", "uvicorn"])
async def test_those_who_wait_keep_no_database_connection(new_postgres_site: NewSite, kind: str) -> None:
    with new_postgres_site(DATABASE_POOL="3") as site, site.serve(kind) as server:
        company = gather(site)
        async with browser(server, company.alice) as alice, browser(server, company.bob) as bob:
            cursors = {company.general: await clock(bob, company.general)}
            waiting = [asyncio.create_task(poll(bob, cursors, 25)) for _ in range(8)]
            assert (await poll(bob, cursors, 0.2))["frames"] == []
            assert not any(task.done() for task in waiting), "must be waiting for this test to mean anything"
            message = await say(alice, company.general, "wake up")
            for task in waiting:
                assert (await task)["frames"][0]["clock"] == message["tick"]


@pytest.mark.parametrize("path", ["/api/sync?wait=25", "/api/stream"])
async def test_readers_who_leave_are_forgotten(server: Server, path: str) -> None:
    """With limits on, people may hold fifty connections; sixty that ended count as none."""
    with server.site.serve(server.kind, RATE_LIMITS="on") as limited:
        person = add_person(server.site, f"dora-{uuid4().hex[:8]}")
        async with browser(limited, person) as http:
            for _ in range(60):
                with suppress(httpx.ReadTimeout):
                    async with http.stream("GET", path, timeout=httpx.Timeout(40, read=0.05)) as response:
                        assert response.status_code == 200
                        await response.aread()
            answer = await http.get("/api/sync")
            assert answer.status_code == 200, answer.text
