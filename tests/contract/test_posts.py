"""`post`: stored once under its ref, in the order sent, and refused with the code that fits."""

from typing import Any

import pytest

from tests.client import connected, online
from tests.contract.asking import MISSING, post, refusal, refused
from tests.people import Company, add_room
from tests.services.site import Server


async def test_a_post_is_stored_told_and_seen(server: Server, company: Company, subprotocol: str) -> None:
    room = company.general
    async with (
        online(server, company.alice, subprotocol=subprotocol) as alice,
        online(server, company.bob, subprotocol=subprotocol) as bob,
    ):
        result = await alice.send("post", room=room, text="Hello **world**", ref="first")
        assert result == {"id": result["id"], "tick": 3, "room": room}
        for reader in (alice, bob):
            await reader.caught_up(room, 3)
            message = reader.room(room).messages[result["id"]]
            sent_at = message.pop("sent_at")
            assert len(sent_at) == len("2026-01-01T00:00:00.000Z")
            assert sent_at.endswith("Z")
            assert message == {
                "id": result["id"],
                "room": room,
                "tick": 3,
                "author": {"id": company.alice.id, "username": company.alice.username, "name": "Alice"},
                "ref": "first",
                "text": "Hello **world**",
                "html": "<p>Hello <strong>world</strong></p>",
            }


async def test_both_subprotocols_carry_the_same_objects(server: Server, company: Company) -> None:
    room = company.general
    async with (
        online(server, company.bob, subprotocol="chat.v1.json") as text,
        online(server, company.bob, subprotocol="chat.v1.msgpack") as binary,
    ):
        first = await post(text, room, "你好 @room `code` 🎉")
        await text.send("react", message=first["id"], emoji="👍", on=True)
        reply = await post(binary, room, "re", reply_to=first["id"])
        for client in (text, binary):
            await client.caught_up(room, reply["tick"])
        assert text.room(room).changes == binary.room(room).changes
        assert await text.send("history", room=room) == await binary.send("history", room=room)


@pytest.mark.parametrize(
    "fields",
    [
        {"text": ""},
        {"text": "  \n\t "},
        {"text": "x" * 8001},
        {"text": 5},
        {"text": None},
        {"text": "nul \x00 inside"},
        {"text": "x", "room": -1},
        {"text": "x", "room": 2**53},
        {"text": "x", "room": True},
        {"text": "x", "room": "1"},
        {"text": "x", "room": 1.5},
        {"text": "x", "reply_to": "1"},
        {"text": "x", "reply_to": 2**53},
        {"text": "x", "attachments": [1] * 11},
        {"text": "x", "attachments": 1},
        {"text": "x", "attachments": [True]},
        {"text": "x", "html": "<b>"},
        {"text": "x", "author": 1},
        {"text": "x", "sent_at": "2000-01-01T00:00:00Z"},
    ],
    ids=repr,
)
async def test_a_post_that_does_not_fit_is_invalid(
    server: Server, company: Company, subprotocol: str, fields: dict[str, Any]
) -> None:
    async with online(server, company.bob, subprotocol=subprotocol) as client:
        assert await refused(client, "post", **{"room": company.general, **fields}) == "invalid"
        # It took no tick.
        assert (await client.send("post", room=company.general, text="x"))["tick"] == 3


async def test_the_longest_text_is_taken(server: Server, company: Company, subprotocol: str) -> None:
    async with online(server, company.bob, subprotocol=subprotocol) as client:
        assert (await post(client, company.general, "字" * 8000))["text"] == "字" * 8000


@pytest.mark.parametrize("ref", ["a\x00b", "\x00"])
async def test_a_ref_with_nul_is_invalid(server: Server, company: Company, ref: str) -> None:
    async with online(server, company.bob) as client:
        assert await refused(client, "post", room=company.general, text="x", ref=ref) == "invalid"


async def test_a_foreign_room_and_a_missing_one_are_not_found_alike(server: Server, company: Company) -> None:
    private = add_room(server.site, "Secret", "private", members={company.alice: "owner"})
    async with online(server, company.alice) as alice, online(server, company.charlie) as charlie:
        assert (await alice.send("post", room=private, text="here it is"))["tick"] == 2
        missing = await refusal(charlie, "post", room=MISSING, text="x")
        assert missing["code"] == "not_found"
        assert await refusal(charlie, "post", room=private, text="x") == missing
        # A public room may be read over HTTP, but not written to.
        assert await refusal(charlie, "post", room=company.general, text="x") == missing


async def test_a_reply_quotes_its_source(server: Server, company: Company) -> None:
    async with online(server, company.bob) as bob:
        source = await post(bob, company.general, "What do you think?")
        reply = await post(bob, company.general, "Good", reply_to=source["id"])
        assert reply["reply_to"] == {
            "id": source["id"],
            "tick": source["tick"],
            "author": source["author"],
            "excerpt": "What do you think?",
        }


async def test_a_reply_to_a_message_elsewhere_is_not_found(server: Server, company: Company) -> None:
    private = add_room(server.site, "Secret", "private", members={company.alice: "owner"})
    mine = add_room(server.site, "Mine", members={company.bob: "owner"})
    async with online(server, company.alice) as alice, online(server, company.bob) as bob:
        secret = await post(alice, private, "secret")
        other = await post(bob, mine, "other room")
        fields = {"room": company.general, "text": "x"}
        missing = await refusal(bob, "post", reply_to=MISSING, **fields)
        assert missing["code"] == "not_found"
        assert await refusal(bob, "post", reply_to=secret["id"], **fields) == missing
        assert await refusal(bob, "post", reply_to=other["id"], **fields) == missing


async def test_a_file_that_is_not_mine_is_not_found(server: Server, company: Company) -> None:
    with company.alice.http(server.url) as http:
        upload = http.post("/api/attachments", files={"file": ("a.txt", b"text", "text/plain")})
    assert upload.status_code == 201
    file = upload.json()["id"]
    fields: dict[str, Any] = {"room": company.general, "text": ""}
    async with online(server, company.alice) as alice, online(server, company.bob) as bob:
        missing = await refusal(bob, "post", attachments=[MISSING], **fields)
        assert missing["code"] == "not_found"
        assert await refusal(bob, "post", attachments=[file], **fields) == missing
        message = await post(alice, attachments=[file], **fields)
        assert [item["id"] for item in message["attachments"]] == [file]
        # It goes with one message only.
        assert await refusal(alice, "post", attachments=[file], **fields) == missing


async def test_posts_of_a_connection_are_stored_in_the_order_sent(
    server: Server, company: Company, subprotocol: str
) -> None:
    texts = [f"number {number}" for number in range(90)]
    async with online(server, company.bob, subprotocol=subprotocol) as bob:
        replies = [await bob.begin("post", room=company.general, text=text) for text in texts]
        ticks = [(await reply)["result"]["tick"] for reply in replies]
        assert ticks == list(range(3, 93))
        await bob.caught_up(company.general, 92)
        assert bob.texts(company.general) == texts


def make_room(room: int, **fields: Any) -> None:
    from chat.models import Room

    Room.objects.filter(pk=room).update(**fields)


def mute(user: int, room: int | None, seconds: int) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from chat.models import Sanction

    Sanction.objects.create(
        kind="mute", user_id=user, room_id=room, until=timezone.now() + timedelta(seconds=seconds)
    )


async def test_a_locked_room_takes_posts_of_moderators_only(server: Server, company: Company) -> None:
    server.site.call(make_room, company.general, locked=True)
    async with online(server, company.alice) as alice, online(server, company.bob) as bob:
        assert await refused(bob, "post", room=company.general, text="x") == "forbidden"
        assert (await alice.send("post", room=company.general, text="x"))["tick"] == 3


async def test_slow_mode_says_when_to_try_again(server: Server, company: Company) -> None:
    server.site.call(make_room, company.general, slow_mode=600)
    async with online(server, company.bob) as bob:
        await bob.send("post", room=company.general, text="one")
        answer = await refusal(bob, "post", room=company.general, text="two")
        assert answer["code"] == "slow_mode"
        assert 500 < answer["retry_after"] <= 600


@pytest.mark.parametrize("everywhere", [False, True])
async def test_a_muted_person_is_told_until_when(server: Server, company: Company, everywhere: bool) -> None:
    server.site.call(mute, company.bob.id, None if everywhere else company.general, 600)
    async with connected(server, company.bob) as bob:
        welcome = await bob.hello()
        assert welcome["rooms"][0]["muted_until"].endswith("Z")
        answer = await refusal(bob, "post", room=company.general, text="x")
        assert answer["code"] == "muted"
        assert 500 < answer["retry_after"] <= 600


async def test_mentions_name_members_alone(server: Server, company: Company) -> None:
    text = f"@{company.alice.username} @{company.charlie.username} @room"
    async with online(server, company.bob) as bob:
        message = await post(bob, company.general, text)
        assert message["mentions"] == [company.alice.id]
        assert message["everyone"] is True
