"""The socket's door in the test's own process: the consumer itself, on a running engine, and no server between."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections

from chat.consumers import ChatConsumer
from chat.live.engine import Engine
from chat.live.wire import WIRE

SHUT = "shut"  # refused before the upgrade


@asynccontextmanager
async def running_engine() -> AsyncIterator[Engine]:
    engine = Engine()
    engine.start()

    async def answered() -> None:
        pass

    try:
        yield engine
    finally:
        await engine.stop(answered)
        # Of the thread that all tests' synchronous work shares: the database could not be removed with it.
        await sync_to_async(connections.close_all)()


class Socket:
    def __init__(self, cookies: dict[str, str]) -> None:
        self._inbox: asyncio.Queue[Any] = asyncio.Queue()
        self._objects: asyncio.Queue[Any] = asyncio.Queue()
        self._refs: Iterator[int] = count()
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        self._scope = {
            "type": "websocket",
            "path": "/ws/",
            "headers": [(b"origin", settings.SITE_ORIGIN.encode()), (b"cookie", cookie.encode())],
            "client": ("192.0.2.7", 1),
            "extensions": {WIRE: self._take},
        }
        self.accepted: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    async def __aenter__(self) -> "Socket":
        self._running = asyncio.create_task(ChatConsumer()(self._scope, self._inbox.get, self._send))
        self._inbox.put_nowait({"type": "websocket.connect"})
        await self.accepted
        return self

    async def __aexit__(self, *_: object) -> None:
        self._inbox.put_nowait({"type": "websocket.disconnect"})
        await self._running

    async def ask(self, command: dict[str, Any]) -> str:
        """`ok`, or the code of the refusal."""
        if not await self.accepted:
            return SHUT
        ref = f"{id(self)}-{next(self._refs)}"
        self._inbox.put_nowait({"type": "websocket.receive", "text": json.dumps({**command, "ref": ref})})
        while True:
            answer = await asyncio.wait_for(self._objects.get(), 30)
            if answer.get("ref") == ref:
                return str(answer.get("code", answer["type"]))

    async def _send(self, message: dict[str, Any]) -> None:
        with suppress(asyncio.InvalidStateError):
            self.accepted.set_result(message["type"] == "websocket.accept")

    def _take(self, frame: bytes) -> None:
        """Whole frames, from which the header is cut: everything here is JSON."""
        # By its length: the bytes of a header may look like any letter (RFC 6455, section 5.2).
        header = {126: 4, 127: 10}.get(frame[1], 2)
        for item in json.loads(frame[header:]):
            self._objects.put_nowait(item)
