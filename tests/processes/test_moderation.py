"""What a moderator does at one process holds at the others: at once by the layer, and without it in time."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.client import ChatClient, Refused, online
from tests.faults.endings import BY_AUDIT
from tests.people import Company, gather
from tests.processes.pairs import Pair
from tests.processes.test_personal import sees_room


def act(module: str, name: str, by: int, **fields: Any) -> None:
    """Carry out an action of moderation by this person, in a process that serves nobody."""
    from importlib import import_module

    from chat.actions.moderation.record import Actor
    from chat.models import User

    if "hours" in fields:
        fields["duration"] = timedelta(hours=fields.pop("hours"))
    getattr(import_module(f"chat.actions.moderation.{module}"), name)(by=Actor(User.objects.get(pk=by)), **fields)


async def do(pair: Pair, company: Company, module: str, name: str, **fields: Any) -> None:
    await asyncio.to_thread(
        pair.site.call, act, module, name, company.alice.id, person_id=company.bob.id, **fields
    )


async def code_of_post(client: ChatClient, room: int) -> str:
    try:
        await client.send("post", room=room, text="Hello")
    except Refused as refusal:
        return str(refusal.code)
    return "ok"


@pytest.mark.parametrize("everywhere", [False, True], ids=["room", "site"])
async def test_a_mute_is_seen_and_holds_at_both(pair: Pair, everywhere: bool) -> None:
    company = gather(pair.site)
    room = company.general
    place = {} if everywhere else {"room_id": room}
    async with online(pair.first, company.bob) as here, online(pair.second, company.bob) as there:
        assert await code_of_post(here, room) == "ok"
        await do(pair, company, "muting", "mute", hours=1, reason="Second advert", **place)
        for client in (here, there):
            told = await client.see("room")
            assert told["room"]["muted_until"]
            assert await code_of_post(client, room) == "muted"
        await do(pair, company, "muting", "unmute", **place)
        for client in (here, there):
            await sees_room(client, room, muted_until=None)
            assert await code_of_post(client, room) == "ok"


async def test_a_ban_from_a_room_takes_it_away_at_both(pair: Pair) -> None:
    company = gather(pair.site)
    room = company.general
    async with (
        online(pair.first, company.bob) as here,
        online(pair.second, company.bob) as there,
        online(pair.second, company.alice) as alice,
    ):
        await do(pair, company, "banning", "ban", room_id=room, reason="Adverts")
        for client in (here, there):
            await client.see("gone", room=room)
        await alice.send("post", room=room, text="He is gone")
        with company.bob.http(pair.second.url) as http:
            joined = await asyncio.to_thread(http.post, f"/api/rooms/{room}/join")
        assert (joined.status_code, joined.json()["error"]["code"]) == (403, "forbidden")
        assert "He is gone" not in str(here.received) + str(there.received)


async def test_a_ban_from_the_site_closes_at_both(pair: Pair) -> None:
    company = gather(pair.site)
    async with online(pair.first, company.bob) as here, online(pair.second, company.bob) as there:
        await do(pair, company, "banning", "ban", reason="Adverts")
        assert [await client.closed() for client in (here, there)] == [4403, 4403]
        with company.bob.http(pair.second.url) as http:
            assert (await asyncio.to_thread(http.get, "/api/rooms")).status_code == 401


async def test_without_the_layer_a_ban_closes_by_the_audit(deaf_pair: Pair) -> None:
    company = gather(deaf_pair.site)
    async with online(deaf_pair.first, company.bob) as here, online(deaf_pair.second, company.bob) as there:
        await do(deaf_pair, company, "banning", "ban", reason="Adverts")
        assert [await client.closed(BY_AUDIT) for client in (here, there)] == [4403, 4403]
