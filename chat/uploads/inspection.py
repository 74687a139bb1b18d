"""Look at an uploaded file without believing its name or its sender."""

import os
from typing import BinaryIO, NamedTuple

from django.conf import settings

from chat.uploads import images
from chat.uploads.errors import UploadRefused
from chat.uploads.names import safe_name
from chat.uploads.types import BINARY, HEAD, IMAGES, INLINE, type_of


class Inspected(NamedTuple):
    """What a file is; width and height are in pixels as shown, and only images have them."""

    type: str
    name: str
    width: int | None
    height: int | None
    inline: bool


def inspect(file: BinaryIO, name: str) -> Inspected:
    """Say what a file is, by its content; it is left at its start.

    An image that cannot be read is a plain file.

    Raises:
        UploadRefused: it is empty, above ``MAX_UPLOAD_BYTES``, or an image of more than 50 megapixels.
    """
    _check_size(file)
    name = safe_name(name)
    type_ = type_of(file.read(HEAD), name)
    file.seek(0)
    size = None
    if type_ in IMAGES:
        size = images.measure(file, IMAGES[type_])
        file.seek(0)
        if size is None:
            type_ = BINARY
    width, height = size or (None, None)
    return Inspected(type_, name, width, height, type_ in INLINE)


def _check_size(file: BinaryIO) -> None:
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    most: int = settings.MAX_UPLOAD_BYTES
    if size > most:
        raise UploadRefused("too_large", f"The file is larger than {most // 1_000_000} MB.")
    if not size:
        raise UploadRefused("invalid", "The file is empty.")
