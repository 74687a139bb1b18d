"""Frames to commands, and one encoding to the other."""

import msgspec

from . import protocol
from .errors import Refused

_json: msgspec.json.Decoder[protocol.AnyCommand] = msgspec.json.Decoder(protocol.AnyCommand)
_msgpack: msgspec.msgpack.Decoder[protocol.AnyCommand] = msgspec.msgpack.Decoder(protocol.AnyCommand)
# What the decoders raise for input of any kind.
BAD_INPUT = (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError, OverflowError, TypeError)


class BadFrame(Refused):
    """A frame that is no command. `ref` is the frame's own if it could be read."""

    def __init__(self, code: str, message: str, ref: str | None) -> None:
        super().__init__(code, message)
        self.ref = ref


def decode(frame: str | bytes) -> protocol.AnyCommand:
    """A text frame is JSON, a binary frame MessagePack. Raises `BadFrame`."""
    try:
        return _json.decode(frame) if isinstance(frame, str) else _msgpack.decode(frame)
    except BAD_INPUT as error:
        raise _explain(frame, error) from None


def _explain(frame: str | bytes, error: Exception) -> BadFrame:
    """Read a bad frame again without a schema, for its `ref` and to tell a wrong type from a wrong field."""
    try:
        value = msgspec.json.decode(frame) if isinstance(frame, str) else msgspec.msgpack.decode(frame)
    except BAD_INPUT:
        return BadFrame("invalid", "A frame is one JSON or MessagePack object.", None)
    if not isinstance(value, dict):
        return BadFrame("invalid", "A frame is one object.", None)
    ref = value.get("ref")
    ref = ref if isinstance(ref, str) and 1 <= len(ref) <= 64 else None
    kind = value.get("type")
    if isinstance(kind, str) and kind not in protocol.COMMAND_TYPES:
        return BadFrame("unknown_type", "There is no command of this type.", ref)
    return BadFrame("invalid", str(error)[:200], ref)


def to_msgpack(frame: bytes) -> bytes:
    """The same objects in the other encoding; done once for all readers that share a frame."""
    return msgspec.msgpack.encode(msgspec.json.decode(frame))
