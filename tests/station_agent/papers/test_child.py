"""What one page becomes, and what is not taken: each with its own words."""

from collections.abc import Callable

import pytest
from PIL import Image

from protocol.errors.scans import (
    PdfActiveError,
    PdfLockedError,
    PdfPagesError,
    ScanAnimatedError,
    ScanDamagedError,
    ScanError,
    ScanHeicError,
    ScanKindError,
    ScanLargeError,
    ScanPixelsError,
    ScanSlowError,
)
from station_agent.papers import child, pdf, picture
from station_agent.papers.child import prepare
from station_agent.papers.limits import (
    MAX_PDF_PAGES,
    MAX_PDF_STREAM_BYTES,
    MAX_PIXELS,
    MAX_SOURCE_BYTES,
    MIB,
)
from station_agent.papers.wanted import JPEG, PDF, Crop, Wanted
from tests.station_agent.papers import scans

RED, WHITE = (200, 0, 0), (255, 255, 255)


def is_red(page: bytes, x: float, y: float) -> bool:
    image = scans.opened(page).convert("RGB")
    found = image.getpixel((int(x * (image.width - 1)), int(y * (image.height - 1))))
    assert isinstance(found, tuple)
    return abs(found[0] - RED[0]) < 30 and found[1] < 90


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP"])
def test_every_kind_of_picture_becomes_the_same_jpeg(kind: str) -> None:
    prepared, page = prepare(scans.picture(kind=kind), Wanted())
    assert (prepared.kind, prepared.width, prepared.height) == (JPEG, 400, 300)
    assert scans.opened(page).format == "JPEG"
    assert is_red(page, 0.1, 0.5)
    assert not is_red(page, 0.9, 0.5)


def test_of_a_telephone_s_photo_only_the_pixels_are_kept() -> None:
    source = scans.telephone_photo()
    for secret in (b"Exif", b"adobe", scans.SECRET.encode()):
        assert secret in source
        assert secret not in prepare(source, Wanted())[1]
    kept = scans.opened(prepare(source, Wanted())[1])
    assert dict(kept.getexif()) == {}
    assert set(kept.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize(
    ("orientation", "at"), [(1, (0.1, 0.5)), (3, (0.9, 0.5)), (6, (0.5, 0.1)), (8, (0.5, 0.9))]
)
def test_it_stands_as_the_telephone_was_held(orientation: int, at: tuple[float, float]) -> None:
    _, page = prepare(scans.telephone_photo(orientation), Wanted())
    assert is_red(page, *at)


def test_an_orientation_that_can_t_be_read_turns_nothing() -> None:
    broken = scans.picture(exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    assert is_red(prepare(broken, Wanted())[1], 0.1, 0.5)


def test_it_is_shrunk_to_what_is_wanted_and_never_made_larger() -> None:
    large = scans.photo(2000, 1000)
    prepared, page = prepare(large, Wanted(edge=800))
    assert (prepared.width, prepared.height) == scans.opened(page).size == (800, 400)
    assert len(page) < len(large)
    small, _ = prepare(scans.picture(90, 60), Wanted(edge=800))
    assert (small.width, small.height) == (90, 60)


@pytest.mark.parametrize("quality", [15, 30, 65, 75])
def test_a_jpeg_does_not_become_heavier(quality: int) -> None:
    noise = Image.effect_noise((800, 600), 60).convert("RGB")
    light = scans.saved(noise, "JPEG", quality=quality)
    page = prepare(light, Wanted())[1]
    assert len(light) // 3 < len(page) <= len(light)


def test_it_keeps_to_the_bytes_of_the_item_or_says_that_it_can_t() -> None:
    source = scans.photo(1600, 1200)
    prepared, page = prepare(source, Wanted(max_bytes=150_000))
    assert len(page) <= 150_000
    assert prepared.width >= 500
    with pytest.raises(ScanLargeError, match="3 KB"):
        prepare(source, Wanted(max_bytes=3 * 1024))


def test_grey_is_grey_and_what_is_clear_is_white() -> None:
    _, page = prepare(scans.picture(), Wanted(gray=True))
    assert scans.opened(page).mode == "L"
    clear = scans.picture(kind="PNG", mode="RGBA")
    transparent = scans.opened(clear)
    transparent.putalpha(0)
    _, page = prepare(scans.saved(transparent, "PNG"), Wanted())
    assert scans.opened(page).getpixel((10, 10)) == WHITE


@pytest.mark.parametrize(
    ("turn", "at"), [(90, (0.5, 0.1)), (180, (0.9, 0.5)), (270, (0.5, 0.9)), (0, (0.1, 0.5))]
)
def test_it_is_turned_clockwise(turn: int, at: tuple[float, float]) -> None:
    _, page = prepare(scans.picture(), Wanted(turn=turn))
    assert is_red(page, *at)


def test_it_is_cropped_after_it_was_turned() -> None:
    """Turned by 90 degrees the upper half is red."""
    prepared, page = prepare(scans.picture(), Wanted(turn=90, crop=Crop(bottom=500)))
    assert (prepared.width, prepared.height) == (300, 200)
    assert is_red(page, 0.1, 0.9)
    assert is_red(page, 0.9, 0.1)


NO_PAGES: dict[str, tuple[Callable[[], bytes], type[ScanError]]] = {
    "huge": (scans.huge_png, ScanPixelsError),
    "animated": (scans.animated, ScanAnimatedError),
    "animated PNG": (lambda: scans.animated("PNG"), ScanAnimatedError),
    "TIFF of pages": (lambda: scans.animated("TIFF"), ScanAnimatedError),
    "HEIC": (scans.heic, ScanHeicError),
    "SVG called jpg": (lambda: scans.SVG, ScanKindError),
    "HTML": (lambda: b"<html><script>x()</script></html>", ScanKindError),
    "program": (lambda: b"MZ" + bytes(500), ScanKindError),
    "ZIP": (lambda: b"PK\x03\x04" + bytes(500), ScanKindError),
    "nothing": (lambda: b"", ScanDamagedError),
    "head": (lambda: b"\xff\xd8\xff", ScanDamagedError),
    "cut JPEG": (lambda: scans.picture()[:-300], ScanDamagedError),
    "cut PNG": (lambda: scans.picture(kind="PNG")[:200], ScanDamagedError),
    "PDF with a password": (lambda: scans.pdf(password="x"), PdfLockedError),
    "PDF with a script": (lambda: scans.pdf(script="app.alert(1)"), PdfActiveError),
    "PDF with a file": (lambda: scans.pdf(file=b"MZ"), PdfActiveError),
    "PDF that starts": (lambda: scans.active_pdf("Launch"), PdfActiveError),
    "PDF that sends": (lambda: scans.active_pdf("SubmitForm"), PdfActiveError),
    "PDF that starts in two places": (
        lambda: scans.active_pdf("Launch", name_apart=True),
        PdfActiveError,
    ),
    "PDF that opens a page of the web": (lambda: scans.active_pdf("URI"), PdfActiveError),
    "PDF that does so when closed": (lambda: scans.active_pdf("URI", "/AA"), PdfActiveError),
    "PDF with a bomb to draw": (lambda: scans.drawn_pdf(bytes(100 * MIB)), ScanSlowError),
    "PDF with more than a font": (
        lambda: scans.drawn_pdf(bytes(MAX_PDF_STREAM_BYTES + 1)),
        ScanSlowError,
    ),
    "PDF with a huge picture": (
        lambda: scans.drawn_pdf(b"x", Width=MAX_PIXELS + 1, Height=1),
        ScanPixelsError,
    ),
    "PDF and ZIP": (lambda: scans.pdf() + b"PK\x03\x04 and another file", PdfActiveError),
    "cut PDF": (lambda: scans.pdf()[:-50], ScanDamagedError),
    "no PDF": (lambda: b"%PDF-1.4 hello\n%%EOF", ScanDamagedError),
    "PDF bomb": (lambda: scans.bomb_pdf(300), ScanDamagedError),
}


@pytest.mark.parametrize("name", NO_PAGES)
def test_what_is_no_page_is_refused_in_its_own_words(name: str) -> None:
    make, kind = NO_PAGES[name]
    with pytest.raises(ScanError) as raised:
        prepare(make(), Wanted())
    assert type(raised.value) is kind
    assert raised.value.words() != ScanError().words()


def test_a_picture_of_many_bytes_in_few_ends_where_its_edges_say() -> None:
    """What would be 200 MiB of data is a picture of 100 x 100: no more is unpacked."""
    prepared, _ = prepare(scans.bomb_png(50), Wanted())
    assert (prepared.width, prepared.height) == (100, 100)


def test_a_picture_that_is_something_else_as_well_is_only_a_picture() -> None:
    both = scans.picture() + scans.pdf() + b"<script>x()</script>"
    page = prepare(both, Wanted())[1]
    assert b"%PDF" not in page
    assert b"script" not in page


def test_a_pdf_that_can_only_be_looked_at_stays_as_it_is() -> None:
    large = scans.drawn_pdf(b"x", Width=MAX_PIXELS, Height=1)
    for source in (scans.pdf(3), scans.active_pdf("GoTo"), scans.drawn_pdf(bytes(MIB)), large):
        prepared, page = prepare(source, Wanted())
        assert (prepared.kind, page) == (PDF, source)
    with pytest.raises(ScanLargeError):
        prepare(scans.pdf(), Wanted(max_bytes=100))


def test_exactly_so_many_pages_of_a_pdf_are_taken() -> None:
    assert prepare(scans.pdf(MAX_PDF_PAGES), Wanted())[0].pages == MAX_PDF_PAGES
    with pytest.raises(PdfPagesError):
        prepare(scans.pdf(MAX_PDF_PAGES + 1), Wanted())


def test_exactly_so_many_pixels_are_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ScanPixelsError):
        prepare(scans.huge_png(MAX_PIXELS + 1, 1), Wanted())
    monkeypatch.setattr(picture, "MAX_PIXELS", 400 * 300)
    assert prepare(scans.picture(), Wanted())[0].width == 400
    with pytest.raises(ScanPixelsError):
        prepare(scans.picture(401), Wanted())


def test_exactly_so_many_bytes_are_read() -> None:
    padded = scans.picture() + bytes(MAX_SOURCE_BYTES)
    assert prepare(padded[:MAX_SOURCE_BYTES], Wanted())[0].width == 400
    with pytest.raises(ScanLargeError):
        prepare(padded[: MAX_SOURCE_BYTES + 1], Wanted())


def test_a_pdf_of_too_many_objects_is_not_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_PDF_OBJECTS", 3)
    with pytest.raises(ScanDamagedError):
        prepare(scans.pdf(), Wanted())


def test_a_library_that_is_not_there_is_no_fault_of_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(_: bytes) -> None:
        raise ImportError("PIL")

    monkeypatch.setattr(child, "_way_of", missing)
    with pytest.raises(ImportError):
        prepare(scans.picture(), Wanted())


@pytest.mark.parametrize("edges", [(500, 0, 500, 1000), (0, 900, 1000, 100), (-1, 0, 9, 9)])
def test_a_crop_leaves_something(edges: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = edges
    with pytest.raises(ValueError, match="no crop"):
        Crop(left=left, top=top, right=right, bottom=bottom)
