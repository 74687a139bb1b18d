"""`room`, `gone` and `user`: what a connection is told of the person's own rooms and of the people it knows."""

import asyncio
from typing import Any

import httpx

from tests.client import online
from tests.contract.asking import post, refused
from tests.people import Company, Person, add_room
from tests.services.site import Server


async def _ask(server: Server, person: Person, method: str, path: str, body: Any = None) -> httpx.Response:
    with person.http(server.url) as http:
        return await asyncio.to_thread(http.request, method, path, json=body)


async def test_who_joins_is_given_the_room_and_told_from_there(
    server: Server, company: Company, subprotocol: str
) -> None:
    room = company.general
    async with (
        online(server, company.alice) as alice,
        online(server, company.charlie, subprotocol=subprotocol) as charlie,
    ):
        await post(alice, room, "before")
        answer = await _ask(server, company.charlie, "POST", f"/api/rooms/{room}/join")
        assert answer.status_code == 200
        given = (await charlie.see("room"))["room"]
        assert (given["id"], given["role"], given["members"]) == (room, "member", 3)
        assert (given["unread"], given["last_read"], given["clock"]) == (0, 4, 4)
        # The others are told of the member by a change with a tick.
        await alice.caught_up(room, 4)
        member = alice.room(room).members[company.charlie.id]
        assert (member["role"], member["user"]["username"]) == ("member", company.charlie.username)
        await post(alice, room, "after")
        await charlie.caught_up(room, 5)
        assert charlie.texts(room) == ["after"]
        assert await charlie.send("typing", room=room) == {}


async def test_who_leaves_is_told_and_hears_no_more(server: Server, company: Company, subprotocol: str) -> None:
    room = company.general
    kept = add_room(server.site, "Kept", members={company.alice: "owner", company.bob: "member"})
    async with (
        online(server, company.alice) as alice,
        online(server, company.bob, subprotocol=subprotocol) as here,
        online(server, company.bob.in_another_session(), subprotocol=subprotocol) as there,
    ):
        answer = await _ask(server, company.bob, "POST", f"/api/rooms/{room}/leave")
        assert answer.is_success
        for client in (here, there):
            await client.see("gone", room=room)
        await alice.caught_up(room, 3)
        assert alice.room(room).members[company.bob.id]["left"] is True
        await post(alice, room, "without him")
        last = await post(alice, kept, "with him")
        for client in (here, there):
            await client.caught_up(kept, last["tick"])
            assert "without him" not in str(client.received)
            assert await refused(client, "post", room=room, text="x") == "not_found"


async def test_who_is_removed_hears_nothing_after_the_tick(server: Server, company: Company) -> None:
    room = company.general
    kept = add_room(server.site, "Kept", members={company.alice: "owner", company.bob: "member"})
    async with online(server, company.alice) as alice, online(server, company.bob) as bob:
        sent = [await alice.begin("post", room=room, text=f"before {number}") for number in range(20)]
        removal = asyncio.create_task(
            _ask(server, company.alice, "DELETE", f"/api/rooms/{room}/members/{company.bob.id}")
        )
        sent += [await alice.begin("post", room=room, text=f"during {number}") for number in range(60)]
        assert (await removal).is_success
        await asyncio.gather(*sent)
        last = await post(alice, room, "last")
        told = bob.received
        await bob.see("gone", room=room)
        await alice.caught_up(room, last["tick"])
        [tick] = [
            change["tick"]
            for change in alice.room(room).changes
            if change.get("member", {}).get("user", {}).get("id") == company.bob.id
        ]
        await post(alice, kept, "end")
        await bob.caught_up(kept, 3)
        heard = [
            change["tick"]
            for item in told
            if item["type"] in ("events", "delta") and item["room"] == room
            for change in item["changes"]
        ]
        assert heard == list(range(3, len(heard) + 3))
        assert max(heard, default=0) <= tick
        # Back again, with no gap and without what was said meanwhile.
        await _ask(server, company.alice, "PUT", f"/api/rooms/{room}/members/{company.bob.id}", {"role": "member"})
        assert (await bob.see("room"))["room"]["clock"] == last["tick"] + 1
        await post(alice, room, "welcome back")
        await bob.caught_up(room, last["tick"] + 2)
        assert bob.texts(room) == ["welcome back"]


async def test_a_role_and_a_notify_level_are_told_to_their_person(server: Server, company: Company) -> None:
    room = company.general
    async with online(server, company.alice) as alice, online(server, company.bob) as bob:
        path = f"/api/rooms/{room}/members/{company.bob.id}"
        assert (await _ask(server, company.alice, "PUT", path, {"role": "moderator"})).is_success
        assert (await bob.see("room"))["room"]["role"] == "moderator"
        await alice.caught_up(room, 3)
        assert alice.room(room).members[company.bob.id]["role"] == "moderator"
        assert (await _ask(server, company.bob, "PATCH", f"/api/rooms/{room}/me", {"notify": "none"})).is_success
        given = (await bob.see("room"))["room"]
        # A notify level is nobody else's business and takes no tick.
        assert (given["notify"], given["clock"]) == ("none", 3)
        last = await post(alice, room, "x")
        assert last["tick"] == 4
        assert not [item for item in alice.received if item["type"] == "room"]


async def test_a_renamed_room_is_a_change_with_a_tick(server: Server, company: Company, subprotocol: str) -> None:
    room = company.general
    async with online(server, company.bob, subprotocol=subprotocol) as bob:
        answer = await _ask(server, company.alice, "PATCH", f"/api/rooms/{room}", {"name": "New", "topic": "T"})
        assert answer.is_success
        await bob.caught_up(room, 3)
        assert bob.room(room).changes == [
            {
                "tick": 3,
                "room": {
                    "id": room,
                    "kind": "public",
                    "name": "New",
                    "topic": "T",
                    "clock": 3,
                    "archived": False,
                    "locked": False,
                    "slow_mode": 0,
                    "members": 2,
                    "announcements": False,
                },
            }
        ]


async def test_a_new_room_is_given_to_all_its_people(server: Server, company: Company) -> None:
    async with online(server, company.alice) as alice, online(server, company.charlie) as charlie:
        body = {"kind": "direct", "members": [company.charlie.id]}
        made = (await _ask(server, company.alice, "POST", "/api/rooms", body)).json()
        for client in (alice, charlie):
            given = (await client.see("room"))["room"]
            assert given["id"] == made["id"]
            assert {person["id"] for person in given["people"]} == {company.alice.id, company.charlie.id}
        await post(alice, made["id"], "psst")
        await charlie.caught_up(made["id"], 3)
        assert charlie.texts(made["id"]) == ["psst"]


async def test_a_new_name_is_told_to_those_who_share_a_room(
    server: Server, company: Company, subprotocol: str
) -> None:
    async with (
        online(server, company.alice, subprotocol=subprotocol) as alice,
        online(server, company.charlie, subprotocol=subprotocol) as charlie,
        online(server, company.bob, subprotocol=subprotocol) as bob,
    ):
        with company.bob.http(server.url) as http:
            fields = {"name": "Robert", "language": "", "time_zone": ""}
            answer = await asyncio.to_thread(http.post, "/accounts/profile/", data=fields)
        assert answer.status_code == 302
        for client in (alice, bob):
            user = (await client.see("user"))["user"]
            assert (user["id"], user["name"]) == (company.bob.id, "Robert")
        await charlie.send("ping")
        assert not [item for item in charlie.received if item["type"] == "user"]
        # No tick.
        assert (await post(alice, company.general))["tick"] == 3
