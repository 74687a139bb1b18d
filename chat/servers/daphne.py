"""Daphne, with a WebSocket protocol that closes as the contract says and shares the bytes of shared frames.

As it comes, Daphne turns the closes 1009 and 1012 into 1011, drops the connection on bad frames, says nothing on
SIGTERM, and builds every socket's bytes anew (docs/architecture.md, "Servers").
"""

import asyncio
from collections.abc import Callable
from typing import Any

import daphne.server
from autobahn.websocket.types import ConnectionDeny
from daphne.server import Server
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from twisted.internet import defer, reactor

from chat.live.engine import Engine
from chat.live.wire import WIRE
from chat.protocol import MAX_INBOUND

from .daphne_requests import ChatChannel, ChatFactory, ChatRequest
from .ending import end_in_time, requests_answered
from .refusals import LINGER, MOST_FRAGMENTS, MOST_PONGS, refusal

BACKLOG = 2048  # Daphne's own 50 makes a storm of reconnects wait for SYN retries of 1, 3 and 7 seconds
CLOSE_TIMEOUT = 5  # seconds for the client's answer to a close
WEBSOCKET_VERSION = 13  # of RFC 6455; Autobahn knows drafts, too
HANDSHAKE_TIMEOUT = 30  # seconds; after Daphne's own 5 a database that is away ended in no answer instead of 1012


class ChatProtocol(WebSocketProtocol):
    _pongs = 0  # since nothing waited

    def onConnect(self, request: Any) -> Any:  # noqa: N802 (Autobahn's name)
        # Answer a frame too large or of bad UTF-8 with 1009 or 1007 instead of dropping the connection.
        self.failByDrop = False
        self.closeHandshakeTimeout = CLOSE_TIMEOUT
        if request.version != WEBSOCKET_VERSION:
            raise ConnectionDeny(400, "Unknown version")  # type: ignore[no-untyped-call]
        return super().onConnect(request)

    def _dataReceived(self, data: bytes) -> None:  # noqa: N802
        if self.state != self.STATE_CONNECTING or not hasattr(self, "server"):
            super()._dataReceived(data)
            return
        # Autobahn would take it for one more handshake; what waits it reads when the first is accepted.
        self.data += data
        if len(self.data) > MAX_INBOUND:
            self.transport.abortConnection()

    def write_wire(self, wire: bytes) -> None:
        """Hand the bytes to the kernel at once if nothing waits before them.

        Twisted's own `write` buffers, asks the selector to watch the socket, writes in the next turn and stops
        watching: three system calls a frame instead of one, and as much again in Python.
        """
        if self.state != self.STATE_OPEN:
            return
        transport = self.transport
        if transport.dataBuffer or transport._tempDataBuffer or not transport.connected or transport.disconnecting:
            transport.write(wire)
            return
        written = transport.writeSomeData(wire)
        if not isinstance(written, int):
            transport.loseConnection()
        elif written < len(wire):
            transport.write(wire[written:])

    def onMessageFrameBegin(self, length: int) -> None:  # noqa: N802
        super().onMessageFrameBegin(length)
        if len(self.message_data) > MOST_FRAGMENTS and not self.failedByMe:
            self._max_message_size_exceeded(length, MAX_INBOUND, "too many fragments")

    def onPing(self, payload: bytes) -> None:  # noqa: N802
        """One that reads nothing gets few answers to keep for it (RFC 6455 §5.5.3 wants the last one)."""
        waits = self.transport.dataBuffer or self.transport._tempDataBuffer
        self._pongs = self._pongs + 1 if waits else 0
        if self._pongs < MOST_PONGS:
            super().onPing(payload)

    def dropConnection(self, abort: bool = False) -> None:  # noqa: N802
        super().dropConnection(abort)
        if not abort:
            # A client that reads nothing would hold its buffer until the kernel gives up.
            reactor.callLater(LINGER, self.transport.abortConnection)  # type: ignore[arg-type]

    def serverClose(self, code: int | None = None) -> None:  # noqa: N802
        """Any close code: `sendClose` refuses those that the standard reserves, 1009 and 1012 among them."""
        self.sendCloseFrame(code=1000 if code is None else code)

    def failHandshake(self, reason: str, code: int = 400, responseHeaders: Any = None) -> None:  # noqa: N802, N803
        """What Autobahn refuses by itself; an origin that is no address is a foreign one."""
        super().failHandshake(reason, 403 if "Origin" in reason else code, responseHeaders)

    def sendHttpErrorResponse(self, code: int, reason: str, responseHeaders: Any = None) -> None:  # noqa: N802, N803
        """Without the reason, which quotes the client."""
        self.sendData(refusal(code, *(responseHeaders or ())))

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:  # noqa: N802, N803
        # A handshake that Autobahn refused was never Daphne's.
        if hasattr(self, "server"):
            super().onClose(wasClean, code, reason)

    def handle_exception(self, exception: BaseException) -> None:
        if self.state == self.STATE_CONNECTING or self.state == self.STATE_OPEN:
            super().handle_exception(exception)


def serve(application: Any, *, host: str, port: int, ready: Callable[[], None]) -> None:
    """Run in the foreground until SIGTERM or SIGINT; the engine's stop comes before anything is closed."""
    # Daphne makes both itself.
    WebSocketFactory.protocol = ChatProtocol
    daphne.server.HTTPFactory = ChatFactory
    engine = Engine()
    address = host.replace(":", r"\:")
    server = _Server(
        application,
        endpoints=[f"tcp:port={port}:interface={address}:backlog={BACKLOG}"],
        websocket_timeout=-1,
        websocket_handshake_timeout=HANDSHAKE_TIMEOUT,
        websocket_connect_timeout=HANDSHAKE_TIMEOUT,
        websocket_max_message_size=MAX_INBOUND,
        websocket_max_frame_size=MAX_INBOUND,
        # Twisted's own errors go to our log; at a lower verbosity Daphne throws them away.
        verbosity=2,
        server_name="chatsite",
        # By the loop's first turn: what Twisted calls "when running" still runs before the loop does.
        ready_callable=lambda: reactor.callLater(0, _begin, engine, ready),  # type: ignore[arg-type]
    )
    server.engine = engine
    server.run()


def _begin(engine: Engine, ready: Callable[[], None]) -> None:
    engine.start()
    ready()


class _Server(Server):
    engine: Engine
    _port: Any = None

    def listen_success(self, port: Any) -> None:
        self._port = port
        super().listen_success(port)

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if scope["type"] == "websocket":
            scope["extensions"] = {WIRE: protocol.write_wire}
        return super().create_application(protocol, scope)

    async def handle_reply(self, protocol: Any, message: Any) -> None:
        await super().handle_reply(protocol, message)
        if isinstance(protocol, ChatRequest):
            await protocol.drain()

    def kill_all_applications(self) -> defer.Deferred[Any]:
        """Daphne's trigger before shutdown."""
        end_in_time()
        if self._port is not None:
            self._port.stopListening()
        stopped = defer.Deferred.fromFuture(asyncio.ensure_future(self.engine.stop(self._requests_answered)))
        stopped.addBoth(lambda _: self._kill_running())
        return stopped

    async def _requests_answered(self) -> None:
        await requests_answered(self._is_busy, _keeps_connections)

    def _is_busy(self) -> bool:
        requests = (item for item in self.connections.items() if isinstance(item[0], ChatRequest))
        return any("disconnected" not in details for _, details in requests)

    def _kill_running(self) -> defer.Deferred[Any]:
        # Daphne's own fails over a connection without an application: one that has ended, or a body still coming.
        running = [
            details["application_instance"]
            for details in self.connections.values()
            if "application_instance" in details
        ]
        for instance in running:
            instance.cancel()
        return defer.Deferred.fromFuture(asyncio.gather(*running, return_exceptions=True))


def _keeps_connections() -> bool:
    readers: Any = reactor
    return any(isinstance(getattr(reader, "protocol", None), ChatChannel) for reader in readers.getReaders())
