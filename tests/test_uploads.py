"""A file is what its content says, and is kept without what it should not tell."""

import io
import struct
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image, ImageFile

from chat import uploads
from chat.uploads import UploadRefused, inspect, store, store_avatar
from tests.pictures import SECRET, animation, bomb, photograph, picture


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    settings.MAX_UPLOAD_BYTES = 1_000_000
    return tmp_path


def read(key: str) -> bytes:
    with uploads.open_stored(key) as file:
        data: bytes = file.read()
    return data


def opened(data: bytes) -> ImageFile.ImageFile:
    return Image.open(io.BytesIO(data))


# Types

ISO = struct.pack(">I", 24) + b"ftyp"
CONTENTS = [
    (picture("PNG"), "image/png", True),
    (picture("JPEG"), "image/jpeg", True),
    (picture("GIF"), "image/gif", True),
    (picture("WEBP"), "image/webp", True),
    (b"%PDF-1.7\n", "application/pdf", False),
    (b"PK\x03\x04rest", "application/zip", False),
    (ISO + b"isom\x00\x00\x02\x00isomiso2", "video/mp4", True),
    (ISO + b"M4A \x00\x00\x02\x00isomiso2", "audio/mp4", True),
    (ISO + b"qt  \x00\x00\x02\x00", "video/quicktime", False),
    (ISO + b"heic\x00\x00\x02\x00", "application/octet-stream", False),
    (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm" + b"\x00" * 90 + b"V_VP9", "video/webm", True),
    (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm" + b"\x00" * 90 + b"A_OPUS", "audio/webm", True),
    (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska", "application/octet-stream", False),
    (b"OggS\x00\x02" + b"\x00" * 22 + b"OpusHead", "audio/ogg", True),
    (b"OggS\x00\x02" + b"\x00" * 22 + b"\x80theora", "video/ogg", True),
    (b"ID3\x04\x00", "audio/mpeg", True),
    (b"\xff\xfb\x90\x64\x00", "audio/mpeg", True),
    (b"\xff\xf1\x50\x80\x00", "audio/aac", True),
    (b"fLaC\x00", "audio/flac", True),
    (b"RIFF\x24\x00\x00\x00WAVEfmt ", "audio/wav", True),
    (b"RIFF\x24\x00\x00\x00AVI LIST", "application/octet-stream", False),
    ("Grüße, 看\n".encode(), "text/plain", False),
    (b"<!doctype html><script>alert(1)</script>", "text/plain", False),
    (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "text/plain", False),
    (b"<?xml version='1.0'?><x/>", "text/plain", False),
    (b"\xff\xfeh\x00i\x00", "application/octet-stream", False),
    (b"a\x00b", "application/octet-stream", False),
    (b"MZ\x90\x00\x03", "application/octet-stream", False),
]


@pytest.mark.parametrize(("content", "kind", "inline"), CONTENTS)
@pytest.mark.parametrize("name", ["x.bin", "photo.png", "page.html", "drawing.svg"])
def test_the_content_decides_what_a_file_is(content: bytes, kind: str, inline: bool, name: str) -> None:
    found = inspect(io.BytesIO(content), name)
    assert (found.type, found.inline) == (kind, inline)


def test_the_name_only_tells_texts_from_each_other() -> None:
    assert inspect(io.BytesIO(b"a,b\n"), "x.CSV").type == "text/csv"
    assert inspect(io.BytesIO(b"# a\n"), "x.md").type == "text/markdown"
    assert inspect(io.BytesIO(b"\x00"), "x.csv").type == "application/octet-stream"


def test_a_text_cut_within_a_character_is_still_text() -> None:
    assert inspect(io.BytesIO(b"a" + "看".encode() * 4_000), "x.txt").type == "text/plain"


def test_an_image_is_measured_as_it_is_shown() -> None:
    assert inspect(io.BytesIO(picture("PNG")), "x.png")[2:4] == (40, 20)
    assert inspect(io.BytesIO(photograph()), "x.jpg")[2:4] == (20, 40)


def test_the_file_is_left_at_its_start() -> None:
    file = io.BytesIO(picture("PNG"))
    file.seek(7)
    inspect(file, "x.png")
    assert file.tell() == 0


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"RIFF\x10\x00\x00\x00WEBPVP8 "]
)
def test_a_broken_image_is_a_plain_file(content: bytes) -> None:
    assert inspect(io.BytesIO(content), "x.png") == ("application/octet-stream", "x.png", None, None, False)


def test_an_image_broken_further_in_is_kept_as_a_plain_file() -> None:
    whole = picture("PNG", (400, 400), mode="RGBA")
    assert store(io.BytesIO(whole), "x.png").type == "image/png"
    stored = store(io.BytesIO(whole[:-40]), "x.png")
    assert (stored.type, stored.width, stored.thumbnail_key) == ("application/octet-stream", None, "")
    assert read(stored.key) == whole[:-40]


# Refusals


def test_a_file_over_the_limit_is_refused() -> None:
    assert store(io.BytesIO(b"a" * 1_000_000), "x.txt").size == 1_000_000
    with pytest.raises(UploadRefused, match="larger than 1 MB") as refused:
        store(io.BytesIO(b"a" * 1_000_001), "x.txt")
    assert refused.value.code == "too_large"


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(UploadRefused) as refused:
        inspect(io.BytesIO(), "x.txt")
    assert refused.value.code == "invalid"


@pytest.mark.parametrize("size", [(10_000, 5_001), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_an_image_of_too_many_pixels_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    assert inspect(io.BytesIO(bomb(10_000, 5_000)), "x.png").width == 10_000
    for taken in (inspect, store):
        with pytest.raises(UploadRefused) as refused:
            taken(io.BytesIO(bomb(*size)), "x.png")
        assert refused.value.code == "too_large"


# What is kept


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_is_turned_upright_and_forgets_where_it_was_taken(kind: str) -> None:
    data = photograph(kind)
    assert SECRET in data
    stored = store(io.BytesIO(data), "x.jpg")
    kept = read(stored.key)
    assert SECRET not in kept
    assert (stored.size, stored.width, stored.height) == (len(kept), 20, 40)
    image = opened(kept)
    assert image.size == (20, 40)
    assert not image.getexif()
    top, bottom = (image.convert("RGB").getpixel((10, y)) for y in (5, 35))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 200 > 60 > top[2]
    assert bottom[2] > 200 > 60 > bottom[0]


def test_a_comment_is_not_kept() -> None:
    for kind in ("JPEG", "GIF"):
        data = picture(kind, comment=SECRET)
        assert SECRET in data
        assert SECRET not in read(store(io.BytesIO(data), "x").key)


def test_bytes_after_a_still_image_are_not_kept() -> None:
    stored = store(io.BytesIO(picture("JPEG") + b"<script>alert(1)</script>"), "x.jpg")
    assert b"<script>" not in read(stored.key)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_animation_keeps_moving_but_forgets_its_notes(kind: str) -> None:
    data = animation(kind)
    assert SECRET in data
    stored = store(io.BytesIO(data + b"<script>"), "x")
    kept = read(stored.key)
    assert SECRET not in kept
    assert b"<script>" not in kept
    assert stored.type == f"image/{kind.lower()}"
    image = opened(kept)
    assert getattr(image, "n_frames", 1) == 3
    assert image.info["loop"] == 0
    image.seek(2)
    image.load()
    assert image.info["duration"] == 100
    blue = image.convert("RGB").getpixel((5, 5))
    assert isinstance(blue, tuple)
    assert blue[2] > 200 > 60 > blue[0]


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_animation_cut_anywhere_is_taken_or_a_plain_file(kind: str) -> None:
    data = animation(kind)
    for length in range(12, len(data), 7):
        assert store(io.BytesIO(data[:length]), "x").type in {f"image/{kind.lower()}", "application/octet-stream"}


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "P"), ("PNG", "LA"), ("PNG", "1"), ("PNG", "I;16"), ("JPEG", "CMYK")]
)
def test_every_mode_of_colour_has_a_thumbnail(kind: str, mode: str) -> None:
    stored = store(io.BytesIO(picture(kind, (1_440, 720), mode)), "x")
    thumbnail = opened(read(stored.thumbnail_key))
    assert (thumbnail.format, thumbnail.size) == ("WEBP", (720, 360))


def test_a_small_image_is_its_own_thumbnail() -> None:
    assert store(io.BytesIO(picture("PNG", (720, 720))), "x").thumbnail_key == ""
    assert store(io.BytesIO(picture("PNG", (721, 10))), "x").thumbnail_key != ""


def test_a_name_in_storage_cannot_be_guessed_from_the_file() -> None:
    first, second = (store(io.BytesIO(b"same"), "../../secret.txt") for _ in range(2))
    assert first.key != second.key
    assert first.name == "secret.txt"
    assert first.key.startswith("attachments/")
    assert "secret" not in first.key


def test_nothing_stays_behind_when_the_thumbnail_cannot_be_stored(
    storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[str] = []
    save = default_storage.save

    def full_after_one(name: str, content: Any) -> str:
        if saved:
            raise OSError("No space left on device")
        saved.append(save(name, content))
        return saved[0]

    monkeypatch.setattr(default_storage, "save", full_after_one)
    with pytest.raises(OSError, match="No space"):
        store(io.BytesIO(picture("PNG", (800, 10))), "x")
    assert saved
    assert not default_storage.exists(saved[0])


def test_a_removed_file_is_gone_and_may_be_removed_again() -> None:
    key = store(io.BytesIO(b"text"), "x.txt").key
    assert read(key) == b"text"
    uploads.remove(key)
    with pytest.raises(FileNotFoundError):
        read(key)
    uploads.remove(key)


# Avatars


@pytest.mark.parametrize(
    "data", [picture("PNG", (900, 300), "P"), photograph(), animation("GIF"), picture("WEBP")]
)
def test_an_avatar_is_a_square_webp(data: bytes) -> None:
    key = store_avatar(io.BytesIO(data))
    assert key.startswith("avatars/")
    avatar = opened(read(key))
    assert (avatar.format, avatar.size, dict(avatar.getexif())) == ("WEBP", (256, 256), {})


def test_only_an_image_can_be_an_avatar() -> None:
    for data in (
        b"text",
        b"%PDF-1.7",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        picture("BMP"),
        picture("PNG")[:60],
    ):
        with pytest.raises(UploadRefused) as refused:
            store_avatar(io.BytesIO(data))
        assert refused.value.code == "invalid"
