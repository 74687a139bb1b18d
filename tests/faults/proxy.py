"""A TCP proxy before a server, which does to its connections what networks do."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

CHUNK = 64 * 1024
BYTE_EVERY = 1.0  # seconds


class Weather(Enum):
    CLEAR = "clear"
    SLOW = "slow"  # a byte a second, both ways
    HOLE = "hole"  # what is sent vanishes, both ways, and nobody is told


@dataclass(eq=False)
class Link:
    """One connection through the proxy."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    weather: Weather = Weather.CLEAR
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def turn(self, weather: Weather) -> None:
        """A connection that lost bytes never gets well; what is slow may."""
        if self.weather is not Weather.HOLE:
            self.weather = weather
            self.changed.set()
            self.changed = asyncio.Event()

    def reset(self) -> None:
        """End both sides with RST."""
        for writer in (self.client, self.server):
            if not writer.transport.is_closing():
                # Linger for zero seconds: the kernel drops what waits and resets.
                at_once = struct.pack("ii", 1, 0)
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
                writer.transport.abort()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One direction, until it ends. Reads on only when the writer took all: back-pressure stays."""
        while data := await reader.read(CHUNK):
            while data:
                if self.weather is Weather.HOLE:
                    break
                size = 1 if self.weather is Weather.SLOW else len(data)
                writer.write(data[:size])
                await writer.drain()
                data = data[size:]
                if self.weather is Weather.SLOW:
                    await self._wait(BYTE_EVERY)

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self.changed.wait()
        except TimeoutError:
            pass


class Listening(Protocol):
    """What has a port on this machine: a process of the site, or a service it needs."""

    @property
    def port(self) -> int: ...


@dataclass(eq=False)
class Proxy:
    """A door to one server, with a port of its own."""

    server: Listening
    port: int = 0
    links: set[Link] = field(default_factory=set)

    @property
    def websocket_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws/"

    async def pass_through(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            from_server, to_server = await asyncio.open_connection("127.0.0.1", self.server.port)
        except OSError:
            writer.transport.abort()
            return
        link = Link(writer, to_server)
        self.links.add(link)
        both = [
            asyncio.create_task(link.carry(reader, to_server)),
            asyncio.create_task(link.carry(from_server, writer)),
        ]
        try:
            # When one side ends, so does the other: nothing here speaks over half a connection.
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in both:
                task.cancel()
            await asyncio.gather(*both, return_exceptions=True)
            self.links.discard(link)
            for side in (writer, to_server):
                side.close()


@asynccontextmanager
async def running_proxy(servers: Iterable[Listening]) -> AsyncIterator[list[Proxy]]:
    """A proxy before each of these servers."""
    async with AsyncExitStack() as stack:
        doors = []
        for server in servers:
            door = Proxy(server)
            listener = await asyncio.start_server(door.pass_through, "127.0.0.1", 0, backlog=1024)
            stack.push_async_callback(_close, door, listener)
            door.port = listener.sockets[0].getsockname()[1]
            doors.append(door)
        yield doors


async def _close(door: Proxy, listener: asyncio.Server) -> None:
    listener.close()
    for link in list(door.links):
        link.reset()
    await listener.wait_closed()
