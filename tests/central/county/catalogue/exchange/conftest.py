"""Tables as somebody else fills them in: sheets whose cells are changed one by one."""

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from central.county.catalogue.exchange.tables import file_of_tables, rows_of_sheets
from protocol.catalogue.findings import Finding, findings_of
from protocol.errors import CatalogueError
from tests.builders.catalogue.catalogue_items import LIBRARY, good

Sheets = dict[str, list[list[Any]]]
Change = Callable[[Sheets], object]


def sheets_of(*items: dict[str, Any]) -> Sheets:
    """The sheets of a good catalogue."""
    document = {"items": list(items) or [good()], "materials": LIBRARY}
    return {name: [list(row) for row in rows] for name, rows in rows_of_sheets(document).items()}


def column(sheets: Sheets, sheet: str, head: str) -> int:
    """The number of a column, from 0."""
    return sheets[sheet][0].index(head)


def put(sheet: str, head: str, value: Any, row: int = 1) -> Change:
    """Set one cell."""

    def change(sheets: Sheets) -> None:
        sheets[sheet][row][column(sheets, sheet, head)] = value

    return change


def new_book(file: io.BytesIO) -> Any:
    """An Excel file that is being written."""
    from xlsxwriter import Workbook

    return Workbook(file, {"in_memory": True, "strings_to_formulas": False})


def excel(sheets: Mapping[str, Any]) -> bytes:
    """As table programs write it: numbers as numbers, dates as dates."""
    file = io.BytesIO()
    book = new_book(file)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for at, cell in enumerate(row):
                if isinstance(cell, date | datetime):
                    sheet.write_datetime(number, at, cell, day)
                elif isinstance(cell, str):
                    sheet.write_string(number, at, cell)
                else:
                    sheet.write(number, at, cell)
    book.close()
    return file.getvalue()


@pytest.fixture
def faults(tmp_path: Path) -> Callable[[Change], list[Finding]]:
    """What is found in a good table after one change; empty if it is taken."""

    def found(change: Change) -> list[Finding]:
        sheets = sheets_of()
        change(sheets)
        path = tmp_path / "table.xlsx"
        path.write_bytes(excel(sheets))
        try:
            file_of_tables(path)
        except CatalogueError as exc:
            return list(findings_of(exc))
        return []

    return found


def edited(change: Callable[[dict[str, bytes]], object]) -> bytes:
    """A good file whose parts were changed."""
    with zipfile.ZipFile(io.BytesIO(excel(sheets_of()))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    return packed(parts)


def packed(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def sheet(rows: bytes) -> bytes:
    """A good file whose second sheet has these rows."""

    def change(parts: dict[str, bytes]) -> None:
        head, _, rest = parts["xl/worksheets/sheet2.xml"].partition(b"<sheetData>")
        parts["xl/worksheets/sheet2.xml"] = (
            head + b"<sheetData>" + rows + b"</sheetData>" + rest.partition(b"</sheetData>")[2]
        )

    return edited(change)
