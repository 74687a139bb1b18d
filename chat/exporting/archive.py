"""The ZIP, in pieces: whatever its size, no more than a piece of it is in memory."""

import io
import zipfile
from collections.abc import Iterable, Iterator

import msgspec
from django.core.files.base import File
from django.utils import timezone

from chat import uploads
from chat.models import User

from . import content
from .names import file_name

PIECE = 256 * 1024  # bytes of a file that are read at once


def export_of(user: User) -> Iterator[bytes]:
    """The person's own data as the pieces of a ZIP: lists as JSON, and the files of their messages.

    What was deleted is not in it. A file that the storage has lost, or that goes while this runs, is left out.
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, records in content.lists_of(user):
            yield from _write(archive, sink, f"{name}.json", _as_json(records), zipfile.ZIP_DEFLATED)
        if user.avatar:
            yield from _write_stored(archive, sink, "picture.webp", user.avatar)
        for row in content.files_of(user):
            yield from _write_stored(archive, sink, file_name(row), row.key)
    yield sink.take()


def _write_stored(archive: zipfile.ZipFile, sink: "_Sink", name: str, key: str) -> Iterator[bytes]:
    try:
        file = uploads.open_stored(key)
    except FileNotFoundError:
        return
    with file:
        # Pictures, sound and archives are small already.
        yield from _write(archive, sink, name, _pieces(file), zipfile.ZIP_STORED)


def _pieces(file: "File[bytes]") -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


def _write(
    archive: zipfile.ZipFile, sink: "_Sink", name: str, pieces: Iterable[bytes], compression: int
) -> Iterator[bytes]:
    entry = zipfile.ZipInfo(name, timezone.now().timetuple()[:6])
    entry.compress_type = compression
    # The size is known only afterwards, and may be more than what the old format can say.
    with archive.open(entry, "w", force_zip64=True) as out:
        for piece in pieces:
            out.write(piece)
            if sink.size >= PIECE:
                yield sink.take()
    if sink.size:
        yield sink.take()


def _as_json(records: Iterable[object]) -> Iterator[bytes]:
    """A list, a record a line."""
    encode = msgspec.json.Encoder().encode
    before = b"[\n"
    for record in records:
        yield before + encode(record)
        before = b",\n"
    yield b"\n]\n" if before == b",\n" else b"[]\n"


class _Sink(io.RawIOBase):
    """Where the archive is written to, and taken from before it grows."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]  # whatever has a buffer
        self._waiting.append(piece)
        self.size += len(piece)
        return len(piece)

    def take(self) -> bytes:
        taken = b"".join(self._waiting)
        self._waiting, self.size = [], 0
        return taken
