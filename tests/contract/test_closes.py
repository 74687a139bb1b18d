"""Frames too large or of bad UTF-8, a restart of the server, the ends of a session: each has its close code."""

import asyncio
import contextlib

import msgpack
import pytest
from websockets.exceptions import ConnectionClosed

from tests.cast import PASSWORD
from tests.client import JSON, MSGPACK, ChatClient, online
from tests.contract.asking import post
from tests.contract.sockets import bare
from tests.people import Company, Person, add_room, gather
from tests.services.site import NewSite, Server

LIMIT = 64 * 1024
TOO_LARGE: list[tuple[str, list[str] | list[bytes]]] = [
    (JSON, [" " * (LIMIT + 1)]),
    (JSON, ["字" * (LIMIT // 3 + 1)]),
    (JSON, [" " * LIMIT, " "]),
    (MSGPACK, [b"\xc0" * (LIMIT + 1)]),
    (MSGPACK, [b"\xc0" * LIMIT, b"\xc0"]),
    (MSGPACK, [b"\xc0" * 1000] * 66),
]


@pytest.mark.parametrize(("subprotocol", "pieces"), TOO_LARGE)
async def test_a_frame_over_64_kib_closes_with_1009(
    server: Server, company: Company, subprotocol: str, pieces: list[str] | list[bytes]
) -> None:
    async with bare(server, company.bob, subprotocol) as socket:
        # The close may come while the rest is sent.
        with contextlib.suppress(ConnectionClosed):
            await socket.send(pieces if len(pieces) > 1 else pieces[0])
        await socket.wait_closed()
        assert socket.close_code == 1009


@pytest.mark.parametrize(
    ("subprotocol", "frame"),
    [
        (JSON, '{"type": "ping", "ref": "1"}'.ljust(LIMIT)),
        (MSGPACK, msgpack.packb({"type": "ping", "ref": "1", "x": b"\0" * (LIMIT - 25)})),
    ],
)
async def test_a_frame_of_64_kib_is_answered(
    server: Server, company: Company, subprotocol: str, frame: str | bytes
) -> None:
    assert LIMIT - 10 <= len(frame) <= LIMIT
    async with bare(server, company.bob, subprotocol) as socket:
        await socket.send(frame)
        assert await asyncio.wait_for(socket.recv(), 10)
        assert socket.close_code is None


@pytest.mark.parametrize(
    "pieces", [[b"\xff"], [b'{"type": "ping", "ref": "\xed\xa0\x80"}'], [b"\xe5", b"\xad"], [b"a" * 100, b"\xc3("]]
)
async def test_bad_utf8_closes_with_1007(server: Server, company: Company, pieces: list[bytes]) -> None:
    async with bare(server, company.bob, JSON) as socket:
        await socket.send(pieces if len(pieces) > 1 else pieces[0], text=True)
        await asyncio.wait_for(socket.wait_closed(), 10)
        assert socket.close_code == 1007


async def test_a_character_cut_by_a_fragment_is_whole_again(server: Server, company: Company) -> None:
    frame = '{"type": "ping", "ref": "字"}'.encode()
    async with bare(server, company.bob, JSON) as socket:
        await socket.send([frame[:26], frame[26:]], text=True)
        assert "字" in str(await asyncio.wait_for(socket.recv(), 10))


@pytest.mark.parametrize("kind", ["daphne", "uvicorn"])
async def test_a_restart_closes_with_1012_and_loses_no_acknowledged_post(new_site: NewSite, kind: str) -> None:
    with new_site() as site, site.serve(kind) as server:
        company = gather(site)
        async with (
            online(server, company.alice) as alice,
            online(server, company.bob, subprotocol=MSGPACK) as bob,
        ):
            posts = [await alice.begin("post", room=company.general, text=str(n)) for n in range(80)]
            await posts[0]
            await asyncio.to_thread(server.stop)
            assert await alice.closed() == 1012
            assert await bob.closed() == 1012
            replies = [post.result() for post in posts if post.done() and not post.exception()]
        acknowledged = [reply["result"]["id"] for reply in replies if reply["type"] == "ok"]
        # Everything taken was answered, one way or the other.
        assert acknowledged
        assert {reply["code"] for reply in replies if reply["type"] == "error"} <= {"unavailable"}
        assert set(acknowledged) == set(site.call(stored, company.general))


def stored(room: int) -> list[int]:
    from chat.models import Message

    return list(Message.objects.filter(room=room).values_list("pk", flat=True))


async def test_signing_out_closes_that_session_with_4401(
    server: Server, company: Company, subprotocol: str
) -> None:
    elsewhere = company.bob.in_another_session()
    async with (
        online(server, company.bob, subprotocol=subprotocol) as here,
        online(server, elsewhere, subprotocol=subprotocol) as there,
    ):
        await _submit(server, company.bob, "/accounts/logout/")
        assert await here.closed() == 4401
        assert await there.send("ping") == {}


async def test_signing_out_everywhere_closes_all_with_4401(server: Server, company: Company) -> None:
    elsewhere = company.bob.in_another_session()
    async with (
        online(server, company.bob) as here,
        online(server, elsewhere) as there,
        online(server, company.alice) as alice,
    ):
        await _submit(server, company.bob, "/accounts/sign-out-everywhere/")
        assert await here.closed() == 4401
        assert await there.closed() == 4401
        assert await alice.send("ping") == {}


async def test_a_new_password_closes_all_with_4401(server: Server, company: Company) -> None:
    elsewhere = company.bob.in_another_session()
    async with online(server, elsewhere) as there, online(server, company.bob) as here:
        new = {"password1": "another good passphrase", "password2": "another good passphrase"}
        await _submit(server, company.bob, "/accounts/password/change/", oldpassword=PASSWORD, **new)
        assert await there.closed() == 4401
        assert await here.closed() == 4401


async def _submit(server: Server, person: Person, path: str, **fields: str) -> None:
    with person.http(server.url) as http:
        answer = await asyncio.to_thread(http.post, path, data=fields)
    assert answer.status_code == 302, answer.text[:500]


def revoke(
    sessions: list[str], passwords: list[int], accounts: list[int], removals: list[list[int]], torn: int
) -> None:
    """Behind the server's back, as another process does whose announcements are lost."""
    from django.contrib.sessions.models import Session

    from chat.actions import posting
    from chat.actions.moderation.record import Actor
    from chat.actions.moderation.removing_people import remove_from_room
    from chat.models import Membership, User

    Session.objects.filter(session_key=sessions[0]).delete()
    Session.objects.filter(session_key=sessions[1]).update(expire_date="2000-01-01T00:00:00Z")
    User.objects.filter(pk__in=passwords).update(password="!")
    User.objects.filter(pk__in=accounts).update(is_active=False)
    for room, owner, user in removals:
        remove_from_room(by=Actor(User.objects.get(pk=owner)), room_id=room, person_id=user)
        posting.post(posting.Draft(owner, room, f"secret-{room}", "after the removal"))
        # A hand in the database takes no tick.
        Membership.objects.filter(room=torn, user=user).delete()


async def test_what_was_revoked_unannounced_ends_within_15_seconds(server: Server, company: Company) -> None:
    site = server.site
    alice, bob, charlie = company.alice, company.bob, company.charlie
    expired, changed = bob.in_another_session(), charlie
    gone = gather(site)
    room = add_room(site, "Remove", members={alice: "owner", gone.alice: "member"})
    torn = add_room(site, "Torn", members={alice: "owner", gone.alice: "member"})
    kept = add_room(site, "Keep", members={alice: "owner", gone.alice: "member"})
    async with (
        online(server, bob) as deleted_session,
        online(server, expired) as expired_session,
        online(server, changed) as new_password,
        online(server, gone.bob) as deactivated,
        online(server, gone.alice) as removed,
        online(server, alice) as witness,
    ):
        await post(witness, room, "before the removal")
        told_until = removed.room(room)
        sessions = [bob.cookies["sessionid"], expired.cookies["sessionid"]]
        removals = [[room, alice.id, gone.alice.id]]
        site.call(revoke, sessions, [changed.id], [gone.bob.id], removals, torn)
        assert [await client.closed(15) for client in (deleted_session, expired_session)] == [4401, 4401]
        assert await new_password.closed(15) == 4401
        assert await deactivated.closed(15) == 4403
        await removed.see("gone", room=room)
        await removed.see("gone", room=torn)
        await witness.caught_up(room, 5)
        assert witness.texts(room) == ["before the removal", "after the removal"]
        # Nothing after the tick of the removal, and nothing of it later.
        assert told_until.cursor <= 4
        told = await post(witness, kept, "later")
        await post(witness, room, "later")
        await removed.caught_up(kept, told["tick"])
        assert "after the removal" not in str(removed.received)
        assert await _code(removed, room) == "not_found"


async def _code(client: ChatClient, room: int) -> str:
    reply = await (await client.begin("sync", room=room, since=0))
    return str(reply.get("code"))
