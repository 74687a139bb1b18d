"""`typing`, `away` and `presence`: told to those who share the room, never stored."""

import pytest

from tests.client import MSGPACK, ChatClient, Refused, online
from tests.contract.asking import post
from tests.people import Company, add_room
from tests.services.site import Server


def _states(client: ChatClient, room: int) -> dict[int, str]:
    """Who is here, as this client has been told."""
    states: dict[int, str] = {}
    for item in client.received:
        if item["type"] == "presence" and item["room"] == room:
            states.update({int(user): state for user, state in item["states"].items()})
    return states


async def test_presence_is_complete_first_and_then_changes(server: Server, company: Company) -> None:
    room = company.general
    async with online(server, company.alice) as alice:
        await alice.until(lambda: _states(alice, room) == {company.alice.id: "online"}, "alice online")
        async with online(server, company.bob, subprotocol=MSGPACK) as bob:
            first = await bob.see("presence", room=room)
            assert {int(user): state for user, state in first["states"].items()} == {company.alice.id: "online"}
            await alice.until(lambda: _states(alice, room).get(company.bob.id) == "online", "bob online")
            async with online(server, company.bob) as second:
                await bob.send("away", on=True)
                await second.send("away", on=True)
                await alice.until(lambda: _states(alice, room)[company.bob.id] == "away", "bob away")
                # The best of a person's connections counts.
                await second.send("away", on=False)
                await alice.until(lambda: _states(alice, room)[company.bob.id] == "online", "bob back")
            await alice.until(lambda: _states(alice, room)[company.bob.id] == "away", "one of two gone")
        await alice.until(lambda: _states(alice, room)[company.bob.id] == "offline", "bob offline")
        # The last of the complete picture and the changes agree: a newcomer sees no trace of him.
        async with online(server, company.alice) as newcomer:
            first = await newcomer.see("presence", room=room)
            assert [int(user) for user in first["states"]] == [company.alice.id]


async def test_presence_of_a_foreign_room_is_not_told(server: Server, company: Company) -> None:
    async with online(server, company.charlie) as charlie, online(server, company.alice) as alice:
        await alice.until(lambda: company.alice.id in _states(alice, company.general), "alice online")
        async with online(server, company.bob):
            await alice.until(lambda: company.bob.id in _states(alice, company.general), "bob online")
        await charlie.send("ping")
        assert not [item for item in charlie.received if item["type"] == "presence"]


async def test_typing_is_told_to_the_others(server: Server, company: Company, subprotocol: str) -> None:
    room = company.general
    async with (
        online(server, company.alice, subprotocol=subprotocol) as alice,
        online(server, company.alice) as her_phone,
        online(server, company.bob, subprotocol=subprotocol) as bob,
        online(server, company.charlie) as charlie,
    ):
        assert await alice.send("typing", room=room) == {}
        assert await bob.see("typing") == {"type": "typing", "room": room, "user": company.alice.id}
        # Within three seconds it is not told again.
        assert await alice.send("typing", room=room) == {}
        told = await post(alice, room, "there")
        for client, seen in ((alice, 0), (her_phone, 0), (bob, 1)):
            await client.caught_up(room, told["tick"])
            assert sum(item["type"] == "typing" for item in client.received) == seen
        await charlie.send("ping")
        assert not [item for item in charlie.received if item["type"] in ("typing", "events")]


async def test_nobody_is_told_that_who_was_just_banned_is_typing(server: Server, company: Company) -> None:
    """Behind everybody's back, and the socket stays open for some seconds: it must be of no use."""
    later = add_room(server.site, members={company.alice: "owner", company.bob: "member"})
    async with online(server, company.bob) as bob:
        assert await bob.send("typing", room=company.general) == {}
        server.site.call(_ban_on_site, company.bob.id)
        with pytest.raises(Refused) as refused:
            await bob.send("typing", room=later)
        assert refused.value.code == "not_found"


def _ban_on_site(user: int) -> None:
    from chat.models import Sanction

    Sanction.objects.create(kind=Sanction.Kind.BAN, user_id=user)
