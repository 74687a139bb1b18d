"""A process that was told to end says so to whoever asks whether it can serve."""

import asyncio
import signal
import sqlite3

import httpx
import pytest

from tests.client import online
from tests.people import gather
from tests.services.site import NewSite


@pytest.mark.parametrize("kind", ["daphne", "uvicorn"])
async def test_while_it_stores_what_it_took_it_is_alive_and_not_ready(new_site: NewSite, kind: str) -> None:
    with new_site() as site, site.serve(kind) as server:
        assert server.process
        people = gather(site)
        async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=30) as http:
            # Opened before, as a load balancer's: new connections are taken no more.
            assert (await http.get("/readyz")).json()["status"] == "ok"
            async with online(server, people.alice) as alice:
                await alice.send("post", room=people.general, text="before")
                with sqlite3.connect(site.folder / "chat.sqlite3", isolation_level=None) as other:
                    other.execute("BEGIN IMMEDIATE")
                    held_up = await alice.begin("post", room=people.general, text="held up")
                    await alice.send("ping")
                    server.process.send_signal(signal.SIGTERM)
                    async with asyncio.timeout(30):
                        while True:
                            ready = await http.get("/readyz")
                            if ready.status_code != 200:
                                break
                            await asyncio.sleep(0.01)
                    assert ready.status_code == 503
                    assert ready.json() == {"status": "stopping"}
                    assert (await http.get("/healthz")).json() == {"status": "ok"}
                    assert "chat_stopping 1.0" in (await http.get("/metrics")).text
                    other.execute("ROLLBACK")
                assert (await held_up)["type"] == "ok"
                assert await alice.closed() == 1012
        await asyncio.to_thread(server.process.wait, 30)
