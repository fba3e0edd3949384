"""Small pages that look like a phone's scan of a stamped paper."""

from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

SIZE = (496, 702)  # pixels: A4 at 60 dots an inch, legible enough and 20 to 60 KB
_PAPER = ((214, 213, 208), (206, 205, 200), (222, 221, 217), (198, 196, 190))
_INK, _STAMP = (62, 62, 70), (186, 48, 44)
_PALETTE = [level for colour in (*_PAPER, _INK, _STAMP) for level in colour]
_INK_INDEX, _STAMP_INDEX = len(_PAPER), len(_PAPER) + 1


def scan_png(rng: Random) -> bytes:
    """Return one page as a PNG with a palette of six colours."""
    return _encoded(_page(rng), "PNG", optimize=True)


def scan_jpeg(rng: Random) -> bytes:
    """Return one page as a JPEG."""
    return _encoded(_page(rng).convert("RGB"), "JPEG", quality=50)


def _encoded(page: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    page.save(out, kind, **options)
    return out.getvalue()


def _page(rng: Random) -> Image.Image:
    width, height = SIZE
    page = Image.frombytes("P", SIZE, rng.randbytes(width * height).translate(_grain(rng)))
    page.putpalette(_PALETTE)
    draw = ImageDraw.Draw(page)
    _rule(draw)
    for top in range(64, height - 150, 26):
        _write(draw, rng, top)
    _stamp(draw, rng)
    return page


def _grain(rng: Random) -> bytes:
    """Return a table from random byte to shade of paper; more grain makes a larger file."""
    specks = rng.randint(3, 16)
    return bytes([0] * (256 - 3 * specks) + [1] * specks + [2] * specks + [3] * specks)


def _rule(draw: ImageDraw.ImageDraw) -> None:
    width, height = SIZE
    draw.rectangle((36, 50, width - 36, height - 40), outline=_INK_INDEX)
    for y in range(76, height - 140, 26):
        draw.line((36, y, width - 36, y), fill=_INK_INDEX)


def _write(draw: ImageDraw.ImageDraw, rng: Random, top: int) -> None:
    """Draw one line of strokes in square cells, as Chinese handwriting looks from afar."""
    for left in range(46, rng.randint(160, SIZE[0] - 60), 13):
        for _ in range(rng.randint(3, 6)):
            x, y = left + rng.randint(0, 6), top - rng.randint(0, 8)
            draw.line((x, y, x + rng.randint(-2, 5), y + rng.randint(-3, 3)), fill=_INK_INDEX)


def _stamp(draw: ImageDraw.ImageDraw, rng: Random) -> None:
    x, y = rng.randint(330, 390), rng.randint(560, 590)
    for radius, line in ((46, 3), (12, 2)):
        box = (x - radius, y - radius, x + radius, y + radius)
        draw.ellipse(box, outline=_STAMP_INDEX, width=line)
    for dx in range(-30, 31, 12):
        draw.line((x + dx, y - 30, x + dx + 4, y - 22), fill=_STAMP_INDEX, width=2)
