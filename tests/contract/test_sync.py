"""`sync` and `history`: what was missed, and what was before."""

import asyncio
import itertools
import json
from typing import Any

import pytest

from tests.client import connected, online
from tests.contract.asking import MISSING, post, refusal, refused
from tests.ledger import Object
from tests.people import Company, add_room
from tests.services.site import Server


async def test_sync_tells_the_present_state_of_what_changed(
    server: Server, company: Company, subprotocol: str
) -> None:
    room = company.general
    async with online(server, company.alice, subprotocol=subprotocol) as alice:
        first = await post(alice, room, "one")
        second = await post(alice, room, "two")
        edited = await alice.send("edit", message=first["id"], text="uno")
        assert await alice.send("sync", room=room, since=2) == {}
        delta = await alice.see("delta", room=room)
        assert (delta["since"], delta["clock"], delta["more"], delta["reset"]) == (2, edited["tick"], False, False)
        assert [change["tick"] for change in delta["changes"]] == [second["tick"], edited["tick"]]
        assert delta["changes"][1]["message"]["text"] == "uno"
        # Everything, members too.
        await alice.send("sync", room=room, since=0)
        delta = await alice.see("delta", room=room)
        assert [change.get("member", {}).get("user", {}).get("id") for change in delta["changes"]] == [
            company.alice.id,
            company.bob.id,
            None,
            None,
        ]


async def test_sync_answers_even_if_nothing_changed(server: Server, company: Company) -> None:
    async with online(server, company.bob) as bob:
        await bob.send("sync", room=company.general, since=2)
        delta = await bob.see("delta")
        assert (delta["since"], delta["clock"], delta["changes"]) == (2, 2, [])
        kinds = [item["type"] for item in bob.received]
        assert kinds.index("delta") > kinds.index("ok")


async def test_sync_from_above_the_clock_is_a_reset(server: Server, company: Company) -> None:
    async with online(server, company.bob) as bob:
        await bob.send("sync", room=company.general, since=MISSING)
        delta = await bob.see("delta")
        assert (delta["reset"], delta["clock"], delta["changes"]) == (True, 2, [])
        assert (await post(bob, company.general))["tick"] == 3


def run_ahead(room: int, ticks: int) -> None:
    from django.db.models import F

    from chat.models import Room

    Room.objects.filter(pk=room).update(clock=F("clock") + ticks)


async def test_who_is_too_far_behind_is_reset(server: Server, company: Company) -> None:
    server.site.call(run_ahead, company.general, 1_000_000)
    async with connected(server, company.bob) as bob:
        await bob.hello({company.general: 2})
        delta = await bob.see("delta")
        assert (delta["reset"], delta["clock"], delta["changes"]) == (True, 1_000_002, [])


def fill(author: int, room: int, count: int, length: int) -> None:
    from chat.actions.posting import Draft, post_many

    post_many([Draft(author, room, f"r{number}", "字" * length) for number in range(count)])


async def test_a_long_delta_comes_in_chunks(server: Server, company: Company, subprotocol: str) -> None:
    server.site.call(fill, company.alice.id, company.general, 40, 1000)
    async with connected(server, company.bob, subprotocol=subprotocol) as bob:
        await bob.hello({company.general: 0})
        await bob.caught_up(company.general, 42)
        deltas = [item for item in bob.received if item["type"] == "delta"]
        assert len(deltas) > 2
        assert [delta["more"] for delta in deltas] == [True] * (len(deltas) - 1) + [False]
        for before, after in itertools.pairwise(deltas):
            assert after["since"] == before["changes"][-1]["tick"]
        assert bob.texts(company.general) == ["字" * 1000] * 40


async def test_a_change_over_64_kib_comes_alone(server: Server, company: Company) -> None:
    async with online(server, company.bob) as bob, online(server, company.alice) as alice:
        # A short address becomes a long link.
        told = await post(bob, company.general, "http://a.b " * 727)
        assert len(json.dumps(told)) > 64 * 1024
        await alice.caught_up(company.general, told["tick"])
        await alice.send("sync", room=company.general, since=0)
        await alice.see("delta", room=company.general)


async def test_events_go_on_after_the_last_delta(server: Server, company: Company, subprotocol: str) -> None:
    room = company.general
    async with (
        online(server, company.alice) as alice,
        online(server, company.bob, subprotocol=subprotocol) as bob,
    ):
        for number in range(5):
            # The ledger fails on any event between a sync and its last delta, and on any gap behind it.
            posts = [await alice.begin("post", room=room, text="x" * 4000) for _ in range(8)]
            await bob.send("sync", room=room, since=number)
            await asyncio.gather(*posts)
        await bob.caught_up(room, 42)
        assert len(bob.texts(room)) == 40


@pytest.mark.parametrize("kind", ["sync", "typing"])
async def test_foreign_and_missing_rooms_are_not_found_alike(server: Server, company: Company, kind: str) -> None:
    private = add_room(server.site, "Secret", "private", members={company.alice: "owner"})
    fields: dict[str, Any] = {"since": 0} if kind == "sync" else {}
    async with online(server, company.alice) as alice, online(server, company.bob) as bob:
        assert await alice.send(kind, room=private, **fields) == {}
        missing = await refusal(bob, kind, room=MISSING, **fields)
        assert missing["code"] == "not_found"
        assert await refusal(bob, kind, room=private, **fields) == missing


async def test_the_history_of_a_foreign_room(server: Server, company: Company) -> None:
    private = add_room(server.site, "Secret", "private", members={company.alice: "owner"})
    async with online(server, company.alice) as alice, online(server, company.charlie) as charlie:
        await post(alice, private, "secret")
        assert len((await alice.send("history", room=private))["messages"]) == 1
        missing = await refusal(charlie, "history", room=MISSING)
        assert missing["code"] == "not_found"
        assert await refusal(charlie, "history", room=private) == missing


async def test_pages_of_history(server: Server, company: Company, subprotocol: str) -> None:
    room = company.general
    async with online(server, company.bob, subprotocol=subprotocol) as bob:
        for number in range(9):
            await post(bob, room, str(number))

        async def page(**fields: Any) -> tuple[str, bool, bool]:
            found = await bob.send("history", room=room, **fields)
            assert found["clock"] == 11
            return _texts(found), found["more_before"], found["more_after"]

        # Ticks 3 to 11 say 0 to 8.
        assert await page() == ("012345678", False, False)
        assert await page(limit=3) == ("678", True, False)
        assert await page(before=9, limit=3) == ("345", True, True)
        assert await page(before=5, limit=3) == ("01", False, True)
        assert await page(before=0) == ("", False, True)
        assert await page(after=8, limit=2) == ("67", True, True)
        assert await page(after=9) == ("78", True, False)
        assert await page(after=MISSING) == ("", True, False)
        text, more_before, more_after = await page(around=7, limit=3)
        assert "4" in text
        assert len(text) == 3
        assert more_before
        assert more_after
        assert await page(around=3, limit=200) == ("012345678", False, False)


@pytest.mark.parametrize(
    "fields",
    [
        {"before": 5, "after": 5},
        {"before": 5, "around": 5},
        {"limit": 0},
        {"limit": 201},
        {"limit": True},
        {"limit": "5"},
        {"before": -1},
        {"around": 2**53},
        {"q": "x"},
    ],
    ids=repr,
)
async def test_a_page_that_cannot_be_is_invalid(server: Server, company: Company, fields: dict[str, Any]) -> None:
    async with online(server, company.bob) as bob:
        assert await refused(bob, "history", room=company.general, **fields) == "invalid"


def _texts(page: Object) -> str:
    return "".join(message["text"] for message in page["messages"])
