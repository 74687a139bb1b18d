"""Bytes on their way to many sockets: built once, in each encoding, and shared."""

from chat import frames


class Frame:
    """A server frame: a list of objects. `inner` is the JSON objects without the brackets."""

    __slots__ = ("_msgpack", "_text", "inner")

    def __init__(self, inner: bytes) -> None:
        self.inner = inner
        self._text: str | None = None
        self._msgpack: bytes | None = None

    def size(self, binary: bool) -> int:
        """Payload bytes on the wire."""
        return len(self.msgpack) if binary else len(self.inner) + 2

    @property
    def text(self) -> str:
        # One string object for all readers: the servers build the wire bytes once per payload object.
        if self._text is None:
            self._text = f"[{self.inner.decode()}]"
        return self._text

    @property
    def msgpack(self) -> bytes:
        if self._msgpack is None:
            self._msgpack = frames.to_msgpack(b"[%b]" % self.inner)
        return self._msgpack
