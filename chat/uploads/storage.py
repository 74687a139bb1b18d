"""Files in the site's storage, under names nobody can guess."""

import re
import secrets
from typing import BinaryIO, NamedTuple

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from chat.uploads import images
from chat.uploads.errors import UploadRefused
from chat.uploads.inspection import inspect
from chat.uploads.types import BINARY, IMAGES

_KEY = re.compile(r"[a-z]+/[0-9a-f]{32}")


class Stored(NamedTuple):
    """A file in storage; ``size`` in bytes, width and height in pixels, ``thumbnail_key`` empty if it has none."""

    key: str
    name: str
    type: str
    size: int
    width: int | None
    height: int | None
    thumbnail_key: str


def store(file: BinaryIO, name: str) -> Stored:
    """Keep an upload, images without their metadata and with a thumbnail if larger than 720 pixels.

    Raises:
        UploadRefused: see ``inspect``.
    """
    found = inspect(file, name)
    if found.type in IMAGES:
        try:
            image = images.cleaned(file, IMAGES[found.type])
        except images.BrokenImage:
            found = found._replace(type=BINARY, width=None, height=None, inline=False)
        else:
            return _store_image(found.name, found.type, image)
    file.seek(0)
    key = _save("attachments", File(file))
    return Stored(key, found.name, found.type, default_storage.size(key), None, None, "")


def store_avatar(file: BinaryIO) -> str:
    """Keep a square WebP of 256 pixels made from an image, and return its key.

    Raises:
        UploadRefused: it is no image, or see ``inspect``.
    """
    inspect(file, "avatar")
    try:
        return _save("avatars", ContentFile(images.avatar(file)))
    except images.BrokenImage as error:
        raise UploadRefused("invalid", "A picture must be a PNG, JPEG, GIF or WebP image.") from error


def open_stored(key: str) -> "File[bytes]":
    """Open a stored file for reading.

    Raises:
        FileNotFoundError: it was removed.
    """
    opened: File[bytes] = default_storage.open(key)
    return opened


def remove(key: str) -> None:
    """Remove a stored file; one that is gone already is no error, so a removal can be repeated."""
    default_storage.delete(key)


def is_key(name: str) -> bool:
    """Whether a stored file could have this name: no path that leads out of the storage does."""
    return _KEY.fullmatch(name) is not None


def _store_image(name: str, type_: str, image: images.Cleaned) -> Stored:
    key = _save("attachments", ContentFile(image.data))
    try:
        thumbnail_key = _save("attachments", ContentFile(image.thumbnail)) if image.thumbnail else ""
    except BaseException:
        # Nothing points to the first file yet, so nobody else would ever remove it.
        remove(key)
        raise
    return Stored(key, name, type_, len(image.data), image.width, image.height, thumbnail_key)


def _save(folder: str, content: "File[bytes]") -> str:
    return default_storage.save(f"{folder}/{secrets.token_hex(16)}", content)
