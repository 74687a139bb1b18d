"""One process on SQLite with neighbours: a disk that fills up, a reader that does not end, a bulk writer."""

import asyncio
import resource
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.client import ChatClient, Refused, online
from tests.people import Company, gather
from tests.processes.pairs import all_told, talk
from tests.services.site import NewSite, Server, Site
from tests.services.sqlite import reader

KINDS = pytest.mark.parametrize("kind", ["daphne", "uvicorn"])


@dataclass(frozen=True)
class Conversation:
    site: Site
    server: Server
    company: Company
    alice: ChatClient
    bob: ChatClient

    @property
    def file(self) -> Path:
        return self.site.folder / "chat.sqlite3"

    async def goes_on(self) -> None:
        last = await talk(self.company.general, self.alice, self.bob)
        await all_told(self.company.general, last, self.alice, self.bob)


@asynccontextmanager
async def conversation(new_site: NewSite, kind: str) -> AsyncIterator[Conversation]:
    with new_site() as site, site.serve(kind) as server:
        company = gather(site)
        async with online(server, company.alice) as alice, online(server, company.bob) as bob:
            yield Conversation(site, server, company, alice, bob)


@KINDS
@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="Linux alone limits another process's files")
async def test_a_full_disk_refuses_and_heals(new_site: NewSite, kind: str) -> None:
    async with conversation(new_site, kind) as talking:
        alice, room = talking.alice, talking.company.general
        await talking.goes_on()
        before = stored_texts(talking.file, room)
        with full_disk(talking):
            for number in range(3):
                with pytest.raises(Refused) as refusal:
                    await alice.send("post", ref=f"full {number}", room=room, text="x" * 8000)
                assert refusal.value.code == "unavailable"
            assert await alice.send("sync", room=room, since=0) == {}
            assert stored_texts(talking.file, room) == before
        for number in range(3):
            await alice.send("post", ref=f"full {number}", room=room, text="x" * 8000)
        await talking.goes_on()
        assert len(stored_texts(talking.file, room)) == len(before) + 43


@contextmanager
def full_disk(talking: Conversation) -> Iterator[None]:
    """No file of the server's may grow past what the write-ahead log has reached."""
    assert talking.server.process
    process = talking.server.process.pid
    limit = Path(f"{talking.file}-wal").stat().st_size
    old = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (limit, old[1]))
    try:
        yield
    finally:
        resource.prlimit(process, resource.RLIMIT_FSIZE, old)


async def test_a_reader_that_does_not_end_stops_nobody(new_site: NewSite) -> None:
    async with conversation(new_site, "daphne") as talking:
        with closing(reader(talking.file)) as other:
            await talking.goes_on()
            assert other.execute("SELECT count(*) FROM chat_message").fetchone() == (0,)
            await talking.goes_on()


async def test_a_bulk_writer_in_another_process_stops_nobody(new_site: NewSite) -> None:
    async with conversation(new_site, "daphne") as talking:
        company = talking.company
        filling = asyncio.create_task(
            asyncio.to_thread(talking.site.call, fill, company.alice.id, company.general, 60)
        )
        for _ in range(5):
            await talking.goes_on()
        assert not filling.done(), "both must write at once for this test to mean anything"
        await filling
        await talking.goes_on()
        assert len(stored_texts(talking.file, company.general)) == 6 * 40 + 60 * 200


def fill(author: int, room: int, batches: int) -> None:
    """As an import does."""
    from chat.actions.posting import Draft, post_many

    for batch in range(batches):
        post_many([Draft(author, room, f"bulk {batch} {number}", "*words*") for number in range(200)])


def stored_texts(file: Path, room: int) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("SELECT text FROM chat_message WHERE room_id = ? ORDER BY tick", [room])
        return [text for (text,) in rows]
