"""Small images of every kind an upload may be."""

import io
import struct
import zlib

from PIL import Image, ImageDraw

SECRET = b"51.5007 N, taken by Alice"


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: object) -> bytes:
    """An image whose left half is red and right half blue."""
    image = Image.new("RGB", size, "red")
    ImageDraw.Draw(image).rectangle((size[0] // 2, 0, *size), fill="blue")
    out = io.BytesIO()
    image.convert(mode).save(out, kind, **options)
    return out.getvalue()


def photograph(kind: str = "JPEG", orientation: int = 6) -> bytes:
    """An image held sideways, with what a camera notes."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = SECRET.decode()
    return picture(kind, exif=exif)


def animation(kind: str, size: tuple[int, int] = (40, 20)) -> bytes:
    """Three frames: red, green, blue."""
    frames = [Image.new("RGB", size, colour) for colour in ("red", "lime", "blue")]
    out = io.BytesIO()
    extra: dict[str, object] = {"comment": SECRET} if kind == "GIF" else {"exif": SECRET}
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=100, loop=0, **extra)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is huge."""
    small = picture("PNG", (1, 1))
    header = b"IHDR" + struct.pack(">II", width, height) + small[24:29]
    return small[:12] + header + struct.pack(">I", zlib.crc32(header)) + small[33:]
