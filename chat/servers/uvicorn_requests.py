"""HTTP as uvicorn takes it, with bounds on what a stranger may send and on how long it may take.

As it comes, uvicorn waits for ever for the rest of a header and for a client that does not read, and takes headers
and bodies of any size.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from .refusals import BODY_TIMEOUT, HEADER_TIMEOUT, LINGER, MOST_BODY, MOST_HEADER, UNREAD_TIMEOUT, refusal


class ChatRequestProtocol(HttpToolsProtocol):
    _refused = False
    _in_body = False
    _header_size = 0
    _body_size = 0
    _running: RequestResponseCycle | None = None  # `cycle` is the newest, which may wait behind it
    _patience: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait(HEADER_TIMEOUT)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        self._was_read()
        self._disconnect_running()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread = self.loop.call_later(UNREAD_TIMEOUT, self.transport.abort)

    def resume_writing(self) -> None:
        self._was_read()
        super().resume_writing()

    def _was_read(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        if not self._in_body:
            self._header_size += len(data)
            if self._patience is None and self._is_idle:
                self._wait(HEADER_TIMEOUT)
        super().data_received(data)
        # The start of a body may have come with it, so a header that is complete was measured by itself.
        if not self._in_body and self._header_size > MOST_HEADER:
            self._refuse(400)

    def on_headers_complete(self) -> None:
        if self._refused:
            return
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        length = next((int(value) for name, value in self.headers if name == b"content-length"), 0)
        self._in_body, self._body_size = True, 0
        if size > MOST_HEADER:
            self._refuse(400)
        elif length > MOST_BODY:
            self._refuse(413)
        else:
            self._wait(BODY_TIMEOUT)
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._body_size += len(body)
        if self._refused:
            return
        if self._body_size > MOST_BODY:
            self._refuse(413)
            return
        self._wait(BODY_TIMEOUT)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._in_body, self._header_size = False, 0
        if not self._refused:
            self._stop_waiting()
            super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        if self._refused:
            return
        if not self._is_idle:
            # Two protocols would write to one connection.
            self._refuse(400)
            return
        self._stop_waiting()
        self._was_read()
        super().handle_websocket_upgrade()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            self._close_unread()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._close_unread()

    def _close_unread(self) -> None:
        """A closed transport waits for ever until what was written is read."""
        self._stop_waiting()
        self._patience = self.loop.call_later(UNREAD_TIMEOUT, self.transport.abort)

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP."""
        self._refuse(400)

    @property
    def is_busy(self) -> bool:
        """Whether a request is under way, or its body is still coming."""
        return self._in_body or not self._is_idle

    @property
    def _is_idle(self) -> bool:
        return self._running is None or self._running.response_complete

    def _refuse(self, status: int) -> None:
        """Answer, and let nothing more in."""
        if self._refused:
            return
        self._refused = True
        self._stop_waiting()
        self._unset_keepalive_if_required()
        running = self._running
        # Nobody may take it for the answer to an earlier request, or for a part of one.
        if self._is_idle or (running and running.more_body and not running.response_started):
            self.transport.write(refusal(status))
        self._disconnect_running()
        self.pipeline.clear()
        self.flow.resume_reading()
        self.transport.write_eof()
        self._patience = self.loop.call_later(LINGER, self.transport.abort)

    def _disconnect_running(self) -> None:
        if self._running is not None and not self._is_idle:
            self._running.disconnected = True
            self._running.message_event.set()

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._patience = self.loop.call_later(seconds, self._give_up)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _give_up(self) -> None:
        if self.flow.read_paused:
            # The application is slow, not the client.
            self._wait(BODY_TIMEOUT)
        else:
            self.transport.abort()
