"""The stream of a backup: a plain tar with a manifest, the database, the files, and last a digest of them all.

It is written to a pipe, and read from one, from front to back. The digest comes last because only then it is
known; so whatever was cut off or spoiled on its way shows.
"""

import hashlib
from datetime import datetime

import msgspec

FORMAT = 1
MANIFEST, DATABASE, FILES, COMPLETE = "manifest.json", "database", "media/", "complete.json"


class Format(msgspec.Struct, frozen=True):
    """What a manifest of any format says."""

    format: int
    version: str  # of chatsite


class Manifest(Format, frozen=True):
    """`engine` as Django names the vendor of a database; `migrations` as (app, name)."""

    engine: str
    created: datetime
    migrations: list[tuple[str, str]]


class Complete(msgspec.Struct, frozen=True):
    sha256: str
    files: int


class Digest:
    """Of all members so far: of each its name, its size and its bytes."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def begin(self, name: str, size: int) -> None:
        self._digest.update(f"{name} {size}\n".encode())

    def update(self, piece: bytes) -> None:
        self._digest.update(piece)

    def value(self) -> str:
        return self._digest.hexdigest()
