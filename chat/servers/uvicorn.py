"""uvicorn, with a WebSocket protocol that leaves back-pressure to the connection's window.

As it comes, a socket that does not read blocks whoever sends to it, so that not even its close gets out.
"""

import logging
import socket
from collections.abc import Callable
from typing import Any

import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.http11 import Request, Response
from websockets.server import ServerProtocol

from chat.live.engine import Engine
from chat.live.wire import WIRE
from chat.protocol import MAX_INBOUND

from .ending import end_in_time, requests_answered
from .refusals import HEADERS, LINGER, MOST_FRAGMENTS, MOST_PONGS, refusal
from .uvicorn_requests import ChatRequestProtocol

BACKLOG = 2048


class _Handshake(ServerProtocol):
    def reject(self, status: Any, text: str) -> Response:
        response = super().reject(status, text)
        response.headers.update(HEADERS)
        return response


class ChatProtocol(WebSocketsSansIOProtocol):
    _pongs = 0  # since nothing waited

    def __init__(self, config: uvicorn.Config, *args: Any, **kwargs: Any) -> None:
        super().__init__(config, *args, **kwargs)
        self.conn = _Handshake(max_size=config.ws_max_size, logger=logging.getLogger("uvicorn.error"))

    def data_received(self, data: bytes) -> None:
        if self.conn.parser_exc is not None:
            return
        super().data_received(data)
        if not self.handshake_initiated and self.conn.handshake_exc is not None:
            # More headers than the library reads: it would say nothing, and wait for ever.
            self.transport.write(refusal(400))
            self.transport.close()

    def handle_parser_exception(self) -> None:
        """As the original, but what is still on its way is read: a connection closed at once takes its close frame
        with it."""
        assert self.conn.close_sent is not None
        self.queue.put_nowait({"type": "websocket.disconnect", "code": self.conn.close_sent.code})
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.transport.write_eof()
        self.close_sent = True
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self._drop_within(LINGER)

    def pause_writing(self) -> None:
        """Nothing: the window in `live.connection` bounds what waits here, and a close must get past it."""

    def handle_cont(self, event: Frame) -> None:
        if len(self.frames) > MOST_FRAGMENTS:
            self.frames = []
            self.conn.fail(1009)
            self.handle_parser_exception()
        elif not self.close_sent:
            super().handle_cont(event)

    def handle_ping(self) -> None:
        """One that reads nothing gets few answers to keep for it (RFC 6455 §5.5.3 wants the last one)."""
        self._pongs = self._pongs + 1 if self.transport.get_write_buffer_size() else 0
        if self.close_sent or self._pongs >= MOST_PONGS:
            self.conn.data_to_send()
        else:
            super().handle_ping()

    def handle_close(self, event: Frame) -> None:
        super().handle_close(event)
        self._drop_within(LINGER)

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._drop_within(LINGER)

    def send_receive_event_to_app(self) -> None:
        """As the original, without a traceback in the log for bad UTF-8."""
        if self.close_sent:
            self.frames = []
            return
        if self.curr_msg_data_type == "text":
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                self.frames = []
                self.conn.fail(1007)
                self.handle_parser_exception()
                return
        super().send_receive_event_to_app()

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        # The library would answer what comes now before it answers the handshake.
        self.transport.pause_reading()

    async def run_asgi(self) -> None:
        extensions: dict[str, Any] = self.scope["extensions"]
        extensions[WIRE] = self.write_wire
        await super().run_asgi()

    def write_wire(self, wire: bytes) -> None:
        """Past the state machine, which would build every socket's bytes anew; it minds only closes."""
        if not self.close_sent and not self.transport.is_closing():
            self.transport.write(wire)

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.accept":
            self.transport.resume_reading()
        if message["type"] == "websocket.close" and self.close_timer is not None:
            self._drop_within(self.close_timeout)

    def _drop_within(self, seconds: float) -> None:
        """A client that reads nothing would hold its buffer until the kernel gives up."""
        if self.close_timer is not None:
            self.close_timer.cancel()
        self.close_timer = self.loop.call_later(seconds, self.transport.abort)


def serve(application: Any, *, host: str, port: int, ready: Callable[[], None]) -> None:
    """Run in the foreground until SIGTERM or SIGINT; the engine's stop comes before anything is closed."""
    config = uvicorn.Config(
        application,
        host=host,
        port=port,
        backlog=BACKLOG,
        http=ChatRequestProtocol,
        ws=ChatProtocol,
        ws_max_size=MAX_INBOUND,
        # A client that does not read must be closed by its window, with 4408, before a ping is missed.
        ws_ping_interval=30.0,
        ws_ping_timeout=60.0,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        access_log=False,
        # What proxies say is believed by Django's settings alone, the same on both servers.
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    _Server(config, ready).run()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._engine = Engine()
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._engine.start()
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        end_in_time()
        for server in self.servers:
            server.close()
        await self._engine.stop(self._requests_answered)
        await super().shutdown(sockets)

    async def _requests_answered(self) -> None:
        await requests_answered(lambda: any(each.is_busy for each in self._kept()), lambda: bool(self._kept()))

    def _kept(self) -> list[ChatRequestProtocol]:
        return [each for each in self.server_state.connections if isinstance(each, ChatRequestProtocol)]
