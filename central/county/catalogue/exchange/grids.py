"""Sheets as they come, and their rows under known headings.

Source: docs/catalogue-tables.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from central.county.catalogue.exchange import layout
from central.county.catalogue.exchange.cells import Cell
from central.county.catalogue.exchange.layout import Sheet
from central.county.catalogue.exchange.sheets import SHEETS, heads_of, leads_of
from protocol.catalogue.findings import Finding, Findings, Level
from protocol.text import visible

_BY_NAME = {sheet.name: sheet for sheet in SHEETS}
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet as it was read: rows from the first on, each with its cells from A on."""

    name: str
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Row:
    """One row that holds something: its cells by heading, and where they stand."""

    sheet: Sheet
    number: int  # from 1
    cells: Mapping[str, Cell]
    columns: Mapping[str, int]

    def cell(self, head: str) -> str:
        """Sheet and cell: 材料!C5."""
        return f"{self.sheet.name}!{letters(self.columns.get(head, 0))}{self.number}"


class Faults:
    """Notes what is wrong, by sheet and cell."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings

    def add(self, item: str, cell: str, reason: str, todo: str) -> None:
        """Note one fault."""
        self._findings.add(
            Finding(
                code="table.cell",
                level=Level.ERROR,
                item=item,
                place=cell,
                reason=reason,
                todo=todo,
            )
        )


def rows_of(grid: Grid, faults: Faults) -> Iterator[Row]:
    """The rows of a sheet that hold something; faults of its headings are noted."""
    sheet = _BY_NAME.get(grid.name)
    if sheet is None:
        if grid.name != layout.NOTES and any(not is_empty(c) for row in grid.rows for c in row):
            words = f"表名只能是：{'、'.join(_BY_NAME)}"
            faults.add("", grid.name[:_SHOWN], "没有这样的表", words)
        return
    heads = [visible(str(one)).strip() for one in grid.rows[0]] if grid.rows else []
    columns = _columns(sheet, heads, faults)
    missing = [
        head for head in leads_of(sheet) if head not in columns and not _is_free(sheet, head)
    ]
    if missing:
        words = f"第一行没有“{missing[0]}”这一列"
        faults.add("", f"{sheet.name}!A1", words, "第一行写各列的名称，从导出的表里复制")
        return
    for number, cells in enumerate(grid.rows[1:], start=2):
        for at, cell in enumerate(cells):
            if not is_empty(cell) and (at >= len(heads) or not heads[at]):
                where = f"{sheet.name}!{letters(at)}{number}"
                faults.add("", where, "这一列没有名称", "在第一行写上列名，或删除这一格")
        row = {
            head: cells[at]
            for head, at in columns.items()
            if at < len(cells) and not is_empty(cells[at])
        }
        if row:
            yield Row(sheet, number, row, columns)


def _columns(sheet: Sheet, heads: Sequence[str], faults: Faults) -> dict[str, int]:
    columns: dict[str, int] = {}
    known = heads_of(sheet)
    for at, head in enumerate(heads):
        where = f"{sheet.name}!{letters(at)}1"
        if head and head not in known:
            words = f"没有“{head[:_SHOWN]}”这一列"
            faults.add("", where, words, f"列名只能是：{'、'.join(known)}")
        elif head and head in columns:
            faults.add("", where, f"“{head}”这一列有两个", "只留一列")
        elif head:
            columns[head] = at
    return columns


def _is_free(sheet: Sheet, head: str) -> bool:
    """Whether a sheet may be without this heading: not every place narrows single items."""
    return sheet is layout.LOCAL and head == layout.ITEM


def letters(column: int) -> str:
    """The name of a column, counted from 0: A, B, ..., Z, AA."""
    name = ""
    while column >= 0:
        name = chr(ord("A") + column % 26) + name
        column = column // 26 - 1
    return name


def number_of(name: str) -> int:
    """The number of a column by its name, counted from 0."""
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def is_empty(cell: Cell) -> bool:
    """Whether a cell holds nothing."""
    return isinstance(cell, str) and not cell.strip()
