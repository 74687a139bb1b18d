"""Five who read nothing while 4,000 messages of 8 KB flow in their room: they cost the process next to nothing."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from tests.client import ChatClient, online
from tests.hostile.frames import command, unread_socket, waiting
from tests.hostile.memory import private_bytes
from tests.people import add_person, add_room, gather
from tests.services.site import NewSite

MESSAGES, SIZE, BURST = 4_000, 8_000, 40
SILENT = 5
MIB = 1024 * 1024


@pytest.mark.parametrize("kind", ["daphne", "uvicorn"])
async def test_readers_that_never_read(new_postgres_site: NewSite, kind: str) -> None:
    # On PostgreSQL, for SQLite keeps pages in the process and would hide what is looked for.
    with new_postgres_site() as site, site.serve(kind) as server:
        company = gather(site)
        silent = [add_person(site, f"silent-{number}") for number in range(SILENT)]
        members = {company.alice: "owner", company.bob: "member"} | dict.fromkeys(silent, "member")
        room = add_room(site, "Torrent", members=members)
        text = ("word " * (SIZE // 5))[: SIZE - 8]
        async with online(server, company.alice) as alice, online(server, company.bob) as bob:
            readers = (alice, bob)
            # What the process holds for a room that talks, it holds without them, too.
            await _talk(alice, room, text, 400, readers)
            before = private_bytes(server)
            async with AsyncExitStack() as sockets:
                writers = [await sockets.enter_async_context(unread_socket(server, each)) for each in silent]
                for at in range(0, MESSAGES, 400):
                    await _talk(alice, room, text, 400, readers)
                    # One of them sends on without ever reading.
                    writers[0].write(command(type="ping", ref=f"p{at}"))
                    if at == 0:
                        assert all(b'"events"' in waiting(each) for each in writers), "they must be told, too"
                grown = private_bytes(server) - before
                assert grown < SILENT * 2 * MIB, f"{grown / MIB:.1f} MiB"
            # Completeness and order are the ledger's to check.
            for reader in readers:
                assert len(reader.room(room).messages) == MESSAGES + 400


async def _talk(poster: ChatClient, room: int, text: str, count: int, readers: tuple[ChatClient, ...]) -> None:
    for start in range(0, count, BURST):
        posts = [poster.send("post", room=room, text=f"{text} {start + n}") for n in range(BURST)]
        last = max(told["tick"] for told in await asyncio.gather(*posts))
        for reader in readers:
            await reader.caught_up(room, last)
