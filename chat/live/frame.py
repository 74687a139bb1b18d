"""Bytes on their way to many sockets: built once, in each encoding, and shared."""

from chat import frames

from .wire import BINARY, TEXT, websocket_frame


class Frame:
    """A server frame: a list of objects. `inner` is the JSON objects without the brackets."""

    __slots__ = ("_binary_wire", "_msgpack", "_text_wire", "inner")

    def __init__(self, inner: bytes) -> None:
        self.inner = inner
        self._msgpack: bytes | None = None
        self._text_wire: bytes | None = None
        self._binary_wire: bytes | None = None

    @property
    def json(self) -> bytes:
        return b"[%b]" % self.inner

    @property
    def msgpack(self) -> bytes:
        if self._msgpack is None:
            self._msgpack = frames.to_msgpack(self.json)
        return self._msgpack

    def size(self, binary: bool) -> int:
        """Payload bytes on the wire."""
        return len(self.msgpack) if binary else len(self.inner) + 2

    def wire(self, binary: bool) -> bytes:
        """What goes into the socket."""
        if binary:
            if self._binary_wire is None:
                self._binary_wire = websocket_frame(BINARY, self.msgpack)
            return self._binary_wire
        if self._text_wire is None:
            self._text_wire = websocket_frame(TEXT, self.json)
        return self._text_wire
