"""Floods beneath the limits of commands: of control frames, of fragments, of bodies; and readers of files."""

import asyncio
import contextlib
import os
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from tests.client import JSON, MSGPACK, online
from tests.contract.hostile import ping
from tests.contract.sockets import bare
from tests.hostile.frames import PING, frame, unread_socket, waiting
from tests.hostile.memory import private_bytes
from tests.hostile.raw import ask, ask_on, connection, cookies_of, request
from tests.people import Company
from tests.services.site import NewSite, Server

MIB = 1024 * 1024
PINGED = b"x" * 125
PONG = b"\x8a\x7d" + PINGED


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def small(request: pytest.FixtureRequest, new_site: NewSite) -> Iterator[Server]:
    """A site where uploads have at most 2 MiB."""
    with new_site(MAX_UPLOAD_MB="2") as site, site.serve(request.param) as server:
        yield server


async def test_pings_without_end_of_one_who_reads_nothing(server: Server, company: Company) -> None:
    pings = frame(PING, PINGED) * 500
    async with unread_socket(server, company.bob) as writer, online(server, company.alice) as alice:
        before = private_bytes(server)
        for _ in range(200):
            writer.write(pings)
            await writer.drain()
        assert (await alice.send("ping")) == {}
        assert PONG in waiting(writer)
        # 13 MB of pings; answered, they would wait here as pongs.
        assert private_bytes(server) - before < 4 * MIB


@pytest.mark.parametrize("subprotocol", [JSON, MSGPACK])
async def test_a_message_of_empty_fragments_without_end(
    server: Server, company: Company, subprotocol: str
) -> None:
    """No limit of bytes ends it, and each is a place in a list."""
    command = '{"type": "ping", "ref": "1"}' if subprotocol == JSON else ping()
    nothing = command[:0]
    async with bare(server, company.bob, subprotocol) as socket:
        await socket.send([command, *[nothing] * 1_000])
        assert await asyncio.wait_for(socket.recv(), 10)
        with contextlib.suppress(ConnectionClosed):
            await socket.send([nothing] * 3_000)
        await asyncio.wait_for(socket.wait_closed(), 10)
        assert socket.close_code == 1009


async def test_a_body_larger_than_any_upload_is_refused_unread(small: Server) -> None:
    """By anybody: nobody is asked who they are before the body is there."""
    host = ("Host", f"127.0.0.1:{small.port}")
    stored = _temporary_bytes(small)
    for length in (3 * MIB, 10**15):
        answer = await ask(
            small, request("POST /api/attachments HTTP/1.1", [host, ("Content-Length", str(length))])
        )
        assert answer.status == 413
        assert b'"too_large"' in answer.body
    # As much as may come is read, whoever sends it.
    allowed = request("POST /api/attachments HTTP/1.1", [host, ("Content-Length", str(MIB))], b"x" * MIB)
    assert (await ask(small, allowed)).status == 401
    chunked = request("POST /api/attachments HTTP/1.1", [host, ("Transfer-Encoding", "chunked")])
    piece = b"%x\r\n" % (64 * 1024) + b"x" * 64 * 1024 + b"\r\n"
    before = private_bytes(small)
    assert (await ask(small, chunked + piece * 160)).status == 413
    assert private_bytes(small) - before < 4 * MIB
    assert _temporary_bytes(small) - stored < 4 * MIB


async def test_a_file_that_nobody_reads_stays_on_disk(server: Server, company: Company) -> None:
    with company.bob.http(server.url) as http:
        sent = http.post("/api/attachments", files={"file": ("noise.bin", os.urandom(20 * MIB))})
        path = sent.json()["url"]
    headers = [("Host", f"127.0.0.1:{server.port}"), ("Cookie", cookies_of(company.bob))]
    before = private_bytes(server)
    async with AsyncExitStack() as open_, online(server, company.alice) as alice:
        for _ in range(5):
            reader, writer = await open_.enter_async_context(connection(server))
            asked = request(f"GET {path} HTTP/1.1", headers)
            assert (await ask_on(reader, writer, asked, body=False)).status == 200
        # Meanwhile somebody reads it, and that takes longer than filling memory would.
        with company.bob.http(server.url) as http:
            assert len((await asyncio.to_thread(http.get, path)).content) == 20 * MIB
        assert (await alice.send("ping")) == {}
        # 100 MB are asked for.
        assert private_bytes(server) - before < 20 * MIB


def _temporary_bytes(server: Server) -> int:
    """What the process has in files without a name, where bodies wait."""
    assert server.process
    total = 0
    for link in Path(f"/proc/{server.process.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            if "(deleted)" in str(link.readlink()):
                total += link.stat().st_size
    return total
