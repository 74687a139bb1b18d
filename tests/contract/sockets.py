"""Bare sockets, for what the chat client would never send."""

import asyncio
import contextlib
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from tests.people import Person
from tests.services.site import Server


def bare(
    server: Server, person: Person, *offered: str, path: str = ""
) -> AbstractAsyncContextManager[ClientConnection]:
    """A signed-in WebSocket that offers these subprotocols (none: no header) and checks nothing."""
    cookie = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
    return connect(
        server.websocket_url + path,
        origin=Origin(server.site.url),
        subprotocols=[Subprotocol(name) for name in offered] or None,
        additional_headers={"Cookie": cookie},
        max_size=2**20,
        compression=None,
        ping_interval=None,
        proxy=None,
    )


async def close_code_after(socket: ClientConnection, frames: Iterable[str]) -> int | None:
    """Send frames as fast as they go, reading beside, until the server closes."""

    async def read() -> None:
        with contextlib.suppress(ConnectionClosed):
            async for _ in socket:
                pass

    reading = asyncio.create_task(read())
    # The close may come while the rest is sent.
    with contextlib.suppress(ConnectionClosed):
        for frame in frames:
            await socket.send(frame)
    async with asyncio.timeout(10):
        await reading
    return socket.close_code
