"""What the servers' libraries get wrong under clients that pipeline, hurry, close unread, or read only headers."""

import asyncio
import contextlib
from collections.abc import Sequence

import pytest

from tests.client import online
from tests.hostile.frames import PING, TEXT, command, frame, waiting
from tests.hostile.raw import ask_on, connection, cookies_of, is_held, request, upgrade
from tests.people import Company
from tests.processes.pairs import eventually
from tests.services.site import Server

CLOSE, PONG = 0x8, b"\x8a"
BAD_TEXT = frame(TEXT, b"\xff")
WITHIN = 30.0  # seconds; LINGER of the servers is 5


async def test_a_head_request_for_a_large_answer_brings_no_body(server: Server, company: Company) -> None:
    """Django gives it to the server whole, in pieces of 64 KB."""
    async with online(server, company.alice) as alice:
        for _ in range(20):
            await alice.send("post", room=company.general, text="x" * 7_000)
    headers = [("Host", f"127.0.0.1:{server.port}"), ("Cookie", cookies_of(company.bob)), ("Connection", "close")]
    path = f"/api/rooms/{company.general}/messages"
    async with connection(server) as (reader, writer):
        answer = await ask_on(reader, writer, request(f"HEAD {path} HTTP/1.1", headers), body=False)
        assert answer.status == 200
        assert await _rest(reader) == b""
    with company.bob.http(server.url) as http:
        assert len((await asyncio.to_thread(http.get, path)).content) > 2 * 64 * 1024


async def test_each_of_several_pings_is_answered(server: Server, company: Company) -> None:
    """Though the answer to the first still waits when the next is read."""
    async with connection(server) as (reader, writer):
        assert (await ask_on(reader, writer, upgrade(server, company.bob))).status == 101
        writer.write(frame(PING, b"a") * 3)
        async with asyncio.timeout(WITHIN):
            assert await reader.readexactly(9) == (PONG + b"\x01a") * 3


async def test_one_who_closes_and_reads_nothing_is_dropped(server: Server, company: Company) -> None:
    # Too much for the kernel, not yet for the window.
    text = "x" * 7_000
    async with online(server, company.alice) as alice, connection(server, segment=536) as (reader, writer):
        assert (await ask_on(reader, writer, upgrade(server, company.bob))).status == 101
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(command(type="hello", ref="h", cursors={}))
        await eventually(lambda: b'"welcome"' in waiting(writer), "a welcome")
        for _ in range(60):
            told = await alice.send("post", room=company.general, text=text)
            await alice.caught_up(company.general, told["tick"])
        assert is_held(server, writer), "it must not be dropped before it closes"
        writer.write(frame(CLOSE, b"\x03\xe8"))
        await eventually(lambda: not is_held(server, writer), "the end of the connection", WITHIN)


@pytest.mark.parametrize(
    "frames",
    [
        [BAD_TEXT, BAD_TEXT],
        [BAD_TEXT, frame(PING, b"a")],
        [BAD_TEXT, frame(TEXT, b"{}"), frame(CLOSE, b"\x03\xe8")],
    ],
    ids=["bad", "ping", "close"],
)
async def test_what_follows_a_bad_frame_is_not_answered(
    server: Server, company: Company, frames: Sequence[bytes]
) -> None:
    async with connection(server) as (reader, writer):
        assert (await ask_on(reader, writer, upgrade(server, company.bob))).status == 101
        writer.write(b"".join(frames))
        assert b"\x88" in await _rest(reader)


@pytest.mark.parametrize("second", ["page", "bad", "large", "handshake"])
async def test_what_is_pipelined_behind_a_refusal_or_an_answer(
    server: Server, company: Company, second: str
) -> None:
    """A request that runs must write nothing after the end."""
    host = ("Host", f"127.0.0.1:{server.port}")
    page = request("GET /api/rooms HTTP/1.1", [host, ("Cookie", cookies_of(company.bob))])
    large = request("GET / HTTP/1.1", [host, *[(f"X-{number}", "y" * 5_000) for number in range(4)]])
    behind = {"page": page, "bad": b"\0\r\n\r\n", "large": large + page, "handshake": upgrade(server, company.bob)}
    for first in (page, page * 2):
        async with connection(server) as (reader, writer):
            writer.write(first + behind[second] + request("GET / HTTP/1.1", [host, ("Connection", "close")]))
            writer.write_eof()
            await _rest(reader)


async def test_a_second_handshake_before_the_first_is_accepted(server: Server, company: Company) -> None:
    """Whenever it comes, it is no handshake any more, but a frame, and a bad one."""
    whole = upgrade(server, company.bob)
    for turns in range(0, 400, 20):
        async with connection(server) as (reader, writer):
            writer.write(whole)
            await writer.drain()
            for _ in range(turns):
                await asyncio.sleep(0)
            assert (await ask_on(reader, writer, whole)).status == 101
            # What came in one piece with the first was left out.
            writer.write(whole)
            assert (await _rest(reader))[:1] == b"\x88"


async def _rest(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(WITHIN):
        with contextlib.suppress(ConnectionError):
            return await reader.read()
    return b""
