"""`edit`, `delete`, `react` and `pin`: what happens to a message after it was posted."""

from typing import Any

import pytest

from tests.client import ChatClient, online
from tests.contract.asking import MISSING, post, refusal, refused
from tests.ledger import Object
from tests.people import Company, add_room
from tests.services.site import Server

CHANGES: dict[str, dict[str, Any]] = {
    "edit": {"text": "changed"},
    "delete": {},
    "react": {"emoji": "👍", "on": True},
    "pin": {"on": True},
}
INVALID: list[tuple[str, dict[str, Any]]] = [
    ("edit", {"text": ""}),
    ("edit", {"text": "x" * 8001}),
    ("edit", {"text": "a\x00b"}),
    ("edit", {}),
    ("edit", {"text": "x", "room": 1}),
    ("delete", {"on": True}),
    ("react", {"emoji": "", "on": True}),
    ("react", {"emoji": "x", "on": True}),
    ("react", {"emoji": "👍" * 33, "on": True}),
    ("react", {"emoji": "<b>👍</b>", "on": True}),
    ("react", {"emoji": "👍\x00", "on": True}),
    ("react", {"emoji": "👍", "on": 1}),
    ("react", {"emoji": "👍"}),
    ("pin", {"on": "true"}),
    ("pin", {"on": None}),
    ("pin", {}),
]


@pytest.mark.parametrize("kind", CHANGES)
async def test_what_is_foreign_is_as_missing(
    server: Server, company: Company, subprotocol: str, kind: str
) -> None:
    private = add_room(server.site, "Secret", "private", members={company.alice: "owner"})
    async with (
        online(server, company.alice, subprotocol=subprotocol) as alice,
        online(server, company.charlie, subprotocol=subprotocol) as charlie,
    ):
        secret = await post(alice, private, "secret")
        public = await post(alice, company.general, "public")
        missing = await refusal(charlie, kind, message=MISSING, **CHANGES[kind])
        assert missing["code"] == "not_found"
        assert await refusal(charlie, kind, message=secret["id"], **CHANGES[kind]) == missing
        assert await refusal(charlie, kind, message=public["id"], **CHANGES[kind]) == missing
        # The change itself is a good one.
        assert (await alice.send(kind, message=secret["id"], **CHANGES[kind]))["tick"] == 3


@pytest.mark.parametrize(("kind", "fields"), INVALID, ids=repr)
async def test_what_does_not_fit_is_invalid(
    server: Server, company: Company, kind: str, fields: dict[str, Any]
) -> None:
    async with online(server, company.alice) as alice:
        message = await post(alice, company.general)
        assert await refused(alice, kind, message=message["id"], **fields) == "invalid"
        # Nothing took a tick.
        assert (await post(alice, company.general))["tick"] == message["tick"] + 1


@pytest.mark.parametrize("message", [-1, 2**53, True, "1", 1.5, None, [1]], ids=repr)
@pytest.mark.parametrize("kind", CHANGES)
async def test_an_id_that_is_none_is_invalid(server: Server, company: Company, kind: str, message: object) -> None:
    async with online(server, company.alice) as alice:
        assert await refused(alice, kind, message=message, **CHANGES[kind]) == "invalid"


async def test_an_edit_reaches_everyone(server: Server, company: Company, subprotocol: str) -> None:
    async with (
        online(server, company.alice, subprotocol=subprotocol) as alice,
        online(server, company.bob, subprotocol=subprotocol) as bob,
    ):
        message = await post(bob, company.general, "helo")
        result = await bob.send("edit", message=message["id"], text="hello *you*")
        assert result == {"tick": message["tick"] + 1}
        seen = await _seen(alice, company.general, message["id"], result["tick"])
        assert (seen["text"], seen["html"]) == ("hello *you*", "<p>hello <em>you</em></p>")
        assert (seen["tick"], seen["changed"]) == (message["tick"], result["tick"])
        assert seen["edited_at"].endswith("Z")
        # The same words change nothing, take no tick and answer the row's.
        assert await bob.send("edit", message=message["id"], text="hello *you*") == result


async def test_only_the_author_edits(server: Server, company: Company) -> None:
    async with online(server, company.alice) as alice, online(server, company.bob) as bob:
        message = await post(bob, company.general)
        assert await refused(alice, "edit", message=message["id"], text="x") == "forbidden"
        await bob.send("edit", message=message["id"], text="x")


async def test_a_deleted_message_is_a_tombstone(server: Server, company: Company, subprotocol: str) -> None:
    room = company.general
    async with (
        online(server, company.alice, subprotocol=subprotocol) as alice,
        online(server, company.bob, subprotocol=subprotocol) as bob,
    ):
        message = await post(bob, room, f"@{company.alice.username} secret")
        reply = await post(alice, room, "what?", reply_to=message["id"])
        assert "secret" in reply["reply_to"]["excerpt"]
        await alice.send("react", message=message["id"], emoji="👍", on=True)
        result = await bob.send("delete", message=message["id"])
        seen = await _seen(alice, room, message["id"], result["tick"])
        assert seen["deleted"] is True
        assert not seen.keys() & {"text", "html", "mentions", "reactions", "edited_at"}
        page = await alice.send("history", room=room)
        assert page["messages"][0] == seen
        assert page["messages"][1]["reply_to"]["excerpt"] == ""
        assert "secret" not in str(page)
        assert await bob.send("delete", message=message["id"]) == result
        for kind in ("edit", "react", "pin"):
            assert await refused(
                alice if kind == "pin" else bob, kind, message=message["id"], **CHANGES[kind]
            ) == ("conflict")


async def test_author_and_moderator_delete(server: Server, company: Company) -> None:
    async with online(server, company.alice) as alice, online(server, company.bob) as bob:
        hers, his = await post(alice, company.general), await post(bob, company.general)
        assert await refused(bob, "delete", message=hers["id"]) == "forbidden"
        await alice.send("delete", message=his["id"])
        await alice.send("delete", message=hers["id"])


async def test_reactions_come_and_go(server: Server, company: Company, subprotocol: str) -> None:
    room = company.general
    async with (
        online(server, company.alice, subprotocol=subprotocol) as alice,
        online(server, company.bob, subprotocol=subprotocol) as bob,
    ):
        message = await post(bob, room)
        fields = {"message": message["id"], "emoji": "👍🏽"}
        await bob.send("react", on=True, **fields)
        both = await alice.send("react", on=True, **fields)
        seen = await _seen(bob, room, message["id"], both["tick"])
        assert seen["reactions"] == [{"emoji": "👍🏽", "users": [company.bob.id, company.alice.id]}]
        # Again: nothing changes, no tick.
        assert await alice.send("react", on=True, **fields) == both
        one = await bob.send("react", on=False, **fields)
        assert one["tick"] == both["tick"] + 1
        seen = await _seen(alice, room, message["id"], one["tick"])
        assert seen["reactions"] == [{"emoji": "👍🏽", "users": [company.alice.id]}]
        assert await bob.send("react", on=False, **fields) == one
        none = await alice.send("react", on=False, **fields)
        assert "reactions" not in await _seen(alice, room, message["id"], none["tick"])


async def test_moderators_pin(server: Server, company: Company) -> None:
    async with online(server, company.alice) as alice, online(server, company.bob) as bob:
        message = await post(bob, company.general)
        assert await refused(bob, "pin", message=message["id"], on=True) == "forbidden"
        result = await alice.send("pin", message=message["id"], on=True)
        assert (await _seen(bob, company.general, message["id"], result["tick"]))["pinned"] is True
        assert await alice.send("pin", message=message["id"], on=True) == result
        result = await alice.send("pin", message=message["id"], on=False)
        assert "pinned" not in await _seen(bob, company.general, message["id"], result["tick"])


async def test_in_a_direct_room_everyone_pins(server: Server, company: Company) -> None:
    direct = add_room(server.site, "", "direct", members={company.alice: "member", company.bob: "member"})
    async with online(server, company.alice) as alice, online(server, company.bob) as bob:
        message = await post(alice, direct)
        result = await bob.send("pin", message=message["id"], on=True)
        assert (await _seen(alice, direct, message["id"], result["tick"]))["pinned"] is True


def archive(room: int) -> None:
    from chat.models import Room

    Room.objects.filter(pk=room).update(archived=True)


@pytest.mark.parametrize("kind", ["edit", "react", "pin"])
async def test_an_archived_room_changes_no_more(server: Server, company: Company, kind: str) -> None:
    async with online(server, company.alice) as alice:
        message = await post(alice, company.general)
        server.site.call(archive, company.general)
        assert await refused(alice, kind, message=message["id"], **CHANGES[kind]) == "archived"


async def _seen(client: ChatClient, room: int, message: int, tick: int) -> Object:
    return (await client.caught_up(room, tick)).messages[message]


async def test_a_moderator_s_deletion_and_pin_are_on_the_record(server: Server, company: Company) -> None:
    async with online(server, company.alice) as alice, online(server, company.bob) as bob:
        message = await post(bob, company.general, "Buy this")
        await alice.send("pin", message=message["id"], on=True)
        await alice.send("delete", message=message["id"])
        acts = server.site.call(acts_on, message["id"])
        assert acts == [[action, company.alice.id, "room", "127.0.0.1"] for action in ("pin", "delete_message")]
        assert server.site.call(acts_on, (await post(bob, company.general, "His own"))["id"]) == []


def acts_on(message: int) -> list[tuple[str, int, str, str]]:
    from chat.models import ModerationAction

    rows = ModerationAction.objects.filter(message=message).order_by("pk")
    return [(row.action, row.actor_id or 0, row.source, row.address) for row in rows]
