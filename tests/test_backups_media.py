"""The stored files, all of them at once."""

import io
from pathlib import Path

import pytest
from pytest_django import Settings

from chat import uploads
from chat.backups import media
from tests.pictures import picture


@pytest.fixture(autouse=True)
def root(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    return tmp_path / "media"


def store(content: bytes = b"minutes") -> str:
    return uploads.store(io.BytesIO(content), "minutes.txt").key


def test_all_that_was_uploaded_is_found_and_nothing_else(root: Path) -> None:
    image = uploads.store(io.BytesIO(picture(size=(2000, 900))), "photo.png")
    keys = {store(), image.key, image.thumbnail_key, uploads.store_avatar(io.BytesIO(picture()))}
    assert all(keys)
    (root / "attachments/README").touch()
    (root / "attachments" / ("0" * 32)).symlink_to("/etc/passwd")
    (root / ("1" * 32)).touch()
    (root / ".restoring/attachments").mkdir(parents=True)
    (root / ".restoring/attachments" / ("2" * 32)).touch()
    assert set(media.stored_keys()) == keys
    assert {key: file.read() for key, file in media.every_file()} == {
        key: (root / key).read_bytes() for key in keys
    }


def test_a_file_that_goes_meanwhile_is_left_out() -> None:
    first, second, third = sorted(store() for _ in range(3))
    found = media.every_file()
    seen = {next(found)[0]}
    [gone, stays] = {first, second, third} - seen
    uploads.remove(gone)
    assert seen | {key for key, _ in found} == {*seen, stays}


def test_files_come_into_place_whatever_is_there(root: Path, tmp_path: Path) -> None:
    there, new = store(b"spoiled on this disk"), "avatars/" + "ab" * 16
    for key in (there, new):
        (tmp_path / "staged" / key).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "staged" / key).write_bytes(b"right")
    assert media.put_in_place(tmp_path / "staged", [there, new]) == [new]
    assert {key: file.read() for key, file in media.every_file()} == {there: b"right", new: b"right"}
    media.remove([new])
    assert set(media.stored_keys()) == {there}


def test_a_site_without_files_has_none() -> None:
    assert list(media.every_file()) == []
