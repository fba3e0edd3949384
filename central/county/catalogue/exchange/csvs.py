"""Sheets as CSV: a folder with one file for each.

Written with a byte-order mark, so that table programs see UTF-8; read as UTF-8, as UTF-16 with its
mark, or as GB18030 (and so GBK), with commas, semicolons or tabs.

Source: docs/catalogue-tables.md; RFC 4180.
"""

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from central.county.catalogue.exchange.grids import Grid, letters
from central.county.catalogue.exchange.looking import MAX_COLUMNS, MAX_ROWS
from protocol.catalogue.findings import Finding, Level
from protocol.errors import TableError, TableKindError, TableTooLargeError, TextError
from protocol.text import any_text

_SEPARATORS = ",;\t"
_SHOWN = 40  # characters of a name


def write_csv(rows: list[list[str]]) -> bytes:
    """One sheet."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return codecs.BOM_UTF8 + text.getvalue().encode()


def read_csv(name: str, data: bytes) -> Grid:
    """One sheet.

    Raises:
        TableKindError: it is no text.
        TableTooLargeError: more rows or columns than a catalogue ever has.
        TableError: a quotation mark was never closed, or the like.
    """
    text = _text(name, data)
    rows: list[list[str]] = []
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
        for row in reader:
            rows.append(row)
            if len(rows) > MAX_ROWS or len(row) > MAX_COLUMNS:
                words = f"“{name}”超过 {MAX_ROWS} 行或 {MAX_COLUMNS} 列"
                raise TableTooLargeError(words)
    except csv.Error as exc:
        raise TableError(
            f"“{name}”第 {len(rows) + 1} 行：引号没有成对，或这一格太长（{exc}）"
        ) from None
    return Grid(name, rows)


def read_csvs(files: Mapping[str, bytes]) -> list[Grid]:
    """Every sheet of a folder, by the name of its file without ``.csv``.

    Raises as :func:`read_csv`.
    """
    return [read_csv(name, data) for name, data in files.items()]


def formulas_in(grids: Sequence[Grid]) -> Iterator[Finding]:
    """Cells that a table program has for formulas: ``="0012"``, as exports write codes.

    In a CSV file nothing else tells them from text; our own have ``'`` in front.
    """
    for grid in grids:
        for number, row in enumerate(grid.rows, start=1):
            for at, cell in enumerate(row):
                if isinstance(cell, str) and cell.lstrip().startswith("="):
                    where = f"{grid.name[:_SHOWN]}!{letters(at)}{number}"
                    todo = "改成公式的值；确实以 = 开头的文字，前面加一个 ' 号"
                    yield Finding(
                        code="table.cell",
                        level=Level.ERROR,
                        item="",
                        place=where,
                        reason="这一格是公式",
                        todo=todo,
                    )


def _text(name: str, data: bytes) -> str:
    try:
        return any_text(data)
    except TextError as exc:
        raise TableKindError(f"“{name}”：{exc.detail}") from None


def _separator(text: str) -> str:
    """What parts the headings; only the first line counts."""
    first = text.partition("\n")[0]
    return max(_SEPARATORS, key=first.count)
