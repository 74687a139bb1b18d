"""Requests written byte by byte, for what no library would send, and what the server answers to them."""

import asyncio
import base64
import contextlib
import socket
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.people import Person
from tests.services.site import Server

# Longer than any server keeps a request that it does not understand.
PATIENCE = 45.0
KEY = base64.b64encode(b"sixteen bytes ok").decode()

Header = tuple[str | bytes, str | bytes]


@dataclass(frozen=True)
class Answer:
    """`status` 0: the connection ended without one. Names of `headers` are lower case."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def values(self, name: str) -> list[str]:
        return [value for each, value in self.headers if each == name]


def cookies_of(person: Person) -> str:
    return "; ".join(f"{name}={value}" for name, value in person.cookies.items())


def upgrade(server: Server, person: Person | None, **changes: Header | Sequence[Header] | None) -> bytes:
    """A handshake as a browser sends it, with headers replaced (several for one: repeated) or left out (None).

    Keys of `changes` are names in lower case with underscores.
    """
    headers: dict[str, Header | Sequence[Header] | None] = {
        "host": ("Host", f"127.0.0.1:{server.port}"),
        "upgrade": ("Upgrade", "websocket"),
        "connection": ("Connection", "Upgrade"),
        "sec_websocket_key": ("Sec-WebSocket-Key", KEY),
        "sec_websocket_version": ("Sec-WebSocket-Version", "13"),
        "origin": ("Origin", server.site.url),
        "cookie": ("Cookie", cookies_of(person)) if person else None,
    }
    return request("GET /ws/ HTTP/1.1", (headers | changes).values())


def request(line: str, headers: "Iterable[Header | Sequence[Header] | None]", body: bytes = b"") -> bytes:
    written = [line.encode("latin-1")]
    for header in headers:
        if header is not None:
            several = [header] if isinstance(header, tuple) else header
            written += [_bytes(name) + b": " + _bytes(value) for name, value in several]
    return b"\r\n".join([*written, b"", b""]) + body


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1")


async def ask(server: Server, sent: bytes) -> Answer:
    """Send bytes on a connection of their own and read one answer."""
    async with connection(server) as (reader, writer):
        return await ask_on(reader, writer, sent)


@asynccontextmanager
async def connection(
    server: Server, *, segment: int | None = None
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A TCP connection, dropped in the end; little of what comes is taken before it is asked for.

    `segment`, in bytes, cuts what comes into pieces as small as on a network: for the large ones of the loopback
    the server's kernel keeps megabytes, more than any window.
    """
    # Left alone, the kernel would take megabytes for who does not read.
    with socket.socket() as plain:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        if segment:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, segment)
        plain.setblocking(False)
        await asyncio.get_running_loop().sock_connect(plain, ("127.0.0.1", server.port))
        reader, writer = await asyncio.open_connection(sock=plain.dup(), limit=4096)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def ask_on(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sent: bytes, *, body: bool = True
) -> Answer:
    """Without `body` what follows the head of the answer is left in the socket."""
    writer.write(sent)
    # The answer may come while the rest is sent.
    with contextlib.suppress(ConnectionError):
        await writer.drain()
    async with asyncio.timeout(PATIENCE):
        return await _read_answer(reader, body)


async def _read_answer(reader: asyncio.StreamReader, with_body: bool) -> Answer:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return Answer(0, [], b"")
    line, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    split = [each.partition(":") for each in lines]
    headers = [(name.lower(), value.strip()) for name, _, value in split]
    status = int(line.split()[1])
    length = int(dict(headers).get("content-length", "0"))
    body = await _read_some(reader, length) if with_body and status != 101 else b""
    return Answer(status, headers, body)


async def _read_some(reader: asyncio.StreamReader, length: int) -> bytes:
    try:
        return await reader.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


def is_held(server: Server, writer: asyncio.StreamWriter) -> bool:
    """Whether the server has a file for it. A connection it gave up has none, though the kernel sends on."""
    mine = writer.get_extra_info("sockname")[1]
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, *_, inode = line.split()[:10]
        if int(local[-4:], 16) == server.port and int(remote[-4:], 16) == mine:
            return inode != "0"
    return False
