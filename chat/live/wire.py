"""A payload as one unmasked WebSocket frame (RFC 6455 §5.2)."""

import struct

TEXT, BINARY = 0x81, 0x82
# The ASGI extension that both servers offer in the scope of a socket: called with the bytes of whole frames, it
# hands them to the socket at once.
WIRE = "chatsite.wire"


def websocket_frame(first: int, payload: bytes) -> bytes:
    """`first` is the first byte: the opcode, and that nothing follows."""
    length = len(payload)
    if length < 126:
        return struct.pack("!BB", first, length) + payload
    if length < 65536:
        return struct.pack("!BBH", first, 126, length) + payload
    return struct.pack("!BBQ", first, 127, length) + payload
