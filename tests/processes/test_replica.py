"""Pages of history from a streaming replica: it serves them when it has them in full, and nobody waits for it.

The replica logs every statement; what is in its log was read there.
"""

import asyncio
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import psycopg
import pytest

from tests.client import ChatClient, Refused, online
from tests.ledger import Object
from tests.people import Company, Person, add_room, gather
from tests.processes.pairs import Pair, eventually
from tests.services.postgres import Postgres, running_postgres
from tests.services.redis import RedisServer
from tests.services.replica import Replica, running_replica
from tests.services.site import Server, running_site

AWAY = "The replica is away"
BACK = "The replica is back"


@dataclass(frozen=True)
class Replicated:
    pair: Pair
    primary: Postgres
    replica: Replica

    @property
    def servers(self) -> tuple[Server, Server]:
        return self.pair.first, self.pair.second

    def pages_served(self) -> int:
        """Pages that were read from the replica since the last call."""
        return len(re.findall(r'statement: SELECT .*FROM "chat_message" INNER JOIN', self.replica.new_log()))

    def replayed(self, room: int) -> bool:
        """Whether the replica has come as far as the primary in this room."""
        query = "SELECT clock FROM chat_room WHERE id = %s"
        with psycopg.connect(self.primary.url) as connection:
            row = connection.execute(query, [room]).fetchone()
            assert row is not None
        return bool(self.replica.ask("chat", query, (room,)) == row[0])


@pytest.fixture(scope="module")
def replicated(module_redis: RedisServer) -> Iterator[Replicated]:
    with ExitStack() as stack:
        primary = stack.enter_context(running_postgres())
        replica = stack.enter_context(running_replica(primary))
        settings = {"DATABASE_REPLICA_URL": replica.url}
        site = stack.enter_context(running_site(primary.url, module_redis.url, **settings))
        site.manage("migrate", "--verbosity=0")
        pair = Pair(site, stack.enter_context(site.serve("daphne")), stack.enter_context(site.serve("uvicorn")))
        yield Replicated(pair, primary, replica)


@pytest.fixture
def company(replicated: Replicated) -> Iterator[Company]:
    """Fresh people in a room that the replica has in full."""
    company = gather(replicated.pair.site)
    wait_for_replay(replicated, company.general)
    replicated.pages_served()
    yield company
    for server in replicated.servers:
        server.assert_quiet()


def wait_for_replay(replicated: Replicated, room: int) -> None:
    asyncio.run(eventually(lambda: replicated.replayed(room), "the replica"))


@contextmanager
def held(replica: Replica) -> Iterator[None]:
    replica.hold()
    try:
        yield
    finally:
        replica.go_on()


def texts(page: Object) -> list[str]:
    return [message.get("text", "") for message in page["messages"]]


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
    replicated: Replicated, company: Company
) -> None:
    room = company.general
    first, second = replicated.servers
    async with online(first, company.alice) as alice, online(second, company.bob) as bob:
        for number in range(5):
            await alice.send("post", room=room, text=str(number))
        await eventually(lambda: replicated.replayed(room), "the replica")
        replicated.replica.new_log()
        pages = [await client.send("history", room=room) for client in (alice, bob)]
        pages += [
            await asyncio.to_thread(page_by_http, server, company.bob, room) for server in replicated.servers
        ]
        assert [texts(page) for page in pages] == [["0", "1", "2", "3", "4"]] * 4
        await bob.send("sync", room=room, since=0)
        await alice.send("read", room=room, tick=7)
    log = replicated.replica.new_log()
    assert log.count('FROM "chat_message" INNER JOIN') == 4
    tables = set(re.findall(r'statement: SELECT .*?FROM "(\w+)"', log))
    assert tables == {"chat_room", "chat_message", "chat_reaction", "chat_mention", "chat_attachment"}


async def test_one_that_is_behind_serves_nothing(replicated: Replicated, company: Company) -> None:
    room = company.general
    async with (
        online(replicated.pair.first, company.alice) as alice,
        online(replicated.pair.second, company.bob) as bob,
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


async def test_whoever_edits_or_deletes_never_sees_it_as_it_was(replicated: Replicated, company: Company) -> None:
    """While the replica falls behind and catches up, again and again."""
    room, done = company.general, asyncio.Event()

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
        online(replicated.pair.first, company.alice) as one,
        online(replicated.pair.second, company.alice) as two,
        online(replicated.pair.first, company.bob) as three,
        online(replicated.pair.second, company.bob) as four,
    ):
        try:
            await asyncio.gather(*[change(client) for client in (one, two, three, four)])
        finally:
            done.set()
            await stumbling
    assert 0 < replicated.pages_served() < 4 * 41, "some pages came from either"


async def test_who_was_removed_is_refused_though_the_replica_still_has_them(
    replicated: Replicated, company: Company
) -> None:
    bob = company.bob
    room = add_room(replicated.pair.site, "Backroom", "private", members={company.alice: "owner", bob: "member"})
    await eventually(lambda: replicated.replayed(room), "the replica")
    async with online(replicated.pair.second, bob) as client:
        await client.send("history", room=room)
        assert replicated.pages_served() == 1
        with held(replicated.replica):
            with company.alice.http(replicated.pair.first.url) as http:
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
    replicated: Replicated, company: Company
) -> None:
    """It takes no tick: by the room's clock the replica has all."""
    room = company.general
    async with online(replicated.pair.first, company.alice) as alice:
        post = await alice.send("post", room=room, text="hello")
        await alice.send("post", room=room, text="again", reply_to=post["id"])
        await eventually(lambda: replicated.replayed(room), "the replica")
        with held(replicated.replica):
            await asyncio.to_thread(replicated.pair.site.call, rename, company.alice.id, "Alicia")
            page = await alice.send("history", room=room)
            assert replicated.pages_served() == 1
        names = [message["author"]["name"] for message in page["messages"]]
        assert names == ["Alicia", "Alicia"]
        assert page["messages"][1]["reply_to"]["author"]["name"] == "Alicia"


async def test_without_it_history_goes_on_with_one_warning_and_later_comes_from_it_again(
    replicated: Replicated, company: Company
) -> None:
    room = company.general
    first, second = replicated.servers
    async with online(first, company.alice) as alice, online(second, company.bob) as bob:
        await alice.send("post", room=room, text="hello")
        replicated.replica.crash()
        try:
            # Ten times the wait for a connection of the pool would take longer than this.
            async with asyncio.timeout(30):
                for _ in range(50):
                    for client in (alice, bob):
                        assert texts(await client.send("history", room=room)) == ["hello"]
        finally:
            replicated.replica.start()
        for server, client in ((first, alice), (second, bob)):
            log = await until_back(server, client, room)
            assert (log.count(AWAY), log.count(BACK)) == (1, 1), log
            assert "psycopg.pool" not in log, "the pool tells of each try"
        replicated.pages_served()
        for client in (alice, bob):
            assert texts(await client.send("history", room=room)) == ["hello"]
        assert replicated.pages_served() == 2


async def until_back(server: Server, client: ChatClient, room: int) -> str:
    """Ask for pages until the process takes the replica for alive; returns what it logged meanwhile."""
    log = server.new_log()
    async with asyncio.timeout(60):
        while BACK not in log:
            await client.send("history", room=room)
            await asyncio.sleep(0.05)
            log += server.new_log()
    return log


async def test_one_that_hangs_holds_up_no_page(replicated: Replicated, company: Company) -> None:
    """It answers who asks for the clock, and nobody who wants messages."""
    room = company.general
    async with online(replicated.pair.first, company.alice) as alice:
        await alice.send("post", room=room, text="hello")
        await eventually(lambda: replicated.replayed(room), "the replica")
        with messages_locked(replicated):
            async with asyncio.timeout(30):
                for _ in range(50):
                    assert texts(await alice.send("history", room=room)) == ["hello"]
            assert AWAY in replicated.pair.first.new_log()
        await until_back(replicated.pair.first, alice, room)


@contextmanager
def messages_locked(replicated: Replicated) -> Iterator[None]:
    """On the replica alone: there the lock is replayed, and its end is not."""
    locked = "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted"
    with psycopg.connect(replicated.primary.url) as connection:
        connection.execute("LOCK TABLE chat_message IN ACCESS EXCLUSIVE MODE")
        while not replicated.replica.ask("chat", locked):
            pass
        replicated.replica.hold()
        connection.rollback()
    try:
        yield
    finally:
        replicated.replica.go_on()
