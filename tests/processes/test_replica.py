"""Pages of history from a streaming replica: it serves those that it has in full, and no others."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.client import ChatClient, Refused, online
from tests.ledger import Object
from tests.people import Company, Person, add_room
from tests.processes.pairs import eventually
from tests.processes.replicas import Replicated, texts
from tests.services.replica import Replica
from tests.services.site import Server


@contextmanager
def held(replica: Replica) -> Iterator[None]:
    replica.hold()
    try:
        yield
    finally:
        replica.go_on()


def page_by_http(server: Server, person: Person, room: int) -> Object:
    with person.http(server.url) as http:
        answer = http.get(f"/api/rooms/{room}/messages")
    page: Object = answer.json()
    return page


async def until_served(replicated: Replicated, client: ChatClient, room: int) -> None:
    """Ask for pages until one comes from the replica."""
    async with asyncio.timeout(60):
        while not replicated.pages_served():
            await client.send("history", room=room)
            await asyncio.sleep(0.05)


async def test_all_doors_of_all_processes_read_history_there_and_nothing_else(
    replicated: Replicated, readers: Company
) -> None:
    room = readers.general
    first, second = replicated.servers
    async with online(first, readers.alice) as alice, online(second, readers.bob) as bob:
        for number in range(5):
            await alice.send("post", room=room, text=str(number))
        await eventually(lambda: replicated.replayed(room), "the replica")
        replicated.replica.new_log()
        pages = [await client.send("history", room=room) for client in (alice, bob)]
        pages += [
            await asyncio.to_thread(page_by_http, server, readers.bob, room) for server in replicated.servers
        ]
        assert [texts(page) for page in pages] == [["0", "1", "2", "3", "4"]] * 4
        await bob.send("sync", room=room, since=0)
        await alice.send("read", room=room, tick=7)
    log = replicated.replica.new_log()
    assert log.count('FROM "chat_message" INNER JOIN') == 4
    tables = set(re.findall(r'statement: SELECT .*?FROM "(\w+)"', log))
    assert tables == {"chat_room", "chat_message", "chat_reaction", "chat_mention", "chat_attachment"}


async def test_one_that_is_behind_serves_nothing(replicated: Replicated, readers: Company) -> None:
    room = readers.general
    async with (
        online(replicated.pair.first, readers.alice) as alice,
        online(replicated.pair.second, readers.bob) as bob,
    ):
        kept = await alice.send("post", room=room, text="as it was")
        gone = await alice.send("post", room=room, text="to be deleted")
        await eventually(lambda: replicated.replayed(room), "the replica")
        assert texts(await bob.send("history", room=room)) == ["as it was", "to be deleted"]
        assert replicated.pages_served() == 1
        with held(replicated.replica):
            await alice.send("edit", message=kept["id"], text="as it is")
            await alice.send("delete", message=gone["id"])
            await alice.send("post", room=room, text="new")
            for client in (alice, bob):
                assert texts(await client.send("history", room=room)) == ["as it is", "", "new"]
            assert replicated.pages_served() == 0
        await until_served(replicated, bob, room)
        assert texts(await bob.send("history", room=room)) == ["as it is", "", "new"]


async def test_whoever_edits_or_deletes_never_sees_it_as_it_was(replicated: Replicated, readers: Company) -> None:
    """While the replica falls behind and catches up, again and again."""
    room, done = readers.general, asyncio.Event()

    async def stumble() -> None:
        while not done.is_set():
            await asyncio.to_thread(replicated.replica.hold)
            await asyncio.sleep(0.02)
            await asyncio.to_thread(replicated.replica.go_on)
            await asyncio.sleep(0.02)

    async def change(client: ChatClient) -> None:
        post = await client.send("post", room=room, text="first")
        for number in range(40):
            await client.send("edit", message=post["id"], text=str(number))
            assert await read_own(client, post) == (str(number), False)
        await client.send("delete", message=post["id"])
        assert await read_own(client, post) == (None, True)

    async def read_own(client: ChatClient, post: Object) -> tuple[str | None, bool]:
        page = await client.send("history", room=room, limit=200)
        [own] = [message for message in page["messages"] if message["id"] == post["id"]]
        return own.get("text"), own.get("deleted", False)

    stumbling = asyncio.create_task(stumble())
    async with (
        online(replicated.pair.first, readers.alice) as one,
        online(replicated.pair.second, readers.alice) as two,
        online(replicated.pair.first, readers.bob) as three,
        online(replicated.pair.second, readers.bob) as four,
    ):
        try:
            await asyncio.gather(*[change(client) for client in (one, two, three, four)])
        finally:
            done.set()
            await stumbling
    assert 0 < replicated.pages_served() < 4 * 41, "some pages came from either"


async def test_who_was_removed_is_refused_though_the_replica_still_has_them(
    replicated: Replicated, readers: Company
) -> None:
    bob = readers.bob
    room = add_room(replicated.pair.site, "Backroom", "private", members={readers.alice: "owner", bob: "member"})
    await eventually(lambda: replicated.replayed(room), "the replica")
    async with online(replicated.pair.second, bob) as client:
        await client.send("history", room=room)
        assert replicated.pages_served() == 1
        with held(replicated.replica):
            with readers.alice.http(replicated.pair.first.url) as http:
                answer = await asyncio.to_thread(http.delete, f"/api/rooms/{room}/members/{bob.id}")
                assert answer.status_code == 200
            with pytest.raises(Refused) as refused:
                await client.send("history", room=room)
            assert refused.value.code == "not_found"
            with bob.http(replicated.pair.second.url) as http:
                answer = await asyncio.to_thread(http.get, f"/api/rooms/{room}/messages")
                assert answer.status_code == 404
            membership = 'SELECT "left" FROM chat_membership WHERE room_id = %s AND user_id = %s'
            assert replicated.pages_served() == 0
            assert replicated.replica.ask("chat", membership, (room, bob.id)) is False, "it knows nothing of it"


def rename(user: int, name: str) -> None:
    """For `Site.call`."""
    from chat.actions import people
    from chat.models import User

    people.update_profile(user=User.objects.get(pk=user), name=name, language="", time_zone="")


async def test_a_new_name_shows_though_the_replica_has_the_old_one(
    replicated: Replicated, readers: Company
) -> None:
    """It takes no tick: by the room's clock the replica has all."""
    room = readers.general
    async with online(replicated.pair.first, readers.alice) as alice:
        post = await alice.send("post", room=room, text="hello")
        await alice.send("post", room=room, text="again", reply_to=post["id"])
        await eventually(lambda: replicated.replayed(room), "the replica")
        with held(replicated.replica):
            await asyncio.to_thread(replicated.pair.site.call, rename, readers.alice.id, "Alicia")
            page = await alice.send("history", room=room)
            assert replicated.pages_served() == 1
        names = [message["author"]["name"] for message in page["messages"]]
        assert names == ["Alicia", "Alicia"]
        assert page["messages"][1]["reply_to"]["author"]["name"] == "Alicia"
