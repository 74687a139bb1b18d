"""Rules that work alone, at several processes: known at once by the layer, and without it in time."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from tests.client import ChatClient, Refused, online
from tests.people import Company, gather
from tests.processes.pairs import WITHOUT_LAYER, Pair
from tests.services.redis import RedisServer
from tests.services.site import NewSite

PAUSE = 0.2  # seconds between two posts that ask whether a rule is known
AT_ONCE = 5.0  # seconds, of a busy machine; without an announcement it takes ten


def act(module: str, name: str, by: int, **fields: Any) -> int | None:
    """Carry out an action of moderation by this person, in a process that serves nobody."""
    from importlib import import_module

    from chat.actions.moderation.record import Actor
    from chat.models import User

    done = getattr(import_module(f"chat.actions.moderation.{module}"), name)(
        by=Actor(User.objects.get(pk=by)), **fields
    )
    return done.pk if done is not None else None


async def do(pair: Pair, company: Company, module: str, name: str, **fields: Any) -> Any:
    return await asyncio.to_thread(pair.site.call, act, module, name, company.alice.id, **fields)


async def code_of(client: ChatClient, room: int, text: str) -> str:
    try:
        await client.send("post", room=room, text=text)
    except Refused as refusal:
        return str(refusal.code)
    return "ok"


async def comes_to(client: ChatClient, room: int, text: str, code: str, patience: float) -> None:
    for _ in range(int(patience / PAUSE)):
        if await code_of(client, room, text) == code:
            return
        await asyncio.sleep(PAUSE)
    raise AssertionError(f"{text} did not come to {code} in {patience} s")


async def test_a_rule_made_elsewhere_holds_at_both_at_once(pair: Pair) -> None:
    await holds_and_ends(pair, AT_ONCE)


async def test_without_the_layer_a_rule_holds_in_time(deaf_pair: Pair) -> None:
    await holds_and_ends(deaf_pair, WITHOUT_LAYER)


async def holds_and_ends(pair: Pair, patience: float) -> None:
    company = gather(pair.site)
    room = company.general
    async with online(pair.first, company.bob) as here, online(pair.second, company.bob) as there:
        for client in (here, there):
            assert await code_of(client, room, "casino") == "ok"
        rule = await do(pair, company, "rules", "add_rule", pattern="casino", mode="block", room_id=room)
        for client in (here, there):
            await comes_to(client, room, "casino", "forbidden", patience)
            assert await code_of(client, room, "Hello") == "ok"
        await do(pair, company, "rules", "remove_rule", rule_id=rule)
        for client in (here, there):
            await comes_to(client, room, "casino", "ok", patience)


async def test_nobody_at_any_process_sees_what_a_rule_hides(pair: Pair) -> None:
    company = gather(pair.site)
    room = company.general
    async with online(pair.first, company.bob) as bob, online(pair.second, company.alice) as alice:
        await do(pair, company, "rules", "add_rule", pattern="casino", mode="hide", room_id=room)
        await do(pair, company, "rules", "add_rule", pattern="known", mode="block", room_id=room)
        await comes_to(bob, room, "known", "forbidden", AT_ONCE)
        posted = await bob.send("post", room=room, text="To the casino")
        for client in (bob, alice):
            await client.until(
                lambda client=client: client.room(room).cursor >= posted["tick"],  # type: ignore[misc]
                "the tombstone",
            )
            assert client.room(room).messages[posted["id"]]["deleted"]
            assert "casino" not in str(client.received)


@pytest.fixture(scope="module")
def limited(new_postgres_site: NewSite, module_redis: RedisServer) -> Iterator[Pair]:
    with (
        new_postgres_site(module_redis.url, RATE_LIMITS="on") as site,
        site.serve("daphne") as first,
        site.serve("uvicorn") as second,
    ):
        yield Pair(site, first, second)


async def test_a_flood_over_two_processes_is_one(limited: Pair) -> None:
    """At each within the limit, together beyond it: muted everywhere once it is counted."""
    company = gather(limited.site)
    room = company.general
    await do(limited, company, "site_limits", "change_limits", max_posts=6)
    async with online(limited.first, company.bob) as here, online(limited.second, company.bob) as there:
        codes = [await code_of(client, room, f"{number}") for number in range(4) for client in (here, there)]
        assert codes[:6] == ["ok"] * 6
        for client in (here, there):
            assert (await client.see("room"))["room"]["muted_until"]
            assert await code_of(client, room, "more") == "muted"
        assert limited.site.call(reasons_of_mutes, company.bob.id) == ["Too many posts within 10 seconds."]


def reasons_of_mutes(user: int) -> list[str]:
    from chat.models import Sanction

    return list(Sanction.objects.active().filter(user_id=user).values_list("reason", flat=True))
