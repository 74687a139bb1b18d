"""Images: measured before they are decoded, and kept as pixels alone, without what the camera noted."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from PIL import Image, ImageOps

from chat.uploads.errors import UploadRefused
from chat.uploads.stripping import without_metadata

MOST_PIXELS = 50_000_000
THUMBNAIL = 720  # pixels, the longer side
AVATAR = 256  # pixels, each side
_ORIENTATION = 0x0112
_QUARTER_TURNS = (5, 6, 7, 8)
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


def measure(file: BinaryIO, kind: str) -> tuple[int, int] | None:
    """Return the width and height an image is shown at, or None if it is broken; reads headers only.

    Raises:
        UploadRefused: too many pixels.
    """
    try:
        with _opened(file, (kind,)) as image:
            turned = image.getexif().get(_ORIENTATION) in _QUARTER_TURNS
            return (image.height, image.width) if turned else (image.width, image.height)
    except BrokenImage:
        return None


def cleaned(file: BinaryIO, kind: str) -> tuple[bytes, bytes | None]:
    """Return the image without its metadata, upright, and a WebP thumbnail if it is large.

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
            return _encoded(upright, kind), thumbnail
    file.seek(0)
    return without_metadata(file.read(), kind), thumbnail


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
    except Image.DecompressionBombError as error:
        raise UploadRefused("too_large", "The image has too many pixels.") from error
    # Pillow's decoders raise whatever the first wrong byte leads to.
    except (OSError, SyntaxError, ValueError, TypeError, IndexError, KeyError, EOFError, OverflowError) as error:
        raise BrokenImage from error


def _upright(image: Image.Image) -> Image.Image:
    """The first frame, decoded, turned as its EXIF says, with nothing but pixels and colour profile."""
    upright = ImageOps.exif_transpose(image)
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
