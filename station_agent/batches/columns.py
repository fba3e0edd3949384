"""The columns of a batch's table, and rows as they are pasted from a spreadsheet.

What all people have in common is no column; nor is a table of the form, which a row gets on the
page of its own form, nor what the form derives by itself.

Source: docs/operations.md, "Market day".
"""

import csv
from collections.abc import Collection, Iterator, Mapping, Sequence
from io import StringIO

from protocol.catalogue.forms.layout import layout
from protocol.catalogue.forms.parts import Block, Cell, Widget
from protocol.catalogue.forms.schema import FormSchema
from protocol.catalogue.forms.walk import at
from protocol.errors.market import BatchPasteError
from protocol.text import identifier

MAX_ROWS = 200  # of one batch: what a village brings on a market day, and a page still shows
_NUMBERED = ("序号", "编号", "No.", "#")  # a first column that spreadsheets have


def columns_of(schema: FormSchema, common: Collection[str], language: str = "zh") -> list[Cell]:
    """The fields that each row has for itself, in the order of the form."""
    return [
        cell
        for section in layout(schema, {}, language=language, spare_rows=0).sections
        for part in section.parts
        for cell in _cells(part)
        if cell.name not in common
        and cell.widget is not Widget.LINES
        and "derived" not in at(schema.meant, cell.path)
    ]


def read_paste(text: str, columns: Sequence[Cell]) -> list[dict[str, str]]:
    """Rows of a spreadsheet: cells with tabs between them, with a line of headings or without.

    With headings each cell goes where its heading says; without, they stand in the order of the
    columns. Empty lines are no rows. What is in a cell is never judged here.

    Raises:
        BatchPasteError: a heading is no column, or a line has more cells than there are columns,
            or a quotation mark opens a cell that never ends.
    """
    lines = [line for line in _split(text) if any(line)]
    names = _headings(lines[0], columns) if lines else None
    if names is None:
        names = [cell.name for cell in columns]
    else:
        lines = lines[1:]
    return [_row(number, line, names) for number, line in enumerate(lines, start=1)]


def _split(text: str) -> list[list[str]]:
    plain = StringIO(text.removeprefix("\ufeff"), newline="")
    try:
        return [[cell.strip() for cell in line] for line in csv.reader(plain, delimiter="\t")]
    except csv.Error:
        raise BatchPasteError("有一格太长：看看哪一格开头多了一个双引号") from None


def _cells(part: Cell | Block) -> Iterator[Cell]:
    if isinstance(part, Cell):
        yield part
    elif not part.heads:  # an object, whose fields stand beside one another
        yield from part.rows[0]


def _headings(line: Sequence[str], columns: Sequence[Cell]) -> list[str] | None:
    """The field under each heading, empty for a column to pass over; None: it is no such line."""
    known = {_plain(cell.title): cell.name for cell in columns}
    known |= {_plain(cell.name): cell.name for cell in columns}
    said = [_plain(cell) for cell in line]
    if not any(cell in known for cell in said):
        return None
    for cell, plain in zip(line, said, strict=True):
        if plain not in known and cell not in _NUMBERED and cell:
            raise BatchPasteError(f"第 1 行“{cell[:30]}”不是这张表的列")
    return [known.get(plain, "") for plain in said]


def _row(number: int, line: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    while line and not line[-1]:
        line = line[:-1]
    if len(line) > len(names):
        raise BatchPasteError(f"第 {number} 人有 {len(line)} 格，表里只有 {len(names)} 列")
    return {name: cell for name, cell in zip(names, line, strict=False) if name and cell}


def _plain(text: str) -> str:
    return identifier(text).rstrip("*").lower()


def is_blank(texts: Mapping[str, str]) -> bool:
    """Whether nothing was typed."""
    return not any(text.strip() for text in texts.values())
