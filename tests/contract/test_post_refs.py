"""The `ref` of a post names it for ever: whoever sends it again gets the original."""

import asyncio
from typing import Any

from tests.client import online
from tests.contract.asking import MISSING, refusal, refused
from tests.people import Company, add_room
from tests.services.site import Server


async def test_a_retry_returns_the_original(server: Server, company: Company, subprotocol: str) -> None:
    fields: dict[str, Any] = {"room": company.general, "text": "once", "ref": "r"}
    async with online(server, company.bob, subprotocol=subprotocol) as bob:
        original = await bob.send("post", **fields)
        assert await bob.send("post", **fields) == original
        await bob.cut()
    async with online(server, company.bob.in_another_session(), subprotocol=subprotocol) as again:
        assert await again.send("post", **fields) == original
        assert (await again.send("post", room=company.general, text="next"))["tick"] == original["tick"] + 1


async def test_a_retry_in_the_same_moment_returns_the_original(server: Server, company: Company) -> None:
    fields: dict[str, Any] = {"room": company.general, "text": "once", "ref": "r"}
    async with (
        online(server, company.bob) as here,
        online(server, company.bob) as there,
    ):
        told = await asyncio.gather(*[client.send("post", **fields) for client in (here, there)])
        assert told[0] == told[1]
        assert (await here.send("post", room=company.general, text="next"))["tick"] == told[0]["tick"] + 1


async def test_a_ref_with_another_body_is_a_conflict(server: Server, company: Company) -> None:
    other = add_room(server.site, "Other", members={company.bob: "owner"})
    async with online(server, company.bob) as bob, online(server, company.alice) as alice:
        original = await bob.send("post", room=company.general, text="once", ref="r")
        for fields in (
            {"text": "twice"},
            {"text": "once", "room": other},
            {"text": "once", "reply_to": original["id"]},
        ):
            assert await refused(bob, "post", ref="r", **{"room": company.general, **fields}) == "conflict"
        # Refs are unique per author.
        mine = await alice.send("post", room=company.general, text="twice", ref="r")
        assert mine["id"] != original["id"]


async def test_a_retry_after_an_edit_returns_the_original(server: Server, company: Company) -> None:
    fields: dict[str, Any] = {"room": company.general, "ref": "r"}
    async with online(server, company.bob) as bob:
        original = await bob.send("post", text="once", **fields)
        await bob.send("edit", message=original["id"], text="edited")
        assert await bob.send("post", text="once", **fields) == original
        assert await refused(bob, "post", text="edited", **fields) == "conflict"
        await bob.send("delete", message=original["id"])
        assert await bob.send("post", text="once", **fields) == original


def hinder(user: int, room: int) -> None:
    from chat.models import Room, Sanction

    Room.objects.filter(pk=room).update(archived=True, slow_mode=60, locked=True)
    Sanction.objects.create(kind="mute", user_id=user)


async def test_a_retry_is_answered_before_archive_mute_and_slow_mode(server: Server, company: Company) -> None:
    fields: dict[str, Any] = {"room": company.general, "text": "once", "ref": "r"}
    async with online(server, company.bob) as bob:
        original = await bob.send("post", **fields)
        server.site.call(hinder, company.bob.id, company.general)
        assert await refused(bob, "post", room=company.general, text="new") == "archived"
        assert await bob.send("post", **fields) == original


def remove(user: int, room: int) -> None:
    from chat.models import Membership

    Membership.objects.filter(user=user, room=room).update(left=True)


async def test_a_retry_is_not_found_for_someone_removed(server: Server, company: Company) -> None:
    fields: dict[str, Any] = {"room": company.general, "text": "once", "ref": "r"}
    async with online(server, company.bob) as bob:
        await bob.send("post", **fields)
        server.site.call(remove, company.bob.id, company.general)
        assert await refusal(bob, "post", **fields) == await refusal(bob, "post", room=MISSING, text="x")
