"""What becomes of HTTP when a process is told to end: what is under way is answered, nothing new is taken."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import uuid4

import httpx
import pytest

from chat.live.engine import CLOSE_WAIT
from tests.contract.browsing import browser, clock, poll, say, streaming
from tests.people import gather
from tests.services.site import NewSite, Server

EDGE = b"edge"
FILE = b"plain words, line by line\n"


@pytest.mark.parametrize("kind", ["daphne", "uvicorn"])
async def test_what_is_under_way_is_answered_and_nothing_new_is_taken(new_site: NewSite, kind: str) -> None:
    with new_site() as site, site.serve(kind) as server:
        company = gather(site)
        room = company.general
        async with browser(server, company.alice) as alice, browser(server, company.bob) as bob:
            message = await say(alice, room, "before")
            cursors = {room: await clock(bob, room)}
            upload = Upload(alice)
            async with streaming(bob, cursors) as stream:
                await stream.until("delta")
                waiting = asyncio.create_task(poll(bob, cursors, 25))
                await upload.begun.wait()
                await connections(alice, 2)
                await told_to_end(server, alice)

                with pytest.raises(ConnectionRefusedError):
                    await asyncio.open_connection("127.0.0.1", server.port)
                # The next call finds another process; this one said nothing that was not so.
                assert (await waiting)["frames"] == []
                assert await stream.next() is None
                assert json.loads(stream.last_id) == {str(room): message["tick"]}
            # On a connection that is open: to be tried again, elsewhere.
            late = await alice.post(f"/api/rooms/{room}/messages", json={"ref": uuid4().hex, "text": "late"})
            assert (late.status_code, late.json()["error"]["code"]) == (503, "unavailable")
            assert late.headers["Retry-After"]
            assert (await bob.get("/api/sync", params={"wait": 25})).status_code == 503
            # By then the sockets are closed, and nothing but the upload holds up the end.
            await asyncio.sleep(2 * CLOSE_WAIT)
            upload.go.set()
            assert (await upload.answer).status_code == 201
        await ended(server)


@pytest.mark.parametrize("kind", ["daphne", "uvicorn"])
async def test_a_request_that_never_ends_holds_up_nothing_for_long(new_site: NewSite, kind: str) -> None:
    with new_site() as site, site.serve(kind) as server:
        company = gather(site)
        async with browser(server, company.alice) as alice:
            upload = Upload(alice)
            await upload.begun.wait()
            await told_to_end(server, alice)
            await ended(server)
            assert "not answered within 10 seconds" in server.log.read_text()
            upload.go.set()
            with suppress(httpx.TransportError):
                await upload.answer


class Upload:
    """A file whose second half waits for `go`."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.begun, self.go = asyncio.Event(), asyncio.Event()
        head = b'--%b\r\nContent-Disposition: form-data; name="file"; filename="notes.txt"\r\n\r\n' % EDGE
        self._parts = head + FILE, FILE + b"\r\n--%b--\r\n" % EDGE
        headers = {
            "Content-Type": f"multipart/form-data; boundary={EDGE.decode()}",
            "Content-Length": str(sum(map(len, self._parts))),
        }
        self.answer = asyncio.create_task(http.post("/api/attachments", content=self._send(), headers=headers))

    async def _send(self) -> AsyncIterator[bytes]:
        first, second = self._parts
        yield first
        # Asked for more: the first part is on its way.
        self.begun.set()
        await self.go.wait()
        yield second


async def connections(http: httpx.AsyncClient, number: int) -> None:
    """Wait until the process holds this many for streams and polls."""
    async with asyncio.timeout(30):
        while True:
            if f"chat_connections {float(number)}" in (await http.get("/metrics")).text:
                return
            await asyncio.sleep(0.01)


async def told_to_end(server: Server, witness: httpx.AsyncClient) -> None:
    """Returns when the process says so on a connection that was open before."""
    assert server.process
    assert (await witness.get("/readyz")).status_code == 200
    server.process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(30):
        while True:
            if (await witness.get("/readyz")).json() == {"status": "stopping"}:
                return
            await asyncio.sleep(0.01)


async def ended(server: Server) -> None:
    assert server.process
    await asyncio.to_thread(server.process.wait, 35)
