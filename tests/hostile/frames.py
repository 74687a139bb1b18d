"""WebSocket frames as bytes, for clients that read nothing or break them up (RFC 6455 §5.2)."""

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from tests.hostile.raw import ask_on, connection, upgrade
from tests.people import Person
from tests.processes.pairs import eventually
from tests.services.site import Server

TEXT, PING = 0x1, 0x9
MASK = b"\0\0\0\0"  # the payload as it is


def frame(opcode: int, payload: bytes) -> bytes:
    first = 0x80 | opcode
    if len(payload) < 126:
        return struct.pack("!BB", first, 0x80 | len(payload)) + MASK + payload
    return struct.pack("!BBH", first, 0x80 | 126, len(payload)) + MASK + payload


def command(**fields: object) -> bytes:
    return frame(TEXT, json.dumps(fields).encode())


@asynccontextmanager
async def unread_socket(server: Server, person: Person) -> AsyncIterator[asyncio.StreamWriter]:
    """A socket that said `hello`, was welcomed, and takes nothing from the kernel after the handshake."""
    async with connection(server) as (reader, writer):
        answer = await ask_on(reader, writer, upgrade(server, person))
        assert answer.status == 101
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(command(type="hello", ref="h", cursors={}))
        await writer.drain()
        await eventually(lambda: b'"welcome"' in waiting(writer), "a welcome")
        yield writer


def waiting(writer: asyncio.StreamWriter) -> bytes:
    """What the kernel holds for one who reads nothing, and goes on holding."""
    with writer.get_extra_info("socket").dup() as same, suppress(BlockingIOError):
        held: bytes = same.recv(64 * 1024, socket.MSG_PEEK)
        return held
    return b""
