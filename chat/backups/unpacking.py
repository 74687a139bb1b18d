"""Reading the stream of a backup, which is not believed before the end: it may be cut off, spoiled or forged."""

import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NamedTuple, TypeVar

import msgspec

from chat import uploads

from .errors import BackupFailed
from .stream import COMPLETE, DATABASE, FILES, FORMAT, MANIFEST, Complete, Digest, Format, Manifest

PIECE = 1024 * 1024  # bytes
LARGEST_TEXT = 1024 * 1024  # bytes of a manifest
S = TypeVar("S", bound=msgspec.Struct)
# What tarfile raises when a header makes no sense, besides its own errors.
NONSENSE = (tarfile.TarError, ValueError, EOFError, OverflowError, IndexError)


class Unpacked(NamedTuple):
    """The dump of the database, and the folder of the files with the key of each."""

    manifest: Manifest
    database: Path
    files: Path
    keys: set[str]


def unpack(stream: IO[bytes], folder: Path, accept: Callable[[Manifest], None]) -> Unpacked:
    """Unpack a whole backup into an empty folder. `accept` may raise before anything is unpacked.

    Raises:
        BackupFailed: it is no backup, of a newer format, incomplete, or holds what a backup does not.
        OSError: the folder takes no more.
    """
    try:
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            unpacker = _Unpacker(tar)
            manifest = unpacker.read_manifest()
            accept(manifest)
            return unpacker.read_rest(manifest, folder)
    except NONSENSE:
        raise BackupFailed("This is not a whole backup: it is damaged, or was made by something else.") from None


class _Unpacker:
    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._digest = Digest()

    def read_manifest(self) -> Manifest:
        text = self._text(self._next(MANIFEST))
        told = _decode(text, Format)
        if told.format > FORMAT:
            raise BackupFailed(
                f"This backup has format {told.format}, this chatsite reads format {FORMAT}: "
                f"update it to {told.version} or newer first."
            )
        return _decode(text, Manifest)

    def read_rest(self, manifest: Manifest, folder: Path) -> Unpacked:
        unpacked = Unpacked(manifest, folder / "database", folder / "files", set())
        self._copy(self._next(DATABASE), unpacked.database)
        while (member := self._next()).name != COMPLETE:
            key = member.name.removeprefix(FILES)
            if not uploads.is_key(key) or member.name != f"{FILES}{key}" or key in unpacked.keys:
                raise BackupFailed(f"A backup does not hold {member.name!r}: this one is damaged or forged.")
            self._copy(member, unpacked.files / key)
            unpacked.keys.add(key)
        found = Complete(self._digest.value(), len(unpacked.keys))
        if _decode(self._text(member), Complete) != found:
            raise BackupFailed("The backup is damaged: what it holds is not what was written.")
        if self._tar.next() is not None:
            raise BackupFailed("The backup goes on where it should end: it is damaged or forged.")
        return unpacked

    def _next(self, name: str | None = None) -> tarfile.TarInfo:
        """The next member, which must be a plain file, and of this name."""
        member = self._tar.next()
        self._tar.members.clear()  # type: ignore[attr-defined]  # see `packing`
        if member is None:
            raise BackupFailed("The backup is incomplete: it ends too early, or is damaged.")
        if member.type != tarfile.REGTYPE or member.issparse() or name not in (None, member.name):
            raise BackupFailed(f"A backup does not hold {member.name!r} here: this one is damaged or forged.")
        return member

    def _text(self, member: tarfile.TarInfo) -> bytes:
        if member.size > LARGEST_TEXT:
            raise BackupFailed(f"{member.name} is too large: the backup is damaged or forged.")
        return b"".join(self._pieces(member))

    def _copy(self, member: tarfile.TarInfo, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        with path.open("wb") as file:
            for piece in self._pieces(member):
                file.write(piece)

    def _pieces(self, member: tarfile.TarInfo) -> Iterator[bytes]:
        file = self._tar.extractfile(member)
        assert file
        self._digest.begin(member.name, member.size)
        while piece := file.read(PIECE):
            self._digest.update(piece)
            yield piece


def _decode(text: bytes, kind: type[S]) -> S:
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BackupFailed("This is not a whole backup: what it says of itself makes no sense.") from None
