"""The WebSocket door: let in, parse, call, answer. Rules live in the actions, delivery in `live`."""

import contextlib
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from channels.consumer import AsyncConsumer
from django.conf import settings
from django.db import Error as DatabaseFailure
from django.http.cookie import parse_cookie

from chat import access, frames, protocol
from chat.api.actors import address_of_scope
from chat.commands import Commands
from chat.errors import Refused
from chat.ids import connection_id, new_id
from chat.live import engine as engines
from chat.live.connection import Connection
from chat.live.frame import Frame
from chat.live.wire import WIRE


class ChatConsumer(AsyncConsumer):
    # The hub owns the process's one channel: a channel for each socket would cost memory and time.
    channel_layer_alias = None

    connection: Connection | None = None
    commands: Commands

    async def __call__(self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Any) -> None:
        """Channels' own loop makes a task of every wait and hops through the thread all consumers share for every
        frame: several times slower, and one slow query would stall every socket."""
        self.scope, self.base_send = scope, send
        connection_id.set(new_id())
        try:
            while (message := await receive())["type"] != "websocket.disconnect":
                await self.dispatch(message)
        finally:
            # Whatever ended it: a connection left in the hub would be online for ever.
            if self.connection is not None:
                self.connection.detach()
                self.commands.end()

    async def dispatch(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.receive":
            self._receive(message)
        else:
            await self._connect()

    async def _connect(self) -> None:
        engine = engines.current()
        headers = dict(self.scope["headers"])
        if not is_own_origin(
            headers.get(b"origin", b"").decode("latin-1"), headers.get(b"host", b"").decode("latin-1")
        ):
            await self._refuse()
            return
        cookies = parse_cookie(headers.get(b"cookie", b"").decode("latin-1"))
        session_key = cookies.get(settings.SESSION_COOKIE_NAME)
        if not session_key:
            await self._refuse()
            return
        offered = self.scope.get("subprotocols", [])
        known = (protocol.SUBPROTOCOL_JSON, protocol.SUBPROTOCOL_MSGPACK)
        subprotocol = next((name for name in offered if name in known), None)
        accept = {"type": "websocket.accept", "subprotocol": subprotocol}
        if engine is None:
            # On its way in while the process ends; new ones are not even taken.
            await self.base_send(accept)
            await self._close(protocol.Close.RESTART)
            return
        try:
            identity = await engine.reads.run(access.identity, session_key)
        except DatabaseFailure:
            # Neither yes nor no: to the client it is a server that restarts.
            await self.base_send(accept)
            await self._close(protocol.Close.RESTART)
            return
        if identity is None:
            await self._refuse()
            return
        await self.base_send(accept)
        if engine.closing:
            await self._close(protocol.Close.RESTART)
        elif engine.presence.sockets.too_many(identity.user_id):
            await self._close(protocol.Close.TOO_MANY)
        else:
            binary = subprotocol == protocol.SUBPROTOCOL_MSGPACK
            self.connection = Connection(
                engine.hub,
                identity,
                send=self._send_binary if binary else self._send_text,
                shut=lambda code: engine.hub.spawn(self._close(code)),
                binary=binary,
            )
            self.commands = Commands(engine, self.connection, partial(address_of_scope, self.scope))
            engine.hub.add(self.connection)
            engine.presence.touch(identity.user_id)

    async def _refuse(self) -> None:
        """Before the upgrade: the servers answer with 403."""
        await self.base_send({"type": "websocket.close"})

    async def _close(self, code: int) -> None:
        # The client may have left in this moment, which servers tell so (ASGI, "Disconnected Client").
        with contextlib.suppress(OSError):
            await self.base_send({"type": "websocket.close", "code": code})

    # Past ASGI's messages and coroutines, whose price is that of the sending itself: both servers offer a way in.

    def _send_text(self, frame: Frame) -> None:
        self.scope["extensions"][WIRE](frame.wire(binary=False))

    def _send_binary(self, frame: Frame) -> None:
        self.scope["extensions"][WIRE](frame.wire(binary=True))

    def _receive(self, message: dict[str, Any]) -> None:
        connection = self.connection
        if connection is None or connection.closed:
            return
        frame = message.get("bytes") if message.get("text") is None else message["text"]
        if frame is None or isinstance(frame, bytes) != connection.binary:
            self.commands.refuse(None, Refused("invalid", "This frame is not of the subprotocol's kind."))
            return
        try:
            command = frames.decode(frame)
        except frames.BadFrame as error:
            self.commands.refuse(error.ref, error)
            return
        self.commands.run(command)


def is_own_origin(origin: str, host: str) -> bool:
    """Whether a browser's page of this site opened the socket: exact scheme, host and port.

    On a loopback site the port is whichever the server was started on, so the origin must equal the Host.
    """
    if origin == settings.SITE_ORIGIN:
        return True
    return bool(settings.SITE_IS_LOOPBACK and _is_loopback(origin) and origin == f"http://{host}")


def _is_loopback(origin: str) -> bool:
    try:
        return urlsplit(origin).hostname in ("127.0.0.1", "localhost", "::1")
    except ValueError:
        return False
