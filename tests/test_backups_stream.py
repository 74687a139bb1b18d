"""The stream of a backup: what was written comes back, and whatever else is refused."""

import io
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, cast

import msgspec
import pytest

from chat.backups.errors import BackupFailed
from chat.backups.packing import pack
from chat.backups.stream import COMPLETE, DATABASE, FORMAT, MANIFEST, Complete, Digest, Manifest
from chat.backups.unpacking import Unpacked, unpack

MANIFEST_OF_TESTS = Manifest(
    format=FORMAT,
    version="9.9",
    engine="sqlite",
    created=datetime(2026, 11, 24, 19, 50, tzinfo=UTC),
    migrations=[("chat", "0001_initial")],
)
FILES = {f"attachments/{'0a' * 16}": b"minutes of the meeting" * 40, f"avatars/{'f1' * 16}": b"a face"}
CONTENT = b"rows and rows" * 100
Member = tuple[str, bytes, bytes]  # name, tarfile's type, content
TEXT = msgspec.json.encode(MANIFEST_OF_TESTS)
GOOD: list[Member] = [(MANIFEST, tarfile.REGTYPE, TEXT), (DATABASE, tarfile.REGTYPE, CONTENT)]


def packed(folder: Path) -> bytes:
    out = io.BytesIO()
    (folder / "dump").write_bytes(CONTENT)
    with ExitStack() as stack, (folder / "dump").open("rb") as database:

        def opened() -> Iterator[tuple[str, IO[bytes]]]:
            for number, (key, content) in enumerate(FILES.items()):
                path = folder / str(number)
                path.write_bytes(content)
                yield key, stack.enter_context(path.open("rb"))

        pack(out, MANIFEST_OF_TESTS, database, opened())
    return out.getvalue()


def unpacked(data: bytes, folder: Path) -> Unpacked:
    folder.mkdir()
    return unpack(io.BytesIO(data), folder, lambda manifest: None)


def contents(found: Unpacked) -> tuple[Manifest, bytes, dict[str, bytes]]:
    files = {key: (found.files / key).read_bytes() for key in found.keys}
    return found.manifest, found.database.read_bytes(), files


def forged(*members: Member, files: int = 0, complete: bool = True) -> bytes:
    """A stream of any members, with the digest they should have."""
    out, digest = io.BytesIO(), Digest()
    with tarfile.open(fileobj=out, mode="w|") as tar:
        for name, type_, content in members:
            _add(tar, name, type_, content)
            digest.begin(name, len(content))
            digest.update(content)
        if complete:
            _add(tar, COMPLETE, tarfile.REGTYPE, msgspec.json.encode(Complete(digest.value(), files)))
    return out.getvalue()


def _add(tar: tarfile.TarFile, name: str, type_: bytes, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.type = type_
    member.size = len(content)
    if type_ in (tarfile.SYMTYPE, tarfile.LNKTYPE):
        member.linkname = "/etc/passwd"
    tar.addfile(member, io.BytesIO(content))


def test_what_was_written_comes_back(tmp_path: Path) -> None:
    found = unpacked(packed(tmp_path), tmp_path / "in")
    assert contents(found) == (MANIFEST_OF_TESTS, CONTENT, FILES)
    assert {path.stat().st_mode & 0o777 for path in [found.database, *(found.files / key for key in FILES)]} == {
        0o600
    }


def test_any_tar_reads_it(tmp_path: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(packed(tmp_path))) as tar:
        assert tar.getnames() == [MANIFEST, DATABASE, *(f"media/{key}" for key in FILES), COMPLETE]


def test_a_file_that_grows_is_taken_as_it_was(tmp_path: Path) -> None:
    (path := tmp_path / "upload").write_bytes(b"half")

    class Growing:
        def __init__(self, file: IO[bytes]) -> None:
            self.file = file

        def fileno(self) -> int:
            return self.file.fileno()

        def read(self, size: int = -1) -> bytes:
            with path.open("ab") as more:
                more.write(b" and half")
            return self.file.read(size)

    out, [key, *_] = io.BytesIO(), FILES
    with path.open("rb") as file, path.open("rb") as database:
        pack(out, MANIFEST_OF_TESTS, database, [(key, cast(IO[bytes], Growing(file)))])
    found = unpacked(out.getvalue(), tmp_path / "in")
    assert contents(found)[2] == {key: b"half"}


def test_a_stream_that_was_cut_off_is_refused_wherever(tmp_path: Path) -> None:
    data = packed(tmp_path)
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        last = tar.getmember(COMPLETE)
    needed = last.offset_data + last.size
    assert contents(unpacked(data[:needed].ljust(len(data), b"\0"), tmp_path / "whole"))[2] == FILES
    for number, end in enumerate([*range(0, needed, 97), needed - 1]):
        with pytest.raises(BackupFailed):
            unpacked(data[:end], tmp_path / f"cut{number}")


def test_a_flipped_byte_is_refused_wherever_it_matters(tmp_path: Path) -> None:
    data = packed(tmp_path)
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        matter = {
            offset
            for member in tar.getmembers()
            for offset in range(member.offset_data, member.offset_data + member.size)
        }
    for number, offset in enumerate(range(3, len(data), 11)):
        flipped = bytearray(data)
        flipped[offset] ^= 0x10
        try:
            found = unpacked(bytes(flipped), tmp_path / f"flipped{number}")
        except BackupFailed:
            continue
        # Only what fills a block up, or a header's words for people, may be anything.
        assert offset not in matter
        assert contents(found) == (MANIFEST_OF_TESTS, CONTENT, FILES)


@pytest.mark.parametrize(
    "name",
    [
        "media/../../x",
        f"media/attachments/../../{'0a' * 16}",
        f"media/attachments/{'0a' * 16}/../x",
        f"/media/attachments/{'0a' * 16}",
        f"./media/attachments/{'0a' * 16}",
        f"attachments/{'0a' * 16}",
        f"media/attachments/{'0a' * 16}\n",
        f"media/../{'0a' * 16}",
        "media/attachments/.htaccess",
        "/etc/cron.d/x",
        MANIFEST,
        DATABASE,
        "..",
        "",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    [key, *_] = FILES
    good = forged(*GOOD, (f"media/{key}", tarfile.REGTYPE, b"x"), files=1)
    assert unpacked(good, tmp_path / "good").keys == {key}
    with pytest.raises(BackupFailed):
        unpacked(forged(*GOOD, (name, tarfile.REGTYPE, b"x"), files=1), tmp_path / "in")
    assert {path.name for path in tmp_path.iterdir()} == {"good", "in"}
    assert {path.name for path in (tmp_path / "in").iterdir()} == {"database"}


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE], ids=repr
)
def test_what_is_no_plain_file_is_refused(tmp_path: Path, kind: bytes) -> None:
    [key, *_] = FILES
    with pytest.raises(BackupFailed, match="damaged or forged"):
        unpacked(forged(*GOOD, (f"media/{key}", kind, b""), files=1), tmp_path / "in")
    with pytest.raises(BackupFailed, match="damaged or forged"):
        unpacked(forged(GOOD[0], (DATABASE, kind, b"")), tmp_path / "instead")


def test_the_order_and_the_number_of_files_are_fixed(tmp_path: Path) -> None:
    [key, *_] = FILES
    file = (f"media/{key}", tarfile.REGTYPE, b"x")
    wrong = [
        forged(GOOD[1], GOOD[0]),
        forged(GOOD[0], file, GOOD[1], files=1),
        forged(*GOOD, file, file, files=2),
        forged(*GOOD, file, files=2),
        forged(*GOOD, complete=False),
    ]
    for number, data in enumerate(wrong):
        with pytest.raises(BackupFailed):
            unpacked(data, tmp_path / str(number))
    assert unpacked(forged(*GOOD), tmp_path / "good").keys == set()


def test_what_follows_the_end_is_refused(tmp_path: Path) -> None:
    one = forged(*GOOD)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w|") as tar, tarfile.open(fileobj=io.BytesIO(one)) as source:
        for member in [*source.getmembers(), source.getmembers()[0]]:
            tar.addfile(member, source.extractfile(member))
    with pytest.raises(BackupFailed, match="goes on"):
        unpacked(out.getvalue(), tmp_path / "in")


@pytest.mark.parametrize("data", [b"", b"PGDMP", b"\0" * 10240, b"x" * 20000], ids=len)
def test_what_is_no_backup_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(BackupFailed):
        unpacked(data, tmp_path / "in")


def test_a_newer_format_is_refused_by_what_reads_it(tmp_path: Path) -> None:
    newer = (MANIFEST, tarfile.REGTYPE, msgspec.json.encode({"format": FORMAT + 1, "version": "2.0", "new": []}))
    with pytest.raises(BackupFailed, match=r"format 2.*update it to 2\.0"):
        unpacked(forged(newer, GOOD[1]), tmp_path / "in")


@pytest.mark.parametrize("text", [b"{}", b"[]", b"\xff", b'{"format": "1", "version": "1"}', b" " * 2_000_000])
def test_a_manifest_that_makes_no_sense_is_refused(tmp_path: Path, text: bytes) -> None:
    with pytest.raises(BackupFailed):
        unpacked(forged((MANIFEST, tarfile.REGTYPE, text), GOOD[1]), tmp_path / "in")


def test_nothing_is_unpacked_that_was_not_accepted(tmp_path: Path) -> None:
    def refuse(manifest: Manifest) -> Any:
        assert manifest == MANIFEST_OF_TESTS
        raise BackupFailed("not this one")

    with pytest.raises(BackupFailed, match="not this one"):
        unpack(io.BytesIO(packed(tmp_path)), tmp_path / "nowhere", refuse)
    assert not (tmp_path / "nowhere").exists()
