"""`read` and `unread`: markers and the counts behind them."""

from typing import Any

import pytest

from tests.client import connected, online
from tests.contract.asking import MISSING, post, refusal, refused
from tests.people import Company, add_room
from tests.services.site import Server


async def test_reading_counts_down(server: Server, company: Company, subprotocol: str) -> None:
    room = company.general
    async with (
        online(server, company.alice) as alice,
        online(server, company.bob, subprotocol=subprotocol) as bob,
    ):
        for text in ("one", f"two @{company.bob.username}", "three @room", "four"):
            await post(alice, room, text)
        assert await bob.send("read", room=room, tick=0) == {"unread": 4, "mentions": 2}
        assert await bob.send("read", room=room, tick=4) == {"unread": 2, "mentions": 1}
        # Never backwards, and clamped to the clock.
        assert await bob.send("read", room=room, tick=1) == {"unread": 2, "mentions": 1}
        assert await bob.send("read", room=room, tick=MISSING) == {"unread": 0, "mentions": 0}
        await post(alice, room, "five")
        assert await bob.send("read", room=room, tick=0) == {"unread": 1, "mentions": 0}


async def test_what_is_mine_deleted_or_no_text_is_not_unread(server: Server, company: Company) -> None:
    room = company.general
    async with online(server, company.alice) as alice, online(server, company.bob) as bob:
        deleted = await post(alice, room, f"@{company.bob.username}")
        everyone = await post(alice, room, "@room")
        await post(alice, room, "seen")
        await post(bob, room, f"mine @room @{company.bob.username}")
        server.site.call(make_notice, everyone["id"] + 1)
        assert await bob.send("read", room=room, tick=0) == {"unread": 2, "mentions": 2}
        await alice.send("delete", message=deleted["id"])
        assert await bob.send("read", room=room, tick=0) == {"unread": 1, "mentions": 1}
        # An edit that takes a name out takes the mention back.
        await alice.send("edit", message=everyone["id"], text="nobody")
        assert await bob.send("read", room=room, tick=0) == {"unread": 1, "mentions": 0}


def make_notice(message: int) -> None:
    from chat.models import Message

    Message.objects.filter(pk=message).update(kind="notice")


async def test_unread_moves_the_marker_back(server: Server, company: Company, subprotocol: str) -> None:
    room = company.general
    async with (
        online(server, company.alice) as alice,
        online(server, company.bob, subprotocol=subprotocol) as bob,
    ):
        messages = [await post(alice, room, text) for text in ("one", "two", "three")]
        await bob.send("read", room=room, tick=5)
        assert await bob.send("unread", room=room, tick=messages[1]["tick"]) == {"unread": 2, "mentions": 0}
        # It moves back alone, never forward.
        assert await bob.send("unread", room=room, tick=messages[2]["tick"]) == {"unread": 2, "mentions": 0}
        assert await bob.send("unread", room=room, tick=0) == {"unread": 3, "mentions": 0}
        assert await bob.send("read", room=room, tick=5) == {"unread": 0, "mentions": 0}


@pytest.mark.parametrize("kind", ["read", "unread"])
async def test_foreign_and_missing_rooms_are_not_found_alike(server: Server, company: Company, kind: str) -> None:
    private = add_room(server.site, "Secret", "private", members={company.alice: "owner"})
    async with online(server, company.charlie) as charlie, online(server, company.alice) as alice:
        missing = await refusal(charlie, kind, room=MISSING, tick=1)
        assert missing["code"] == "not_found"
        assert await refusal(charlie, kind, room=private, tick=1) == missing
        assert await refusal(charlie, kind, room=company.general, tick=1) == missing
        assert await refusal(charlie, kind, room=private, tick=0) == missing
        assert await alice.send(kind, room=private, tick=1) == {"unread": 0, "mentions": 0}


@pytest.mark.parametrize(
    "fields", [{}, {"tick": -1}, {"tick": 2**53}, {"tick": True}, {"tick": "1"}, {"tick": 1, "user": 1}], ids=repr
)
@pytest.mark.parametrize("kind", ["read", "unread"])
async def test_what_does_not_fit_is_invalid(
    server: Server, company: Company, kind: str, fields: dict[str, Any]
) -> None:
    async with online(server, company.bob) as bob:
        assert await refused(bob, kind, room=company.general, **fields) == "invalid"


async def test_counts_stop_at_a_thousand(server: Server, company: Company) -> None:
    room = company.general
    server.site.call(fill, company.alice.id, room, 1005)
    async with connected(server, company.bob) as bob:
        welcome = await bob.hello()
        assert (welcome["rooms"][0]["unread"], welcome["rooms"][0]["mentions"]) == (1000, 1000)
        assert await bob.send("read", room=room, tick=0) == {"unread": 1000, "mentions": 1000}
        assert await bob.send("read", room=room, tick=2 + 10) == {"unread": 995, "mentions": 995}


def fill(author: int, room: int, count: int) -> None:
    from chat.actions.posting import Draft, post_many

    post_many([Draft(author, room, f"r{number}", f"@room {number}") for number in range(count)])


async def test_every_connection_of_the_person_learns_of_the_marker(
    server: Server, company: Company, subprotocol: str
) -> None:
    room = company.general
    async with (
        online(server, company.alice) as alice,
        online(server, company.bob, subprotocol=subprotocol) as here,
        online(server, company.bob, subprotocol=subprotocol) as there,
    ):
        await post(alice, room, "one")
        told = await post(alice, room, "two")
        await here.send("read", room=room, tick=told["tick"] - 1)
        for client in (here, there):
            given = (await client.see("room"))["room"]
            assert (given["id"], given["last_read"], given["unread"]) == (room, told["tick"] - 1, 1)
        await here.send("unread", room=room, tick=1)
        for client in (here, there):
            given = (await client.see("room"))["room"]
            assert (given["last_read"], given["unread"]) == (0, 2)
        # Others do not hear of it, and neither a question nor a message tells anybody.
        await here.send("read", room=room, tick=0)
        await post(alice, room, "three")
        for client, told_of in ((here, 2), (there, 2), (alice, 0)):
            await client.caught_up(room, told["tick"] + 1)
            assert sum(item["type"] == "room" for item in client.received) == told_of
