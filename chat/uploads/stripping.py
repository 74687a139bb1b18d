"""Animations without their metadata: the container's blocks are copied, those that only tell are left out.

Formats: GIF89a specification, W3C PNG third edition, Google's "WebP Container Specification".
"""

import struct
from collections.abc import Iterator

_GIF_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_PNG_KEPT = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"acTL", b"fcTL", b"fdAT", b"gAMA", b"cHRM", b"sRGB", b"iCCP")
)
_WEBP_KEPT = frozenset((b"VP8X", b"VP8 ", b"VP8L", b"ANIM", b"ANMF", b"ALPH", b"ICCP"))
_WEBP_TOLD = 0x08 | 0x04  # the flags "has EXIF" and "has XMP"


def without_metadata(data: bytes, kind: str) -> bytes:
    """Return an animated image without comments, EXIF, XMP or anything after its end.

    Raises:
        ValueError: the blocks do not add up.
    """
    try:
        return b"".join(_BY_FORMAT[kind](data))
    except (IndexError, struct.error) as error:
        raise ValueError("The image ends within a block.") from error


def _gif(data: bytes) -> Iterator[bytes]:
    at = 13 + _colours(data[10])
    yield data[:at]
    while data[at] != 0x3B:
        start = at
        if data[at] == 0x2C:
            at = _after_subblocks(data, at + 11 + _colours(data[at + 9]))
            yield data[start:at]
        elif data[at] == 0x21:
            at = _after_subblocks(data, at + 2)
            kind = data[start + 1]
            # Graphic control, and the extension that says how often to loop.
            if kind == 0xF9 or (kind == 0xFF and data[start + 3 : start + 14] in _GIF_LOOPS):
                yield data[start:at]
        else:
            raise ValueError("The GIF holds an unknown block.")
    yield b"\x3b"


def _colours(flags: int) -> int:
    """Bytes of the colour table that follows a descriptor with these flags."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_subblocks(data: bytes, at: int) -> int:
    while length := data[at]:
        at += length + 1
    return at + 1


def _png(data: bytes) -> Iterator[bytes]:
    yield data[:8]
    at, kind = 8, b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise ValueError("The PNG ends within a chunk.")
        if kind in _PNG_KEPT:
            yield data[at:end]
        at = end


def _webp(data: bytes) -> Iterator[bytes]:
    (size,) = struct.unpack_from("<I", data, 4)
    chunks = list(_webp_chunks(data, min(len(data), size + 8)))
    yield b"RIFF" + struct.pack("<I", 4 + sum(map(len, chunks))) + b"WEBP"
    yield from chunks


def _webp_chunks(data: bytes, end: int) -> Iterator[bytes]:
    at = 12
    while at < end:
        kind, length = struct.unpack_from("<4sI", data, at)
        after = at + 8 + length + length % 2
        if after > end:
            raise ValueError("The WebP ends within a chunk.")
        if kind == b"VP8X":
            yield data[at : at + 8] + bytes([data[at + 8] & ~_WEBP_TOLD]) + data[at + 9 : after]
        elif kind in _WEBP_KEPT:
            yield data[at:after]
        at = after


_BY_FORMAT = {"GIF": _gif, "PNG": _png, "WEBP": _webp}
