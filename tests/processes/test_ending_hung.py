"""A process is told to end while its database hangs: it ends all the same, before a supervisor loses patience."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from tests.client import Ended, online
from tests.people import gather
from tests.services.site import NewSite

GRACE = 40  # seconds, of docker-compose.yml and deploy/systemd


@pytest.mark.parametrize("kind", ["daphne", "uvicorn"])
async def test_a_database_that_hangs_does_not_hold_up_the_end(new_postgres_site: NewSite, kind: str) -> None:
    with new_postgres_site() as site, site.serve(kind) as server:
        company = gather(site)
        room = company.general
        async with online(server, company.alice) as alice, online(server, company.bob) as bob:
            stored = await alice.send("post", room=room, text="stored")
            await bob.caught_up(room, stored["tick"])
            with locked(site.database_url, room):
                unknown = await alice.begin("post", room=room, text="sent to the database")
                await alice.send("ping")
                waiting = await alice.begin("post", room=room, text="waits for the next batch")
                await alice.send("ping")
                assert server.process
                server.process.send_signal(signal.SIGTERM)
                assert await alice.closed(GRACE) == await bob.closed(GRACE) == 1012
                assert (await waiting)["code"] == "unavailable"
                with pytest.raises(Ended):
                    await unknown
                status = await asyncio.to_thread(server.process.wait, GRACE)
                server.process = None
        log = server.log.read_text()
        assert "The database did not answer for 10 seconds" in log
        # uvicorn ends by the signal itself, which waits for no thread; Daphne by the deadline.
        assert status == (1 if kind == "daphne" else -signal.SIGTERM)
        assert ("the process ends without it" in log) is (kind == "daphne")


@contextmanager
def locked(url: str, room: int) -> Iterator[None]:
    with psycopg.connect(url) as connection:
        connection.execute("SELECT 1 FROM chat_room WHERE id = %s FOR UPDATE", [room])
        yield
