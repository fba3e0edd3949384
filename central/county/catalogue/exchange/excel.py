"""Writes sheets as an Excel file, by XlsxWriter: every cell is text, and nothing is a formula.

Source: docs/catalogue-tables.md.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from central.county.catalogue.exchange.cells import MAX_CELL_CHARS
from central.county.catalogue.exchange.grids import letters
from protocol.errors import TableTooLargeError

_MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # the same sheets, the same bytes
_WIDTH, _WIDE = 16, 40  # characters
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def write_excel(sheets: Mapping[str, Sequence[Sequence[str]]], notes: Sequence[str] = ()) -> bytes:
    """An Excel file with these sheets, whose first row has the headings.

    Args:
        notes: lines of a sheet for people, which comes last; its name is no other's.

    Raises:
        TableTooLargeError: a cell is longer than Excel holds.
    """
    from xlsxwriter import Workbook

    file = io.BytesIO()
    book = Workbook(file, _OPTIONS)
    book.set_properties({"created": _MADE})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    head = book.add_format({"num_format": "@", "bold": True, "bg_color": "#DDE8F0"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for at, cell in enumerate(row):
                _require_short(cell, f"{name}!{letters(at)}{number + 1}")
                if cell:
                    sheet.write_string(number, at, cell, text if number else head)
        for at, title in enumerate(rows[0] if rows else ()):
            sheet.set_column(at, at, _WIDE if "JSON" in title else _WIDTH, text)
        sheet.freeze_panes(1, 1)
    if notes:
        sheet = book.add_worksheet("填表说明")
        sheet.set_column(0, 0, 100, text)
        for number, line in enumerate(notes):
            sheet.write_string(number, 0, line, text)
    book.close()
    return file.getvalue()


def _require_short(cell: str, where: str) -> None:
    if len(cell) > MAX_CELL_CHARS:
        words = f"{where} 有 {len(cell)} 个字，Excel 一格最多 {MAX_CELL_CHARS}；请导出 CSV 或 JSON"
        raise TableTooLargeError(words)
