"""Writing the stream of a backup."""

import os
import tarfile
from collections.abc import Iterable
from io import BytesIO
from typing import IO

import msgspec

from .stream import COMPLETE, DATABASE, FILES, MANIFEST, Complete, Digest, Manifest


def pack(out: IO[bytes], manifest: Manifest, database: IO[bytes], files: Iterable[tuple[str, IO[bytes]]]) -> None:
    """Write a whole backup; `files` are keys with their files, each open until the next is asked for.

    Raises:
        OSError: `out` takes no more, or a file cannot be read.
    """
    with tarfile.open(fileobj=out, mode="w|") as tar:
        packer = _Packer(tar, int(manifest.created.timestamp()))
        packer.add_text(MANIFEST, manifest)
        packer.add(DATABASE, database)
        count = 0
        for key, file in files:
            packer.add(f"{FILES}{key}", file)
            count += 1
        packer.add_text(COMPLETE, Complete(packer.digest.value(), count))


class _Packer:
    def __init__(self, tar: tarfile.TarFile, moment: int) -> None:
        self.digest = Digest()
        self._tar = tar
        self._moment = moment

    def add_text(self, name: str, value: msgspec.Struct) -> None:
        text = msgspec.json.encode(value)
        self._add(name, BytesIO(text), len(text))

    def add(self, name: str, file: IO[bytes]) -> None:
        # One that is being uploaded grows meanwhile. Nothing refers to it yet, so any part of it will do.
        self._add(name, file, os.fstat(file.fileno()).st_size)

    def _add(self, name: str, file: IO[bytes], size: int) -> None:
        member = tarfile.TarInfo(name)
        member.size = size
        member.mode = 0o600
        member.mtime = self._moment
        self.digest.begin(name, size)
        self._tar.addfile(member, _Digesting(file, self.digest))
        # It remembers them all, which a stream has no use for: a million files would be a gigabyte.
        self._tar.members.clear()  # type: ignore[attr-defined]


class _Digesting:
    """A file whose bytes go into a digest as they are read."""

    def __init__(self, file: IO[bytes], digest: Digest) -> None:
        self._file = file
        self._digest = digest

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self._digest.update(piece)
        return piece
