"""What concerns one person, and who is here, crosses the processes too."""

import asyncio

from tests.client import ChatClient, online
from tests.people import Company, add_room, gather
from tests.processes.pairs import Pair


async def test_a_marker_read_here_is_read_there(pair: Pair) -> None:
    company = gather(pair.site)
    room = company.general
    async with (
        online(pair.first, company.bob) as here,
        online(pair.second, company.bob) as there,
        online(pair.second, company.alice) as alice,
    ):
        tick = (await alice.send("post", room=room, text="news"))["tick"]
        await here.caught_up(room, tick)
        assert await here.send("read", room=room, tick=0) == {"unread": 1, "mentions": 0}
        await here.send("read", room=room, tick=tick)
        await sees_room(there, room, last_read=tick, unread=0)
        await there.send("unread", room=room, tick=tick)
        await sees_room(here, room, last_read=tick - 1, unread=1)
        assert not [item for item in alice.received if item["type"] == "room"], "a marker is personal"


async def test_a_room_given_and_lost_at_the_other_process(pair: Pair) -> None:
    company = gather(pair.site)
    secret = add_room(pair.site, "Secret", "private", members={company.alice: "owner"})
    member = f"/api/rooms/{secret}/members/{company.bob.id}"
    async with online(pair.second, company.bob) as bob, online(pair.first, company.alice) as alice:
        assert secret not in bob.ledger.rooms
        with company.alice.http(pair.first.url) as http:
            assert (await asyncio.to_thread(http.put, member, json={})).is_success
            await sees_room(bob, secret, role="member")
            tick = (await alice.send("post", room=secret, text="welcome"))["tick"]
            await bob.caught_up(secret, tick)
            assert bob.texts(secret) == ["welcome"]
            assert (await asyncio.to_thread(http.put, member, json={"role": "moderator"})).is_success
            await sees_room(bob, secret, role="moderator")
            assert (await asyncio.to_thread(http.delete, member)).is_success
        await bob.see("gone", room=secret)


async def test_typing_and_presence_cross(pair: Pair) -> None:
    company = gather(pair.site)
    room = company.general
    async with online(pair.second, company.alice) as alice:
        async with online(pair.first, company.bob) as bob:
            await shows(alice, company, "online")
            await bob.send("typing", room=room)
            await alice.see("typing", room=room, user=company.bob.id)
            await bob.send("away", on=True)
            await shows(alice, company, "away")
            await bob.send("away", on=False)
            await shows(alice, company, "online")
            # One of two connections that is here counts for more than one that is away.
            async with online(pair.second, company.bob) as other:
                await bob.send("away", on=True)
                await shows(bob, company, "online")
                await other.send("away", on=True)
                await shows(alice, company, "away")
        await shows(alice, company, "offline")


async def test_a_new_name_crosses(pair: Pair) -> None:
    company = gather(pair.site)
    async with online(pair.second, company.alice) as alice:
        await asyncio.to_thread(pair.site.call, rename, company.bob.id, "Robert")
        told = await alice.see("user")
        assert (told["user"]["id"], told["user"]["name"]) == (company.bob.id, "Robert")


def rename(user: int, name: str) -> None:
    from chat.actions.people import update_profile
    from chat.models import User

    update_profile(user=User.objects.get(pk=user), name=name, language="", time_zone="")


async def sees_room(client: ChatClient, room: int, **fields: object) -> None:
    """Wait for a `room` event with these fields."""
    await client.until(
        lambda: any(
            item["type"] == "room"
            and item["room"]["id"] == room
            and all(item["room"][name] == value for name, value in fields.items())
            for item in client.received
        ),
        f"room {room} with {fields}",
    )


async def shows(client: ChatClient, company: Company, state: str) -> None:
    """Wait until what this client was told of Bob in the room adds up to a state."""
    await client.until(lambda: state_of(client, company.general, company.bob.id) == state, f"Bob {state}")


def state_of(client: ChatClient, room: int, user: int) -> str:
    state = "offline"
    for item in client.received:
        if item["type"] == "presence" and item["room"] == room:
            state = item["states"].get(str(user), state)
    return state
