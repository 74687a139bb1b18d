"""Rules that work alone, at several processes: known at once by the layer, and without it in time."""

import asyncio
from typing import Any

from tests.client import ChatClient, Refused, online
from tests.people import Company, gather
from tests.processes.pairs import WITHOUT_LAYER, Pair


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
    async with asyncio.timeout(patience):
        while await code_of(client, room, text) != code:
            await asyncio.sleep(0.1)


async def test_a_rule_made_elsewhere_holds_at_both_at_once(pair: Pair) -> None:
    await holds_and_ends(pair, 5)


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
        tick = (await bob.send("post", room=room, text="Once"))["tick"]
        for _ in range(100):
            tick = (await bob.send("post", room=room, text="To the casino"))["tick"]
            await alice.until(lambda: alice.room(room).cursor >= tick, f"tick {tick}")  # noqa: B023
            if alice.room(room).messages[tick]["deleted"]:
                break
        before = len(alice.received)
        tick = (await bob.send("post", room=room, text="To the casino"))["tick"]
        await alice.until(lambda: alice.room(room).cursor >= tick, f"tick {tick}")
        assert "casino" not in str(alice.received[before:])


async def test_a_flood_over_both_ends_in_a_mute_at_both(pair: Pair) -> None:
    pass
