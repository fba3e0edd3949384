"""A picture becomes a JPEG of the size that is asked for: only its pixels are kept.

Position, time, telephone and whatever else stands in a photo stay behind. Runs in the process of
``station_agent.papers.child`` alone.

Source: docs/security.md, "Papers at the desk".
"""

import io
import struct
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from protocol.errors.scans import (
    ScanAnimatedError,
    ScanDamagedError,
    ScanLargeError,
    ScanPixelsError,
)
from station_agent.papers.limits import MAX_PIXELS
from station_agent.papers.wanted import JPEG, WHOLE, Crop, Prepared, Wanted

_FORMATS = ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP")  # no others are tried
_QUALITIES = (80, 70, 60, 50)
_POORER = (40, 30, 20, 10)  # of what was as poor when it was brought
_SMALLER, _LEAST_EDGE = 0.8, 500  # steps of shrinking; below that nobody can read a paper
_TURNS = {
    90: Image.Transpose.ROTATE_270,  # Pillow counts the other way round
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}


def prepare_picture(source: bytes, wanted: Wanted) -> tuple[Prepared, bytes]:
    """A JPEG without anything but pixels, not larger than wanted nor than it was.

    Raises:
        ScanPixelsError: more than are unpacked.
        ScanAnimatedError: several pictures in one file.
        ScanDamagedError: its head can't be read.
        ScanLargeError: it can't be made small enough to be read.
        Exception: whatever Pillow raises on what is no picture.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # we have bounds of our own, and answer in our own words
        Image.MAX_IMAGE_PIXELS = None
        image = _shrunk(_turned(_open(source, wanted), wanted), wanted.edge)
    is_jpeg = source.startswith(b"\xff\xd8")
    rather = min(wanted.max_bytes, len(source)) if is_jpeg else wanted.max_bytes
    page, image = _jpeg(image, wanted.max_bytes, rather)
    return Prepared(kind=JPEG, width=image.width, height=image.height), page


def _open(source: bytes, wanted: Wanted) -> Image.Image:
    """Unpacked, upright, in colours or grey; its size was looked at before."""
    try:
        image: Image.Image = Image.open(io.BytesIO(source), formats=_FORMATS)
    except UnidentifiedImageError:
        raise ScanDamagedError from None
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise ScanPixelsError(f"{width} x {height}")
    if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":
        raise ScanAnimatedError
    if wanted.crop is None:
        image.draft("RGB", (wanted.edge, wanted.edge))  # a JPEG is unpacked at half the size
    image.load()
    upright = _upright(image)
    return _plain(upright, "L" if wanted.gray or upright.mode in ("1", "L", "LA") else "RGB")


def _upright(image: Image.Image) -> Image.Image:
    """As the telephone was held; what can't be read of that turns nothing."""
    try:
        return ImageOps.exif_transpose(image)
    except (AttributeError, LookupError, SyntaxError, TypeError, ValueError, struct.error):
        return image


def _plain(image: Image.Image, mode: str) -> Image.Image:
    """Without transparency: what was clear is white, as paper is."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        clear = image.convert("RGBA")
        image = Image.new("RGB", clear.size, "white")
        image.paste(clear, mask=clear.getchannel("A"))
    return image if image.mode == mode else image.convert(mode)


def _turned(image: Image.Image, wanted: Wanted) -> Image.Image:
    if wanted.turn:
        image = image.transpose(_TURNS[wanted.turn])
    return image if wanted.crop is None else image.crop(_box(image, wanted.crop))


def _box(image: Image.Image, crop: Crop) -> tuple[int, int, int, int]:
    left, right = (image.width * edge // WHOLE for edge in (crop.left, crop.right))
    top, bottom = (image.height * edge // WHOLE for edge in (crop.top, crop.bottom))
    return left, top, max(right, left + 1), max(bottom, top + 1)


def _shrunk(image: Image.Image, edge: int) -> Image.Image:
    longer = max(image.size)
    if longer <= edge:
        return image
    size = (max(1, image.width * edge // longer), max(1, image.height * edge // longer))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _jpeg(image: Image.Image, most: int, rather: int) -> tuple[bytes, Image.Image]:
    """The best that has at most ``rather`` bytes, else ``most``; and the picture in it."""
    while True:
        page = b""
        for quality in _QUALITIES:
            page = _saved(image, quality)
            if len(page) <= rather:
                return page, image
        if len(page) <= most:
            return _poorer(image, rather, page), image
        if max(image.size) * _SMALLER < _LEAST_EDGE:
            raise ScanLargeError(f"{most // 1024} KB")
        image = _shrunk(image, int(max(image.size) * _SMALLER))


def _poorer(image: Image.Image, rather: int, page: bytes) -> bytes:
    """Not heavier than ``rather``, as far as that can be: what was lost before is lost anyway."""
    for quality in _POORER:
        if len(page) <= rather:
            break
        page = _saved(image, quality)
    return page


def _saved(image: Image.Image, quality: int) -> bytes:
    image.info.clear()  # Pillow would copy remarks and XMP, where a position may stand, too
    made = io.BytesIO()
    image.save(made, "JPEG", quality=quality, optimize=True)
    return made.getvalue()
