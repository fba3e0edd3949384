"""One table of words, as Excel or CSV: for rooms whose tables are not the catalogue's sheets.

Source: docs/catalogue-tables.md.
"""

from collections.abc import Sequence
from datetime import date, datetime

from central.county.catalogue.exchange.cells import Cell, CellError, guarded, text_of
from central.county.catalogue.exchange.csvs import formulas_in, read_csv, write_csv
from central.county.catalogue.exchange.excel import write_excel
from central.county.catalogue.exchange.grids import Grid, is_empty
from central.county.catalogue.exchange.workbook import read_workbook

Rows = Sequence[Sequence[str]]

_PACKED = (b"PK", b"\xd0\xcf\x11\xe0")  # .xlsx, and the old .xls, which is refused by name


def read_plain(name: str, data: bytes) -> tuple[Rows, Sequence[tuple[int, str]]]:
    """The first sheet that holds anything, and what is wrong with its cells: row, words.

    Raises:
        TableKindError, TableTooLargeError, TableError: it is no table, or damaged.
    """
    if data.startswith(_PACKED):
        book = read_workbook(data)
        grids, findings = book.grids, [*book.findings]
    else:
        grids = (read_csv(name, data),)
        findings = [*formulas_in(grids)]
    grid = next((one for one in grids if _holds_anything(one)), Grid(name, []))
    faults = [(0, f"{one.place}：{one.reason}，{one.todo}") for one in findings]
    rows = []
    for number, cells in enumerate(grid.rows, start=1):
        rows.append([_text(cell, number, faults) for cell in cells])
    return rows, faults


def write_plain(title: str, rows: Rows, excel: bool) -> bytes:  # noqa: FBT001 - as the port has it
    """The table, for Excel or as CSV; nothing in it is taken for a formula."""
    plain = [[guarded(cell) for cell in row] for row in rows]
    return write_excel({title: plain}) if excel else write_csv(plain)


def _holds_anything(grid: Grid) -> bool:
    return any(not is_empty(cell) for row in grid.rows for cell in row)


def _text(cell: Cell, row: int, faults: list[tuple[int, str]]) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    try:
        return text_of(cell)
    except CellError as exc:
        faults.append((row, f"{exc.reason}，{exc.todo}"))
        return ""
