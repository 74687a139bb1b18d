"""Connections that begin something and never end it: dropped within seconds, and nobody waits for them."""

import asyncio
from contextlib import AsyncExitStack

from tests.client import online
from tests.hostile.raw import connection, request, upgrade
from tests.people import gather
from tests.services.site import NewSite, Server

EACH = 100  # of every kind, five of them
# HEADER_TIMEOUT of the servers after the last byte, and what a busy machine needs to close five hundred.
WITHIN = 20 + 60
TLS_HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(32)) * 4


async def test_what_never_ends_is_dropped_and_hinders_nobody(new_site: NewSite) -> None:
    """Both servers at once: it takes them the whole time."""

    async def serve_and_hold(kind: str) -> None:
        with new_site() as site, site.serve(kind) as server:
            await _hold(server)

    await asyncio.gather(*[serve_and_hold(kind) for kind in ("daphne", "uvicorn")])


async def _hold(server: Server) -> None:
    company = gather(server.site)
    whole = upgrade(server, company.bob)
    header = request("GET / HTTP/1.1", [("Host", f"127.0.0.1:{server.port}")])
    beginnings = (b"", b"GET /wo", whole.removesuffix(b"\r\n"), header.removesuffix(b"\r\n"), TLS_HELLO)
    async with AsyncExitStack() as open_, online(server, company.alice) as alice:
        held = []
        for beginning in beginnings * EACH:
            reader, writer = await open_.enter_async_context(connection(server))
            writer.write(beginning)
            held.append(asyncio.create_task(reader.read()))
        drips = []
        for begun, rest in (
            (b"", header),
            (header.removesuffix(b"\r\n") + b"Content-Length: 5\r\nX: y\r\n", b"Y: " + b"y" * 99),
        ):
            reader, writer = await open_.enter_async_context(connection(server))
            drips.append(asyncio.create_task(_drip(writer, begun, rest)))
            held.append(asyncio.create_task(reader.read()))
        # In the midst of it people come in, and talk.
        async with online(server, company.bob) as bob:
            told = await alice.send("post", room=company.general, text="anybody there?")
            await bob.caught_up(company.general, told["tick"])
        with company.alice.http(server.url) as http:
            assert (await asyncio.to_thread(http.get, "/api/rooms")).status_code == 200
        assert not all(each.done() for each in held)
        async with asyncio.timeout(WITHIN):
            await asyncio.wait(held)
        for drip in drips:
            drip.cancel()
        assert (await alice.send("ping")) == {}


async def _drip(writer: asyncio.StreamWriter, begun: bytes, header: bytes) -> None:
    """A byte a second: each comes well before a limit between two would."""
    writer.write(begun)
    for at in range(len(header)):
        writer.write(header[at : at + 1])
        await asyncio.sleep(1)
