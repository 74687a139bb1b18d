"""Images: measured before they are decoded, and kept as pixels alone, without what the camera noted."""

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, NamedTuple

from PIL import Image, ImageOps

from chat.uploads.errors import UploadRefused
from chat.uploads.stripping import without_metadata

MOST_PIXELS = 50_000_000
THUMBNAIL = 720  # pixels, the longer side
AVATAR = 256  # pixels, each side
_ORIENTATION = 0x0112
_QUARTER_TURNS = (5, 6, 7, 8)
# Notes that cannot be read are no reason to refuse the picture.
_BROKEN_NOTES = (SyntaxError, ValueError, KeyError, TypeError, struct.error)
_KEPT = ("icc_profile", "transparency", "background", "duration", "loop")
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
_SAVING: dict[str, dict[str, object]] = {
    "PNG": {"compress_level": 6},
    "JPEG": {"quality": 90, "optimize": True, "progressive": True},
    "GIF": {},
    "WEBP": {"quality": 90, "method": 4},
}


class BrokenImage(Exception):
    """The file begins like an image and cannot be decoded as one."""


class Cleaned(NamedTuple):
    """An image fit to be shown to others; width and height in pixels, the thumbnail a WebP or None."""

    data: bytes
    width: int
    height: int
    thumbnail: bytes | None


def measure(file: BinaryIO, kind: str) -> tuple[int, int] | None:
    """Return the width and height an image is shown at, or None if it is broken; reads headers only.

    Raises:
        UploadRefused: too many pixels.
    """
    try:
        with _opened(file, (kind,)) as image:
            return (image.height, image.width) if _lies_on_its_side(image) else (image.width, image.height)
    except BrokenImage:
        return None


def _lies_on_its_side(image: Image.Image) -> bool:
    with suppress(*_BROKEN_NOTES):
        # The base class's way: a PNG's own would decode all of it to look for notes at the end.
        return Image.Image.getexif(image).get(_ORIENTATION) in _QUARTER_TURNS
    return False


def cleaned(file: BinaryIO, kind: str) -> Cleaned:
    """Return the image without its metadata, upright, and a WebP thumbnail if it is larger than 720 pixels.

    Stills are encoded anew, so that no byte a stranger wrote reaches another person's decoder. Animations
    keep their frames as they are: to encode them again would cost minutes of processor time.

    Raises:
        BrokenImage: it cannot be decoded.
        UploadRefused: too many pixels.
    """
    with _opened(file, (kind,)) as image:
        upright = _upright(image)
        thumbnail = _thumbnail(upright) if max(upright.size) > THUMBNAIL else None
        if not getattr(image, "is_animated", False):
            return Cleaned(_encoded(upright, kind), *upright.size, thumbnail)
        file.seek(0)
        return Cleaned(without_metadata(file.read(), kind), *image.size, thumbnail)


def avatar(file: BinaryIO) -> bytes:
    """Return the middle square of an image as a WebP of 256 pixels.

    Raises:
        BrokenImage: it is no image of a known format.
        UploadRefused: too many pixels.
    """
    with _opened(file, _FORMATS) as image:
        return _encoded(ImageOps.fit(_in_colour(_upright(image)), (AVATAR, AVATAR)), "WEBP")


@contextmanager
def _opened(file: BinaryIO, formats: tuple[str, ...]) -> Iterator[Image.Image]:
    """Open an image of these formats; whatever goes wrong while it is open is a broken image."""
    try:
        with warnings.catch_warnings():
            # Our own limit below is lower than the one Pillow warns of.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(file, formats=formats)
        if image.width * image.height > MOST_PIXELS:
            raise UploadRefused("too_large", f"The image has more than {MOST_PIXELS // 1_000_000} megapixels.")
        yield image
    except UploadRefused:
        raise
    except Image.DecompressionBombError as error:
        raise UploadRefused("too_large", "The image has too many pixels.") from error
    # Pillow's decoders raise whatever the first wrong byte leads to: SyntaxError, struct.error, KeyError …
    except Exception as error:
        raise BrokenImage from error


def _upright(image: Image.Image) -> Image.Image:
    """The first frame, decoded, turned as its EXIF says, with nothing but pixels and colour profile."""
    image.load()
    try:
        upright = ImageOps.exif_transpose(image)
    except _BROKEN_NOTES:
        upright = image.copy()
    upright.info = {key: image.info[key] for key in _KEPT if key in image.info}
    return upright


def _thumbnail(image: Image.Image) -> bytes:
    small = _in_colour(image)
    small.thumbnail((THUMBNAIL, THUMBNAIL))
    return _encoded(small, "WEBP", quality=80)


def _in_colour(image: Image.Image) -> Image.Image:
    """A copy in a mode that can be scaled smoothly; profiles are for the full size only."""
    has_alpha = "A" in image.mode or "transparency" in image.info
    copy = image.convert("RGBA" if has_alpha else "RGB")
    copy.info = {}
    return copy


def _encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **{**_SAVING[kind], **options})
    return out.getvalue()
