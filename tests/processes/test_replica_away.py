"""A replica that is gone or hangs: nobody waits for it, and history comes from it again when it is back."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tests.client import ChatClient, online
from tests.people import Company
from tests.processes.pairs import eventually
from tests.processes.replicas import Replicated, texts
from tests.services.site import Server

AWAY = "The replica is away"
BACK = "The replica is back"


async def test_without_it_history_goes_on_with_one_warning_and_later_comes_from_it_again(
    replicated: Replicated, readers: Company
) -> None:
    room = readers.general
    first, second = replicated.servers
    async with online(first, readers.alice) as alice, online(second, readers.bob) as bob:
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


async def test_one_that_hangs_holds_up_no_page(replicated: Replicated, readers: Company) -> None:
    """It answers who asks for the clock, and nobody who wants messages."""
    room = readers.general
    async with online(replicated.pair.first, readers.alice) as alice:
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
