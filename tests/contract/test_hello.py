"""The first words: what is answered before `hello`, and what follows it."""

from typing import Any

import pytest

from tests.client import ChatClient, connected, online
from tests.contract.asking import MISSING, post, refused
from tests.people import Company, add_room
from tests.services.site import Server

BEFORE_HELLO: dict[str, dict[str, Any]] = {
    "post": {"room": 1, "text": "x"},
    "edit": {"message": 1, "text": "x"},
    "delete": {"message": 1},
    "react": {"message": 1, "emoji": "👍", "on": True},
    "pin": {"message": 1, "on": True},
    "read": {"room": 1, "tick": 1},
    "unread": {"room": 1, "tick": 1},
    "typing": {"room": 1},
    "away": {"on": True},
    "sync": {"room": 1, "since": 0},
    "history": {"room": 1},
}


async def test_before_hello_only_ping_is_answered(server: Server, company: Company, subprotocol: str) -> None:
    async with connected(server, company.bob, subprotocol=subprotocol) as client:
        for kind, fields in BEFORE_HELLO.items():
            assert await refused(client, kind, **fields) == "invalid", kind
        assert await client.send("ping") == {}
        await client.hello()
        assert await client.send("away", on=True) == {}


async def test_a_second_hello_is_invalid(server: Server, company: Company, subprotocol: str) -> None:
    async with connected(server, company.bob, subprotocol=subprotocol) as client:
        await client.hello()
        assert await refused(client, "hello", cursors={}) == "invalid"
        assert await client.send("ping") == {}


async def test_a_hello_that_was_refused_may_be_said_again(server: Server, company: Company) -> None:
    async with connected(server, company.bob) as client:
        client.ledger.open_refs.add("1")
        await client.send_raw('{"type": "hello", "ref": "1", "cursors": {"x": 1}}')
        assert (await client.see("error", ref="1"))["code"] == "invalid"
        await client.hello()


async def test_welcome_describes_the_person_and_the_rooms(
    server: Server, company: Company, subprotocol: str
) -> None:
    direct = add_room(server.site, "", "direct", members={company.alice: "member", company.bob: "member"})
    foreign = add_room(server.site, "Elsewhere", members={company.charlie: "owner"})
    async with connected(server, company.bob, subprotocol=subprotocol) as client:
        welcome = await client.hello()
    kinds = [item["type"] for item in client.received]
    assert kinds.index("welcome") < kinds.index("ok")
    assert welcome["user"] == {"id": company.bob.id, "username": company.bob.username, "name": "Bob"}
    assert welcome["heartbeat"] == 10
    assert welcome["window"] == 512 * 1024
    assert isinstance(welcome["epoch"], str)
    rooms = {room["id"]: room for room in welcome["rooms"]}
    assert foreign not in rooms
    assert rooms.keys() == {company.general, direct}
    assert rooms[company.general] == {
        "id": company.general,
        "kind": "public",
        "name": "General",
        "topic": "",
        "clock": 2,
        "role": "member",
        "notify": "all",
        "last_read": 2,
        "unread": 0,
        "mentions": 0,
        "archived": False,
        "locked": False,
        "slow_mode": 0,
        "muted_until": None,
        "members": 2,
        "announcements": False,
    }
    assert [person["id"] for person in rooms[direct]["people"]] == [company.alice.id, company.bob.id]
    assert rooms[direct]["kind"] == "direct"


async def test_a_named_room_is_resumed_at_its_cursor(server: Server, company: Company, subprotocol: str) -> None:
    room = company.general
    async with online(server, company.bob, subprotocol=subprotocol) as client:
        before = client.room(room).cursor
        await client.cut()
    async with online(server, company.alice) as alice:
        await post(alice, room, "meanwhile")
        await post(alice, room, "and again")
    async with connected(server, company.bob, subprotocol=subprotocol) as client:
        await client.hello({room: before})
        delta = await client.see("delta", room=room)
        assert (delta["since"], delta["clock"]) == (before, before + 2)
        assert not delta["more"]
        assert not delta["reset"]
        assert client.texts(room) == ["meanwhile", "and again"]


async def test_a_named_room_gets_a_delta_even_if_nothing_changed(server: Server, company: Company) -> None:
    async with connected(server, company.bob) as client:
        await client.hello({company.general: 2})
        delta = await client.see("delta", room=company.general)
        assert delta["changes"] == []
        assert (delta["since"], delta["clock"], delta["reset"]) == (2, 2, False)


async def test_a_foreign_and_a_missing_room_get_nothing(server: Server, company: Company) -> None:
    foreign = add_room(server.site, "Elsewhere", members={company.charlie: "owner"})
    async with connected(server, company.bob) as client:
        await client.hello({foreign: 0, MISSING: 0, company.general: 0})
        await client.see("delta", room=company.general)
        await client.send("ping")
        assert _rooms_told_of(client) == {company.general}


async def test_a_room_that_is_not_named_starts_at_its_clock(server: Server, company: Company) -> None:
    other = add_room(server.site, "Other", members={company.alice: "owner", company.bob: "member"})
    async with online(server, company.alice) as alice:
        await post(alice, other, "before")
        async with connected(server, company.bob) as client:
            await client.hello({company.general: 0})
            await client.see("delta", room=company.general)
            told = await post(alice, other, "after")
            await client.caught_up(other, told["tick"])
            assert client.texts(other) == ["after"]
            assert not [item for item in client.received if item["type"] == "delta" and item["room"] == other]


@pytest.mark.parametrize("epoch", ["another", "\x00"])
async def test_cursors_of_another_epoch_are_reset(server: Server, company: Company, epoch: str) -> None:
    async with online(server, company.alice) as alice:
        await post(alice, company.general)
    async with connected(server, company.bob) as client:
        welcome = await client.hello({company.general: 1}, epoch=epoch)
        delta = await client.see("delta", room=company.general)
        assert (delta["reset"], delta["changes"], delta["clock"]) == (True, [], 3)
        assert welcome["epoch"] != epoch
    async with connected(server, company.bob) as client:
        await client.hello({company.general: 1}, epoch=welcome["epoch"])
        assert not (await client.see("delta", room=company.general))["reset"]


async def test_another_epoch_does_not_reset_what_is_asked_for_later(server: Server, company: Company) -> None:
    async with connected(server, company.bob) as client:
        await client.hello({}, epoch="another")
        await client.send("sync", room=company.general, since=0)
        assert not (await client.see("delta", room=company.general))["reset"]


async def test_a_cursor_above_the_clock_is_reset(server: Server, company: Company) -> None:
    async with connected(server, company.bob) as client:
        await client.hello({company.general: 3})
        delta = await client.see("delta", room=company.general)
        assert (delta["reset"], delta["clock"]) == (True, 2)


def _rooms_told_of(client: ChatClient) -> set[int]:
    return {item["room"] for item in client.received if item["type"] in ("delta", "events", "presence", "gone")}
