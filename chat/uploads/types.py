"""The type of a file by its content, from a short list; anything else is bytes to be downloaded.

Signatures: the WHATWG MIME Sniffing standard, and the ISO base media brands of mp4ra.org.
"""

import codecs
import re

HEAD = 8192  # bytes from the start of the file that decide
BINARY = "application/octet-stream"
IMAGES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}
# What a browser may show in place: pixels and sound, nothing that has a script or a parser of its own.
INLINE = frozenset(
    {
        *IMAGES,
        *("audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav", "audio/flac", "audio/webm", "audio/aac"),
        *("video/mp4", "video/webm", "video/ogg"),
    }
)

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_BRANDS = {b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"qt  ": "video/quicktime"}
_MP4 = re.compile(rb"isom|iso[2-9]|mp4[12]|avc1|M4V |dash|msnv|3gp.")
_TEXTS = {"csv": "text/csv", "md": "text/markdown", "markdown": "text/markdown"}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")  # Form feeds and terminal colours are still text.


def type_of(head: bytes, name: str) -> str:
    """Return the media type of a file.

    Args:
        head: its first ``HEAD`` bytes (or all of them).
        name: its name, which only tells texts from each other.
    """
    known = next((kind for magic, kind in _SIGNATURES if head.startswith(magic)), None)
    if known:
        return known
    readers = (_riff, _iso_media, _matroska, _ogg, _mpeg)
    return next((kind for read in readers if (kind := read(head))), None) or _text(head, name)


def _riff(head: bytes) -> str | None:
    return _RIFF.get(head[8:12]) if head.startswith(b"RIFF") else None


def _iso_media(head: bytes) -> str | None:
    if head[4:8] != b"ftyp":
        return None
    brand = head[8:12]
    return _BRANDS.get(brand) or ("video/mp4" if _MP4.match(brand) else BINARY)


def _matroska(head: bytes) -> str | None:
    if not head.startswith(b"\x1aE\xdf\xa3"):
        return None
    if b"webm" not in head[:64]:
        return BINARY
    # A voice recording of a browser is WebM as well; the codec is named in the first track.
    return "video/webm" if re.search(rb"V_VP[89]|V_AV1", head) else "audio/webm"


def _ogg(head: bytes) -> str | None:
    if not head.startswith(b"OggS"):
        return None
    return "video/ogg" if b"theora" in head[:256] else "audio/ogg"


def _mpeg(head: bytes) -> str | None:
    if len(head) < 4 or head[0] != 0xFF:
        return None
    # ADTS has layer bits 00; a frame of MP3 has those of layer III, and a version and rates that exist.
    if head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    is_layer_3 = head[1] & 0xE6 == 0xE2 and head[1] & 0x18 != 0x08
    return "audio/mpeg" if is_layer_3 and head[2] >> 4 not in (0, 15) and head[2] & 0x0C != 0x0C else None


def _text(head: bytes, name: str) -> str:
    try:
        # Not final: the head may end within a character.
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return BINARY
    if not text or _CONTROL.search(text):
        return BINARY
    return _TEXTS.get(name.rpartition(".")[2].lower(), "text/plain")
