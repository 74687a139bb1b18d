"""The proxy does to connections what its weather says, and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from tests.faults.proxy import Proxy, Weather, running_proxy

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Echo:
    port: int


@asynccontextmanager
async def echo() -> AsyncIterator[tuple[Proxy, Streams]]:
    """A connection through the proxy to a server that sends back what it gets."""

    async def send_back(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1024):
            writer.write(data)
        writer.close()

    listener = await asyncio.start_server(send_back, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    async with listener, running_proxy([Echo(port)]) as [door]:
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        assert await ask(reader, writer, b"hello") == b"hello"
        yield door, (reader, writer)
        writer.close()


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, words: bytes) -> bytes:
    writer.write(words)
    return await reader.readexactly(len(words))


async def test_a_cut_connection_is_reset() -> None:
    async with echo() as (door, (reader, _)):
        for link in list(door.links):
            link.reset()
        with pytest.raises(ConnectionResetError):
            await reader.read()


async def test_what_is_slow_comes_byte_by_byte_until_it_clears_up() -> None:
    async with echo() as (door, (reader, writer)):
        [link] = door.links
        link.turn(Weather.SLOW)
        writer.write(b"slowly")
        assert await reader.read(1024) == b"s"
        link.turn(Weather.CLEAR)
        assert await reader.readexactly(5) == b"lowly"


async def test_what_falls_into_the_hole_is_lost_and_the_connection_never_gets_well() -> None:
    async with echo() as (door, (reader, writer)):
        [link] = door.links
        link.turn(Weather.HOLE)
        link.turn(Weather.CLEAR)
        answer = asyncio.create_task(ask(reader, writer, b"lost"))
        again, other = await asyncio.open_connection("127.0.0.1", door.port)
        # By the time a new connection was answered, the old one would have been.
        assert await ask(again, other, b"through") == b"through"
        other.close()
        assert not answer.done()
        link.reset()
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await answer
