"""Kinds of cells: how a value of the catalogue is written into a table, and how it is read there.

What a kind can't write so that it is read back unchanged it leaves; that goes into the last column
of its row, as JSON. What a table program may have spoilt (a code as a number, a date) is refused.

Source: docs/catalogue-tables.md.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from protocol.catalogue.forms.reading import parse_json
from protocol.catalogue.items.kinds import IN_NAMES as IN_NAME_WORDS
from protocol.catalogue.items.kinds import NODE_KINDS
from protocol.catalogue.items.kinds import TIERS as TIER_WORDS
from protocol.errors import CatalogueError
from protocol.text import identifier

Cell = str | int | float | bool | date | object  # as a table holds it; empty is an empty text

MAX_CELL_CHARS = 32_767  # of Excel, which cuts what is longer
JSON_DEPTH = 24  # as of a catalogue file

_FORMULA = "=+-@\t\r＝＋－＠"  # what a table program takes for the beginning of a formula
_GUARD = "'"  # put before it, and taken away again
_UNSEEN = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f]|_x[0-9A-Fa-f]{4}_"
)  # what Excel can't hold, or escapes
_SPOILT = re.compile(r"\d(\.\d+)?[eE]\+?\d{1,3}")
_FLOAT = re.compile(r"\d+\.0+")
_WHOLE = re.compile(r"\d{1,9}(?:\.0+)?", re.ASCII)
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
_LIMIT = re.compile(r"(\d{1,5})个?(工作日|日|天|小时)", re.ASCII)
_UNITS = {"工作日": "wd", "日": "d", "天": "d", "小时": "h"}
_AS_TEXT = "把这一列设为文本格式，再照原样填写"


class CellError(Exception):
    """What a cell holds can't be read; says why, and what to do."""

    def __init__(self, reason: str, todo: str) -> None:
        super().__init__(reason)
        self.reason, self.todo = reason, todo


class Kind(Protocol):
    """How one column is written and read."""

    def show(self, value: object) -> str | None:
        """``value`` as a cell, or None if it would not be read back unchanged."""

    def read(self, cell: Cell) -> object:
        """The value of a cell that is not empty.

        Raises:
            CellError: it is none.
        """


def guarded(text: str) -> str:
    """``text``, so that no table program takes it for a formula."""
    return _GUARD + text if text.startswith((*_FORMULA, _GUARD)) else text


def unguarded(text: str) -> str:
    """What :func:`guarded` was given."""
    return text.removeprefix(_GUARD)


def text_of(cell: Cell) -> str:
    """A cell as text; a whole number without the point that Excel keeps.

    Raises:
        CellError: it is a date or a number that is not whole.
    """
    if isinstance(cell, str):
        return unguarded(cell.strip().replace("\r\n", "\n"))
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, int | float) and float(cell).is_integer() and abs(cell) < 10**15:
        return str(int(cell))
    if isinstance(cell, date):
        raise CellError(f"这一格是日期 {cell}，应是文字", _AS_TEXT)
    raise CellError(f"这一格是 {cell}，应是文字", _AS_TEXT)


@dataclass(frozen=True, slots=True)
class Text:
    """Words."""

    def show(self, value: object) -> str | None:
        """As it is."""
        plain = isinstance(value, str) and value != "" and value.strip() == value
        return guarded(value) if plain and isinstance(value, str) and _fits(value) else None

    def read(self, cell: Cell) -> object:
        """As it is, without blanks around it."""
        return text_of(cell)


@dataclass(frozen=True, slots=True)
class Code:
    """What names something: never a number, however it looks."""

    def show(self, value: object) -> str | None:
        """As it is."""
        whole = isinstance(value, str) and _meant(value) == value
        return Text().show(value) if whole and not _is_spoilt(str(value)) else None

    def read(self, cell: Cell) -> object:
        """Half-width; what a table program made a number or a date of is refused."""
        if isinstance(cell, date):
            raise CellError(f"编码被表格软件改成了日期 {cell}", _AS_TEXT)
        if not isinstance(cell, str):
            words = "长编码的末尾可能已经丢失" if _is_long(cell) else "前面的 0 可能已经丢失"
            raise CellError(f"编码被表格软件当成了数字 {cell}，{words}", _AS_TEXT)
        code = _meant(text_of(cell))
        if _is_spoilt(code):
            raise CellError(f"编码被表格软件改写成了 {code}，原来的数字已经丢失", _AS_TEXT)
        return code


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a list of codes; people may write the code, its name, or both."""

    names: Mapping[str, str]  # by code
    both: bool = True  # codes that say nothing are shown with their names; others as names only

    def show(self, value: object) -> str | None:
        """The code and its name, or its name."""
        if not isinstance(value, str) or value not in self.names:
            return Text().show(value) if self._is_free(value) else None
        return f"{value} {self.names[value]}" if self.both else self.names[value]

    def read(self, cell: Cell) -> object:
        """The code; of what is in no list the text, for the catalogue's own check."""
        text = identifier(text_of(cell))
        first = text.split()[0] if text.split() else text
        for one in (text, first, first.zfill(2)):
            if one in self.names:
                return one
        return next((code for code, name in self.names.items() if identifier(name) == text), text)

    def _is_free(self, value: object) -> bool:
        return isinstance(value, str) and identifier(value) == value and self.read(value) == value


@dataclass(frozen=True, slots=True)
class Flag:
    """是 or 否."""

    def show(self, value: object) -> str | None:
        """In words."""
        return ("是" if value else "否") if isinstance(value, bool) else None

    def read(self, cell: Cell) -> object:
        """Words, or what a table program has for them."""
        text = identifier(text_of(cell)).casefold()
        if text not in _FLAGS:
            raise CellError(f"应填“是”或“否”，现在是“{text[:20]}”", "改正")
        return _FLAGS[text]


_FLAGS = {"是": True, "true": True, "1": True, "否": False, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number."""

    def show(self, value: object) -> str | None:
        """Its digits."""
        return str(value) if type(value) is int and 0 <= value < 10**9 else None

    def read(self, cell: Cell) -> object:
        """Digits, full-width too, or a number of Excel."""
        text = identifier(text_of(cell))
        if not _WHOLE.fullmatch(text):
            raise CellError(f"应是整数，现在是“{text[:20]}”", "改正")
        return int(text.partition(".")[0])


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as a document prints it: text in the catalogue, perhaps a number in a table."""

    def show(self, value: object) -> str | None:
        """As it is, if it is half-width."""
        whole = isinstance(value, str) and _meant(value) == value
        return Text().show(value) if whole else None

    def read(self, cell: Cell) -> object:
        """Its digits; half-width."""
        if isinstance(cell, float) and math.isfinite(cell) and not cell.is_integer():
            return f"{Decimal(repr(cell)):f}"
        return identifier(text_of(cell))


@dataclass(frozen=True, slots=True)
class Day:
    """A date."""

    def show(self, value: object) -> str | None:
        """As the catalogue writes it."""
        return value if isinstance(value, str) and _is_day(value) else None

    def read(self, cell: Cell) -> object:
        """A date of Excel, or 2026-01-31, 2026/1/31, 2026年1月31日."""
        if isinstance(cell, datetime):
            return cell.date().isoformat()
        if isinstance(cell, date):
            return cell.isoformat()
        text = identifier(text_of(cell))
        found = _DAY.fullmatch(text)
        try:
            return date(*map(int, found.groups())).isoformat() if found else self._refused(text)
        except ValueError:
            return self._refused(text)

    def _refused(self, text: str) -> str:
        raise CellError(f"应是日期，如 2026-01-31，现在是“{text[:20]}”", "改正")


@dataclass(frozen=True, slots=True)
class Within:
    """A limit: 5wd, or as people write it."""

    def show(self, value: object) -> str | None:
        """As the catalogue writes it."""
        return Text().show(value) if isinstance(value, str) and self.read(value) == value else None

    def read(self, cell: Cell) -> object:
        """As the catalogue writes it; 5个工作日 is 5wd."""
        text = identifier(text_of(cell))
        found = _LIMIT.fullmatch(text)
        return f"{found[1]}{_UNITS[found[2]]}" if found else text


@dataclass(frozen=True, slots=True)
class Lines:
    """A list of short texts, one on each line of the cell."""

    inner: Kind

    def show(self, value: object) -> str | None:
        """Joined."""
        if not isinstance(value, list) or not value:
            return None
        shown = [self.inner.show(one) for one in value]
        lines = [one for one in shown if one is not None and "\n" not in one]
        return "\n".join(lines) if len(lines) == len(value) and _fits("".join(lines)) else None

    def read(self, cell: Cell) -> object:
        """Each line that is not empty."""
        whole = cell if isinstance(cell, str) else text_of(cell)
        lines = whole.replace("\r\n", "\n").split("\n")
        return [self.inner.read(one) for one in lines if one.strip()]


@dataclass(frozen=True, slots=True)
class Json:
    """What has no columns of its own."""

    def show(self, value: object) -> str | None:
        """On one line; nothing in it is a formula or an escape of Excel."""
        text = json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
        return guarded(_printable(text))

    def read(self, cell: Cell) -> object:
        """Any JSON; repeated keys and NaN are refused."""
        text = text_of(cell).encode("utf-8", "replace")
        try:
            return parse_json(
                text, limit=4 * MAX_CELL_CHARS, depth=JSON_DEPTH, error=CatalogueError
            )
        except CatalogueError as exc:
            raise CellError(exc.detail, "改正这一格的 JSON，或从导出的表里重新复制") from None


def _meant(text: str) -> str:
    """As :func:`protocol.text.identifier`; most codes are plain already."""
    plain = text.isascii() and text.isprintable() and text.strip() == text
    return text if plain else identifier(text)


def _printable(text: str) -> str:
    """JSON without what a cell can't hold; the same value."""
    plain = text.replace("_x", "\\u005fx")
    if plain.isprintable():
        return plain
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in plain)


def _fits(text: str) -> bool:
    """Whether a cell holds this text and gives it back as it was."""
    return len(text) < MAX_CELL_CHARS and not _UNSEEN.search(text)


def _is_day(text: str) -> bool:
    found = _DAY.fullmatch(text)
    try:
        return bool(found) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_spoilt(code: str) -> bool:
    return bool(_SPOILT.fullmatch(code) or _FLOAT.fullmatch(code))


def _is_long(cell: object) -> bool:
    return isinstance(cell, int | float) and abs(cell) >= 10**11


NODES: Mapping[str, str] = {str(code): name for code, name in NODE_KINDS.items()}
TIERS: Mapping[str, str] = {str(code): name for code, name in TIER_WORDS.items()}
IN_NAMES: Mapping[str, str] = {str(code): name for code, name in IN_NAME_WORDS.items()}
