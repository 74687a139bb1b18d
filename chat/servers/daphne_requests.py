"""HTTP as Daphne takes it, with bounds on what a stranger may send before anybody looks at it.

As it comes, Twisted stores a body of any size on disk and waits for ever for a header that drips; Daphne takes a
header from clients that only a proxy should set, and holds whole files for those who do not read them.
"""

import asyncio
from typing import Any

from daphne.http_protocol import HTTPFactory, WebRequest
from twisted.internet import reactor
from twisted.web.http import HTTPChannel

from .refusals import (
    BODY_TIMEOUT,
    HEADER_TIMEOUT,
    HEADERS,
    LINGER,
    MOST_BODY,
    MOST_HEADER,
    UNREAD_TIMEOUT,
    refusal,
    refusal_body,
)


class ChatRequest(WebRequest):
    _received = 0

    def gotLength(self, length: int | None) -> None:  # noqa: N802 (Twisted's name)
        super().gotLength(length)
        if length is not None and length > MOST_BODY:
            self.channel.refuse(413)

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802
        self._received += len(data)
        if self.channel.refused:
            return
        if self._received > MOST_BODY:
            self.channel.refuse(413)
        else:
            super().handleContentChunk(data)

    def process(self) -> Any:
        if self.channel.refused:
            return None
        # Daphne believes in it, whoever sends it, and no route is found below it.
        self.requestHeaders.removeHeader(b"daphne-root-path")
        offered = self.requestHeaders.getRawHeaders(b"sec-websocket-protocol", [])
        if not all(value.isascii() for value in offered):
            # Daphne decodes it, and fails with a traceback.
            self.basic_error(400, b"Bad Request", "")
            return None
        return super().process()

    def handle_reply(self, message: Any) -> None:
        if self.method == b"HEAD" and message["type"] == "http.response.body":
            # Twisted leaves the body out by replacing `write`, but Daphne calls that of the class.
            message = {**message, "body": b""}
        super().handle_reply(message)

    async def drain(self) -> None:
        """Wait while the client does not take what was written; one that takes nothing for long is dropped."""
        if self.finished or self.channel is None or (drained := self.channel.drained) is None:
            return
        done, _ = await asyncio.wait([drained], timeout=UNREAD_TIMEOUT)
        if not done and self.channel is not None:
            self.channel.transport.abortConnection()

    def basic_error(self, status: int, status_text: bytes, body: str) -> None:
        """What Daphne answers by itself."""
        headers = [("Content-Type", "application/json"), *HEADERS]
        encoded = [(name.encode(), value.encode()) for name, value in headers]
        self.handle_reply({"type": "http.response.start", "status": status, "headers": encoded})
        self.handle_reply({"type": "http.response.body", "body": refusal_body(status)})


# Twisted is typed here and there, which helps less than not at all.
_Channel: Any = HTTPChannel
_reactor: Any = reactor


class ChatChannel(_Channel):
    requestFactory = ChatRequest  # noqa: N815 (Twisted's name)
    timeOut = HEADER_TIMEOUT  # noqa: N815
    totalHeadersSize = MOST_HEADER  # noqa: N815
    refused = False
    _in_body = False
    drained: "asyncio.Future[None] | None" = None  # while more is written than the client has taken

    def pauseProducing(self) -> None:  # noqa: N802
        self.drained = asyncio.get_running_loop().create_future()
        super().pauseProducing()

    def resumeProducing(self) -> None:  # noqa: N802
        self._drain()
        super().resumeProducing()

    def connectionLost(self, reason: Any) -> None:  # noqa: N802
        self._drain()
        super().connectionLost(reason)

    def _drain(self) -> None:
        if self.drained is not None and not self.drained.done():
            self.drained.set_result(None)
        self.drained = None

    def resetTimeout(self) -> None:  # noqa: N802
        """Only a body has more time with each piece; a header has so much and no more."""
        if self._in_body:
            super().resetTimeout()

    def allHeadersReceived(self) -> None:  # noqa: N802
        super().allHeadersReceived()
        self._in_body = True
        self.setTimeout(BODY_TIMEOUT)

    def allContentReceived(self) -> None:  # noqa: N802
        # What is set now, Twisted sets again for the next header.
        self._in_body, self.timeOut = False, HEADER_TIMEOUT
        super().allContentReceived()

    def requestDone(self, request: Any) -> None:  # noqa: N802
        if not self.persistent:
            # Twisted closes when everything is read, and that may be never.
            self._abortingCall = self.callLater(UNREAD_TIMEOUT, self.forceAbortClient)
        super().requestDone(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        if not self.refused:
            super().dataReceived(data)

    def lineReceived(self, line: bytes) -> None:  # noqa: N802
        if not self.refused:
            super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802
        self.refuse(400)

    def _respondToBadRequestAndDisconnect(self) -> None:  # noqa: N802
        self.refuse(400)

    def refuse(self, status: int) -> None:
        """Answer, and let nothing more in."""
        if self.refused:
            return
        self.refused = True
        self.transport.write(refusal(status))
        self.transport.loseWriteConnection()
        _reactor.callLater(LINGER, self.transport.abortConnection)


class ChatFactory(HTTPFactory):
    def buildProtocol(self, addr: Any) -> ChatChannel:  # noqa: N802
        # Past Daphne's own, which makes requests of its own kind.
        channel = ChatChannel()
        channel.factory = self
        channel.site = self
        return channel
