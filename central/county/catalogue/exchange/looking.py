"""Looks at the XML of an Excel file's parts before a library lays their cells out in memory.

A part that would be read otherwise than it looks here is refused: comments and the like, a tag that
does not end, an attribute that nobody can tell from another. Every pattern needs linear time: none
goes beyond the next ``<``.

Source: docs/catalogue-tables.md; ECMA-376 part 1, sections 18.3.1 and 18.4.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from central.county.catalogue.exchange.grids import letters, number_of
from protocol.catalogue.findings import Finding, Level
from protocol.errors import TableError, TableTooLargeError
from protocol.limits import MIB

MAX_ROWS = 100_000  # of one sheet: 2,000 items have 40,000 fields
MAX_COLUMNS = 200  # the same: our widest has 37
MAX_CELLS = 2_000_000  # rows times columns of one sheet, as the library holds them
MAX_TEXT_BYTES = 128 * MIB  # of all cells: many may show one long shared text

_PREFIX = rb"(?:[^\s<>/:!?]*+:)?"
_TAG = re.compile(rb"<" + _PREFIX + rb"(c|f|row|mergeCell)(?=[\s/>])([^<>]*+)(>?)")
_OTHER = rb"""(?:\s++(?!r[\s=])[^\s<>=/"']++\s*+=\s*+(?:"[^"]*+"|'[^']*+'))*+"""
_PLACED = re.compile(
    _OTHER + rb"""\s++r\s*+=\s*+(["'])([A-Za-z]{0,3})([0-9]{1,7})\1""" + _OTHER + rb"\s*+/?"
)
_ERROR = re.compile(rb"""\bt\s*=\s*["']e["']""")
_MERGED = re.compile(rb"""\bref\s*=\s*["']([A-Z0-9:]{1,20})["']""")
_VALUE = re.compile(rb"<" + _PREFIX + rb"v(?:\s[^<>]*+)?>(?:0(?=\d))*+(\d{1,9})<")
_SHARED = re.compile(rb"<(/?)" + _PREFIX + rb"si(?=[\s/>])[^<>]*+>?")
_TEXTS = "xl/sharedstrings.xml"
_AGAIN = "请用 Excel 或 WPS 打开，另存一遍"


def shared_sizes(parts: Mapping[str, bytes]) -> list[int]:
    """Of each shared text, how long it is at most, in bytes of XML.

    Raises:
        TableError: one stands in another, or the like.
    """
    name, shared = next(((n, c) for n, c in parts.items() if n.lower() == _TEXTS), ("", b""))
    if not shared:  # every text stands in its cell
        return []
    _require_plain(name, shared)
    starts, is_open = [], False
    for tag in _SHARED.finditer(shared):
        is_end = bool(tag[1])
        if is_end is not is_open or not tag[0].endswith(b">"):
            raise TableError(f"文件损坏：共用的文字没有分开；{_AGAIN}")
        is_open = not is_end and not tag[0].endswith(b"/>")
        if not is_end:
            starts.append(tag.start())
    return [end - start for start, end in zip(starts, [*starts[1:], len(shared)], strict=False)]


def look_at(sheet: str, content: bytes, shared: Sequence[int]) -> list[Finding]:
    """What is wrong with single cells of one part, as far as it has any.

    Raises:
        TableTooLargeError: it has more cells or text than a catalogue ever has.
        TableError: its cells do not say where they stand, or not so that everybody reads the same.
    """
    found: list[Finding] = []
    rows = columns = 0
    where = ""  # of the last cell
    for kind, attributes in _tags(sheet, content):
        if kind == b"c":
            row, column = _place(sheet, attributes)
            rows, columns = max(rows, row), max(columns, column + 1)
            where = f"{sheet}!{letters(column)}{row}"
            if _ERROR.search(attributes):
                found.append(_finding(where, "这一格是出错的公式", "改正"))
        elif kind == b"row":
            placed = _PLACED.fullmatch(attributes)
            rows = max(rows, int(placed[3])) if placed else rows + 1
        elif kind == b"f" and where:
            if found and found[-1].place == where:
                found.pop()
            found.append(_finding(where, "这一格是公式", "复制，再选择性粘贴为数值"))
        elif kind == b"mergeCell":
            ref = _MERGED.search(attributes)
            place = f"{sheet}!{ref[1].decode()}" if ref else sheet
            found.append(_finding(place, "合并的单元格", "取消合并，每一格都填"))
    _require_size(sheet, rows, columns)
    _require_text(sheet, content, shared)
    return found


def _tags(sheet: str, content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """What begins a cell, a row, a formula or a merged range, and its attributes."""
    for number, tag in enumerate(_TAG.finditer(content)):
        if not number:
            _require_plain(sheet, content)
        if not tag[3]:
            raise TableError(f"文件损坏：“{sheet}”里有没写完的标记；{_AGAIN}")
        yield tag[1], tag[2]


def _require_plain(name: str, content: bytes) -> None:
    """Refuse what hides tags, or parts a value in two: the library drops it without a word.

    ``<?xml`` may stand at the beginning, behind a byte-order mark.
    """
    if b"<!" in content or content.find(b"<?", 4) >= 0:
        raise TableError(f"“{name}”里有注释一类的标记；{_AGAIN}")


def _place(sheet: str, attributes: bytes) -> tuple[int, int]:
    """Row, from 1, and column, from 0, of a cell."""
    placed = _PLACED.fullmatch(attributes)
    if placed is None or not placed[2]:
        raise TableError(f"“{sheet}”里的格没有写明位置；{_AGAIN}")
    return int(placed[3]), number_of(placed[2].decode())


def _require_size(sheet: str, rows: int, columns: int) -> None:
    if rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        last = f"{letters(max(columns - 1, 0))}{rows}"
        words = f"“{sheet}”用到了 {last}，最多 {MAX_ROWS} 行、{MAX_COLUMNS} 列、{MAX_CELLS} 格"
        raise TableTooLargeError(f"{words}；请删除下面和右边的空行空列再保存")


def _require_text(sheet: str, content: bytes, shared: Sequence[int]) -> None:
    numbers = (int(value) for value in _VALUE.findall(content))
    total = sum(shared[number] for number in numbers if number < len(shared))
    if total > MAX_TEXT_BYTES:
        raise TableTooLargeError(f"“{sheet}”的文字有 {total} 字节，最多 {MAX_TEXT_BYTES}")


def _finding(where: str, reason: str, todo: str) -> Finding:
    return Finding(
        code="table.cell", level=Level.ERROR, item="", place=where, reason=reason, todo=todo
    )
