"""A PDF is kept as it is, if it can do nothing but be looked at.

Runs in the process of ``station_agent.papers.child`` alone.

Source: docs/security.md, "Papers at the desk"; ISO 32000-1, 7.5, 7.6 and 12.6.
"""

import io
import logging
import re
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.errors import LimitReachedError
from pypdf.filters import decode_stream_data
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from protocol.errors.scans import (
    PdfActiveError,
    PdfLockedError,
    PdfPagesError,
    ScanDamagedError,
    ScanLargeError,
    ScanPixelsError,
    ScanSlowError,
)
from station_agent.papers.limits import (
    MAX_PDF_OBJECTS,
    MAX_PDF_PAGES,
    MAX_PDF_STREAM_BYTES,
    MAX_PIXELS,
)
from station_agent.papers.wanted import PDF, Prepared, Wanted

_ACTIVE = frozenset({"/JavaScript", "/JS", "/EmbeddedFile", "/EmbeddedFiles", "/RichMedia", "/XFA"})
_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition"}
)
_SUBTYPES = frozenset({"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"})
_BY_ITSELF = "/OpenAction"  # done without a click; a place in the file is all that it may name
_IMAGE = "/Image"
_END = re.compile(rb"%%EOF\s*\Z")


def prepare_pdf(source: bytes, wanted: Wanted) -> tuple[Prepared, bytes]:
    """The same bytes, after they were looked at.

    Raises:
        PdfLockedError, PdfActiveError, PdfPagesError, ScanLargeError: it is not taken.
        ScanPixelsError, ScanSlowError: whoever shows it would unpack too much.
        ScanDamagedError: it has no end, no page, or too many objects.
        Exception: whatever pypdf raises on what is no PDF.
    """
    if len(source) > wanted.max_bytes:
        raise ScanLargeError(f"{wanted.max_bytes // 1024} KB")
    if b"%%EOF" not in source:
        raise ScanDamagedError
    if not _END.search(source):
        raise PdfActiveError("%%EOF 之后还有内容")
    logging.getLogger("pypdf").disabled = True  # its words are not for our log
    return Prepared(kind=PDF, pages=_pages(source)), source


def _pages(source: bytes) -> int:
    """How many there are, after every object was looked at."""
    reader = PdfReader(io.BytesIO(source), strict=False)
    if reader.is_encrypted:
        raise PdfLockedError
    for number, found in enumerate(_every(reader)):
        if number > MAX_PDF_OBJECTS:
            raise ScanDamagedError
        _look_at(found)
    pages = len(reader.pages)
    if pages > MAX_PDF_PAGES:
        raise PdfPagesError(str(MAX_PDF_PAGES))
    if not pages:
        raise ScanDamagedError
    for page in reader.pages:
        _ = page.mediabox
    return pages


def _every(reader: PdfReader) -> Iterator[Any]:
    """The trailer, every object that the file lists, and what stands inside of each."""
    waiting: list[Any] = [reader.trailer]
    listed = [
        *((generation, number) for generation, of in reader.xref.items() for number in of),
        *((0, number) for number in reader.xref_objStm),
    ]
    waiting += [IndirectObject(number, gen, reader).get_object() for gen, number in listed]
    while waiting:
        found = waiting.pop()
        yield found
        if isinstance(found, DictionaryObject):
            waiting += [found.raw_get(key) for key in found]
        elif isinstance(found, ArrayObject):
            waiting += list(iter(found))


def _look_at(found: object) -> None:
    """Raise ScanError if this object does something, or is too large when it is unpacked."""
    if not isinstance(found, DictionaryObject):
        return
    for key in found:
        if key in _ACTIVE:
            raise PdfActiveError(str(key).lstrip("/"))
    for key, bad in (("/S", _ACTIONS), ("/Subtype", _SUBTYPES)):
        value = _at(found, key)
        if isinstance(value, str) and value in bad:
            raise PdfActiveError(value.lstrip("/"))
    _look_at_opening(found)
    if isinstance(found, StreamObject):
        _look_at_stream(found)


def _look_at_opening(found: DictionaryObject) -> None:
    """What is done when the file or a page is opened: nothing but going to a place in it."""
    if _at(found, "/AA"):
        raise PdfActiveError("AA")
    does = _at(found, _BY_ITSELF)
    if isinstance(does, DictionaryObject) and (_at(does, "/S") != "/GoTo" or "/Next" in does):
        raise PdfActiveError(_BY_ITSELF.lstrip("/"))


def _look_at_stream(found: StreamObject) -> None:
    """Whoever shows it unpacks it: not too many pixels, nor far too much of anything else."""
    if _at(found, "/Subtype") == _IMAGE:
        width, height = (int(str(_at(found, key))) for key in ("/Width", "/Height"))
        if width * height > MAX_PIXELS:
            raise ScanPixelsError(f"{width} x {height}")
        return
    try:
        size = len(decode_stream_data(found))
    except LimitReachedError:
        raise ScanSlowError from None
    if size > MAX_PDF_STREAM_BYTES:
        raise ScanSlowError


def _at(found: DictionaryObject, key: str) -> object:
    """What an entry says, also where it only points to another place in the file."""
    raw = found.get(key)
    return None if raw is None else raw.get_object()
