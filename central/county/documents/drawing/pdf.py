"""A document as PDF on A4: the same words give the same bytes, wherever and whenever it is made.

The library is loaded with the first document: 50 MB. Nothing in the file comes from a clock, from
chance or from this machine; its dates are the document's own day.

Source: docs/documents.md, "PDF"; GB/T 9704 for sizes and margins of official documents.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from central.county.documents.drawing.breaking import broken

if TYPE_CHECKING:
    from fpdf import FPDF

    from central.county.documents.drawing.composing import Composed
    from central.county.documents.drawing.fonts import Font

_LEFT_MM, _TOP_MM, _RIGHT_MM, _BOTTOM_MM = 28.0, 32.0, 26.0, 30.0
_HEADER_PT, _TITLE_PT, _TEXT_PT, _SMALL_PT = 22, 20, 15, 10
_LINE_MM, _GAP_MM = 9.2, 5.0
_INDENT = "　　"
_NAME = "document"
_RED, _BLACK, _GREY = (0xC0, 0x10, 0x10), (0, 0, 0), (0xD8, 0xD8, 0xD8)
_MARK_PT, _MARK_DEGREES = 110, 40.0
_NOT_SPLIT_MM = 45.0  # signature, day and seal stay on one page

DRAFT_MARK = "草稿"
TO_BE_SEALED = "（待盖章）"


def pdf_of(words: Composed, day: date, font: Font, *, sealed: bool, draft: bool = False) -> bytes:
    """The document; blocks for half a second.

    Args:
        day: that it bears, and that stands in the file as its date.
        font: which must have every character.
        sealed: whether a seal system will seal it; else it says that it is to be stamped.
        draft: it is only looked at, and says so across each page.

    Raises:
        GlyphMissingError: the font lacks a character; which one is named.
    """
    font.require(f"{words.text}{words.day}{DRAFT_MARK}{TO_BE_SEALED}{_INDENT}0123456789/")
    pdf = _opened(words, day, font, draft=draft)
    _write_head(pdf, words)
    for n, paragraph in enumerate(words.paragraphs):
        addressed = n == 0 and paragraph.endswith("：")
        _write(pdf, paragraph, first="" if addressed else _INDENT)
    _write_end(pdf, words, sealed=sealed)
    return bytes(pdf.output())


def _opened(words: Composed, day: date, font: Font, *, draft: bool) -> FPDF:
    import fpdf  # noqa: PLC0415 - only with a document: 50 MB

    class Paged(fpdf.FPDF):
        """With a number on each page, and the mark of a draft."""

        def header(self) -> None:
            if draft:
                _write_mark(self)

        def footer(self) -> None:
            self.set_y(-20)
            self.set_font(_NAME, size=_SMALL_PT)
            self.cell(0, 8, f"{self.page_no()}/{{nb}}", align="C")

    pdf = Paged(format="A4")
    pdf.set_creation_date(datetime(day.year, day.month, day.day, tzinfo=UTC))
    pdf.set_producer("Yizhan")
    pdf.set_title(words.title)
    pdf.set_lang("zh-CN")
    pdf.add_font(_NAME, fname=font.path)
    pdf.set_margins(_LEFT_MM, _TOP_MM, _RIGHT_MM)
    pdf.set_auto_page_break(auto=True, margin=_BOTTOM_MM)
    pdf.add_page()
    return pdf


def _write_mark(pdf: FPDF) -> None:
    pdf.set_font(_NAME, size=_MARK_PT)
    pdf.set_text_color(*_GREY)
    middle = pdf.w / 2, pdf.h / 2
    with pdf.rotation(_MARK_DEGREES, *middle):
        pdf.text(middle[0] - pdf.get_string_width(DRAFT_MARK) / 2, middle[1], DRAFT_MARK)
    pdf.set_text_color(*_BLACK)


def _write_head(pdf: FPDF, words: Composed) -> None:
    pdf.set_text_color(*_RED)
    _write(pdf, words.header, size=_HEADER_PT, align="C")
    pdf.set_text_color(*_BLACK)
    pdf.ln(_GAP_MM)
    _write(pdf, words.title, size=_TITLE_PT, align="C")
    _write(pdf, words.number, align="C")
    pdf.set_draw_color(*_RED)
    pdf.line(_LEFT_MM, pdf.get_y() + 2, pdf.w - _RIGHT_MM, pdf.get_y() + 2)
    pdf.ln(_GAP_MM * 2)


def _write(
    pdf: FPDF, text: str, *, size: int = _TEXT_PT, align: str = "L", first: str = ""
) -> None:
    """A paragraph, whose first line may be indented."""
    pdf.set_font(_NAME, size=size)
    for line in broken(text, pdf.epw - 2 * pdf.c_margin, pdf.get_string_width, first):
        pdf.cell(0, _LINE_MM * size / _TEXT_PT, line, align=align, new_x="LMARGIN", new_y="NEXT")


def _write_end(pdf: FPDF, words: Composed, *, sealed: bool) -> None:
    if pdf.will_page_break(_NOT_SPLIT_MM):
        pdf.add_page()
    pdf.ln(_LINE_MM)
    _write(pdf, words.signed, align="R")
    _write(pdf, words.day, align="R")
    if not sealed:
        _write(pdf, TO_BE_SEALED, align="R")
