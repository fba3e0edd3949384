"""How single values of an item are read: each rule says in words what it wants.

A rule stands once, beside its field; the same one reads a catalogue file and guards what the
program itself makes.

Source: docs/catalogue.md.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from typing import Any, Protocol

from protocol.catalogue.calendars.dates import written_date
from protocol.catalogue.calendars.due import Limit, read_limit
from protocol.catalogue.findings import Findings
from protocol.catalogue.items.bounds import MAX_CODE_CHARS
from protocol.text import identifier, is_invisible, what_is_unseen

_CODE = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{MAX_CODE_CHARS - 1}}}")
_SPOILT = re.compile(r"\d(\.\d+)?[Ee]\+?\d{1,3}")  # what a table program makes of a long number
_FILLERS = re.compile("[\u115f\u3164]")  # letters that nobody sees
_SHOWN = 40


class Wrong(Enum):
    """Stands for a value that was none; its fault was noted."""

    WRONG = "wrong"


WRONG = Wrong.WRONG


class IllegalError(ValueError):
    """What would be no legal record; ``path`` says where in it."""

    def __init__(self, reason: str, path: str = "") -> None:
        super().__init__(reason)
        self.path = path


class Place:
    """Where in a catalogue a value stands, and who collects what is wrong there.

    There is one for every value of a file, and few have a fault: its path is put together when
    somebody asks for it.

    Args:
        item: its code; empty: of the catalogue as a whole.
        library: of materials, by their ids; None: not at hand.
        lenient: of a release: what a newer program wrote is passed over.
    """

    __slots__ = ("_outer", "_step", "findings", "item", "lenient", "library")

    def __init__(
        self,
        *,
        findings: Findings,
        item: str,
        library: Mapping[str, Any] | None = None,
        lenient: bool = False,
    ) -> None:
        self.findings, self.item = findings, item
        self.library, self.lenient = library, lenient
        self._outer: Place | None = None
        self._step: str | int = ""

    @property
    def path(self) -> str:
        """Every key and number on the way here: ``materials[2].name``; empty: the whole item."""
        if self._outer is None:
            return str(self._step)
        before = self._outer.path
        if isinstance(self._step, int):
            return f"{before}[{self._step}]"
        return f"{before}.{shown(self._step)}" if before else shown(self._step)

    def key(self, name: str) -> "Place":
        """The value under a key."""
        return self._inner(self, name)

    def at(self, number: int) -> "Place":
        """A value of a list, counted from 0 as in JSON."""
        return self._inner(self, number)

    def elsewhere(self, path: str) -> "Place":
        """Another place of the same item."""
        return self._inner(None, path)

    def fault(self, code: str, reason: str, todo: str = "") -> Wrong:
        """Note what is wrong here."""
        self.findings.error(f"item.{code}", self.item, self.path, reason, todo)
        return WRONG

    def doubt(self, code: str, reason: str, todo: str = "") -> None:
        """Note what may be wrong here; it refuses nothing."""
        self.findings.warning(f"item.{code}", self.item, self.path, reason, todo)

    def _inner(self, outer: "Place | None", step: str | int) -> "Place":
        inner = object.__new__(Place)
        inner.findings, inner.item = self.findings, self.item
        inner.library, inner.lenient = self.library, self.lenient
        inner._outer, inner._step = outer, step
        return inner


class Rule(Protocol):
    """Reads one value of a file, and checks one that the program made."""

    def read(self, raw: object, place: Place) -> object:
        """The value, or WRONG after its fault was noted."""
        ...

    def check(self, value: object) -> None:
        """Raise IllegalError unless ``value`` may stand here."""
        ...


class _Leaf:
    """A rule of a value without parts."""

    __slots__ = ()
    code = "value"

    def read(self, raw: object, place: Place) -> object:
        """The value, or WRONG after its fault was noted."""
        try:
            value = self._parsed(raw)
            self.check(value)
        except IllegalError as exc:
            return place.fault(self.code, str(exc))
        return value

    def check(self, value: object) -> None:
        """Raise IllegalError unless ``value`` may stand here."""
        self._check(value)

    def _parsed(self, raw: object) -> object:
        return raw

    def _check(self, value: object) -> None:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Text(_Leaf):
    """Text that people read."""

    most: int  # characters
    least: int = 1
    lines: bool = False  # line ends may be in it

    code = "text"

    def _check(self, value: object) -> None:
        if not isinstance(value, str):
            raise IllegalError(f"应是文本，现在是 {_shown(value)}")
        if not self.least <= len(value) <= self.most:
            raise IllegalError(f"应有 {self.least} 到 {self.most} 个字，现有 {len(value)} 个")
        if self.least and not value.strip():
            raise IllegalError("只有空格")
        if value.isprintable() and not _FILLERS.search(value):
            return
        seen = value.replace("\n", "").replace("\t", "") if self.lines else value
        if any(map(is_invisible, seen)):
            raise IllegalError(f"含有看不见的字符 {what_is_unseen(seen)}，请删除后重新填写")


@dataclass(frozen=True, slots=True)
class Code(_Leaf):
    """What names something in files and commands."""

    code = "code"

    def _check(self, value: object) -> None:
        as_opaque(value)
        if not isinstance(value, str) or not _CODE.fullmatch(value):
            words = f"编号只能有 1 到 {MAX_CODE_CHARS} 个 A-Z a-z 0-9 . _ -，以字母或数字开头"
            raise IllegalError(words)


@dataclass(frozen=True, slots=True)
class Opaque(_Leaf):
    """A code of some other office: kept as it is, and never taken for a number."""

    code = "code"

    def _check(self, value: object) -> None:
        as_opaque(value)


@dataclass(frozen=True, slots=True)
class Whole(_Leaf):
    """A whole number."""

    least: int
    most: int

    code = "number"

    def _check(self, value: object) -> None:
        if type(value) is not int or not self.least <= value <= self.most:
            raise IllegalError(f"应是 {self.least} 到 {self.most} 的整数，现在是 {_shown(value)}")


@dataclass(frozen=True, slots=True)
class Flag(_Leaf):
    """Yes or no."""

    code = "flag"

    def _check(self, value: object) -> None:
        if not isinstance(value, bool):
            raise IllegalError(f"只能是 true 或 false，现在是 {_shown(value)}")


@dataclass(frozen=True, slots=True)
class Choice(_Leaf):
    """One of a list of words."""

    kind: type[StrEnum]

    code = "choice"

    def _parsed(self, raw: object) -> object:
        if isinstance(raw, str) and raw in self.kind._value2member_map_:
            return self.kind(raw)
        raise IllegalError(f"只能是 {'、'.join(self.kind)}，现在是 {_shown(raw)}")

    def _check(self, value: object) -> None:
        if not isinstance(value, self.kind):
            raise IllegalError(f"只能是 {'、'.join(self.kind)}，现在是 {_shown(value)}")


@dataclass(frozen=True, slots=True)
class Listed(_Leaf):
    """A code of a list that a standard gives; its name is taken as well."""

    names: Mapping[str, str]  # by code
    also: Mapping[str, str] | None = None  # codes by other names
    digits: int = 1
    open: bool = False  # others of as many digits belong to the provinces

    code = "choice"

    def _parsed(self, raw: object) -> object:
        if not isinstance(raw, str) or raw in self.names:
            return raw
        if self.also and raw in self.also:
            return self.also[raw]
        return next((code for code, name in self.names.items() if name == raw), raw)

    def _check(self, value: object) -> None:
        if isinstance(value, str) and value in self.names:
            return
        known = isinstance(value, str) and value.isascii() and value.isdecimal()
        if not (self.open and known and len(str(value)) == self.digits):
            listed = "、".join(f"{code} {name}" for code, name in self.names.items())
            raise IllegalError(f"只能是：{listed}；现在是 {_shown(value)}")


@dataclass(frozen=True, slots=True)
class Day(_Leaf):
    """A day."""

    code = "day"

    def _parsed(self, raw: object) -> object:
        try:
            return written_date(raw)
        except ValueError:
            raise IllegalError(f"日期写作 2026-01-31，现在是 {_shown(raw)}") from None

    def _check(self, value: object) -> None:
        if type(value) is not date:
            raise IllegalError("不是日期")


@dataclass(frozen=True, slots=True)
class Within(_Leaf):
    """A limit of time with its unit."""

    code = "limit"

    def _parsed(self, raw: object) -> object:
        try:
            return read_limit(raw if isinstance(raw, str) else "")
        except ValueError:
            raise IllegalError(f"时限写作 5个工作日、7日或 48小时，现在是 {_shown(raw)}") from None

    def _check(self, value: object) -> None:
        if not isinstance(value, Limit):
            raise IllegalError("不是时限")


def shown(name: str) -> str:
    """A key or code from a file as a message may show it: short, with nothing unseen in it."""
    if len(name) > MAX_CODE_CHARS:
        name = f"{name[:MAX_CODE_CHARS]}…"
    return name if name.isprintable() else "".join("?" if is_invisible(c) else c for c in name)


def as_opaque(value: object) -> None:
    """Raise IllegalError unless ``value`` is a code that nobody's keyboard or table has spoilt."""
    if not isinstance(value, str):
        raise IllegalError(f"编号应是文本（加引号），现在是 {_shown(value)}")
    if not 0 < len(value) <= MAX_CODE_CHARS:
        raise IllegalError(f"编号应有 1 到 {MAX_CODE_CHARS} 个字，现有 {len(value)} 个")
    meant = identifier(value)
    if _SPOILT.fullmatch(meant):
        raise IllegalError(f"编号 {value} 像是被表格软件改写了，请按文本重新填写")
    if meant != value:
        unseen = what_is_unseen(value)
        seen = f"看不见的字符 {unseen}" if unseen else "全角字符或多余空格"
        raise IllegalError(f"编号含有{seen}，应写作 {meant[:_SHOWN]}")


def _shown(value: object) -> str:
    if value is None:
        return "空（null）"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        text = "".join(char if not is_invisible(char) else "?" for char in str(value)[:_SHOWN])
        return f"“{text}”" if isinstance(value, str) else text
    return "列表" if isinstance(value, list | tuple) else "一组栏目"
