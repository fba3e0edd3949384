"""Tables as somebody else fills them in: sheets whose cells are changed one by one."""

import io
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from central.county.catalogue.exchange.tables import file_of_tables, rows_of_sheets
from protocol.catalogue.findings import Finding, findings_of
from protocol.errors import CatalogueError
from tests.builders.catalogue_items import LIBRARY, good

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
