"""The wire bytes of a message in one unmasked frame (RFC 6455 §5.2), built once for all sockets that get it."""

import struct

TEXT, BINARY = 0x81, 0x82

# Readers at one place are served one after the other with the same object, so one entry is enough.
_content: str | bytes = b""
_wire = b""


def wire_bytes(content: str | bytes) -> bytes:
    """The frame for a payload: text for `str`, binary for `bytes`."""
    global _content, _wire
    if content is not _content:
        _wire = _frame(TEXT, content.encode()) if isinstance(content, str) else _frame(BINARY, content)
        _content = content
    return _wire


def _frame(first: int, payload: bytes) -> bytes:
    length = len(payload)
    if length < 126:
        return struct.pack("!BB", first, length) + payload
    if length < 65536:
        return struct.pack("!BBH", first, 126, length) + payload
    return struct.pack("!BBQ", first, 127, length) + payload
