"""Records that cannot be illegal, and their reading from a catalogue file, by one plan for both.

A record is a frozen dataclass; the type of a field, with a rule beside it where the type alone
says too little, tells how it is read and what it may hold. Reading notes every fault and makes
the record only if there was none.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import MISSING, dataclass, fields
from datetime import date
from enum import StrEnum
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from protocol.catalogue.calendars.due import Limit
from protocol.catalogue.items.rules import (
    WRONG,
    Choice,
    Day,
    Flag,
    IllegalError,
    Place,
    Rule,
    Within,
    Wrong,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_SIMPLE: Mapping[object, Rule] = {bool: Flag(), date: Day(), Limit: Within()}


@dataclass(frozen=True, slots=True)
class Key:
    """Under which key a field stands in a file, if not under its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many a list holds."""

    most: int
    least: int = 0


class Record:
    """Base of the records of an item: checks itself when it is made."""

    __slots__ = ()
    OPEN: ClassVar[bool] = False  # other keys are carried along, and only warned about
    ACTED_ON: ClassVar[frozenset[str] | None] = None
    """Keys without which a record of a release can't be used; None: all that it has."""

    def __post_init__(self) -> None:
        """Raise IllegalError unless every field holds what it may, and all of them fit."""
        for part in plan_of(type(self)):
            value = getattr(self, part.name)
            if part.optional and value == part.default:
                continue
            try:
                part.rule.check(value)
            except IllegalError as exc:
                raise IllegalError(str(exc), _joined(part.key, exc.path)) from None
        self.check_together()

    def check_together(self) -> None:
        """Raise IllegalError if the fields do not fit together."""


T = TypeVar("T", bound=Record)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One field of a record."""

    name: str
    key: str
    rule: Rule
    optional: bool
    default: object


_plans: dict[type[Record], tuple[Part, ...]] = {}
_keys: dict[type[Record], frozenset[str]] = {}


def plan_of(kind: type[Record]) -> tuple[Part, ...]:
    """The fields of a record that a file writes, in their order."""
    if kind not in _plans:
        _plans[kind] = _planned(kind)
    return _plans[kind]


def _planned(kind: type[Record]) -> tuple[Part, ...]:
    hints = get_type_hints(kind, include_extras=True)
    return tuple(
        Part(
            name=one.name,
            key=_key(hints[one.name], one.name),
            rule=rule_of(hints[one.name]),
            optional=one.default is not MISSING,
            default=one.default,
        )
        for one in fields(cast("type[DataclassInstance]", kind))
        if one.init
    )


def keys_of(kind: type[Record]) -> frozenset[str]:
    """The keys that a record has in a file."""
    if kind not in _keys:
        _keys[kind] = frozenset(part.key for part in plan_of(kind))
    return _keys[kind]


def read_record(kind: type[T], raw: object, place: Place) -> T | Wrong:
    """A record from a file; WRONG if anything in it is, after each fault was noted."""
    if not isinstance(raw, dict):
        return place.fault("object", "应是一组栏目：{ … }")
    values: dict[str, Any] = {}
    whole = True
    for part in plan_of(kind):
        if part.optional and raw.get(part.key) is None:
            continue
        if part.key not in raw:
            whole = False
            place.key(part.key).fault("missing", f"缺少 {part.key} 这一项", "补上")
            continue
        value = part.rule.read(raw[part.key], place.key(part.key))
        if value is WRONG and part.optional and _passed_over(kind, part.key, place):
            continue
        values[part.name] = value
        whole = whole and value is not WRONG
    note_unknown(raw, keys_of(kind), place, is_open=kind.OPEN)
    return _made(kind, values, place) if whole else WRONG


def _passed_over(kind: type[Record], key: str, place: Place) -> bool:
    """Whether what a newer program wrote under ``key`` may be left to it."""
    return place.lenient and kind.ACTED_ON is not None and key not in kind.ACTED_ON


def _made(kind: type[T], values: Mapping[str, Any], place: Place) -> T | Wrong:
    """A record of values that their rules have read, if they fit together."""
    record = object.__new__(kind)  # its own way would ask every rule again
    for part in plan_of(kind):
        object.__setattr__(record, part.name, values.get(part.name, part.default))
    try:
        record.check_together()
    except IllegalError as exc:
        return (place.key(exc.path) if exc.path else place).fault("illegal", str(exc))
    return record


def note_unknown(
    raw: Mapping[str, object], known: AbstractSet[str], place: Place, *, is_open: bool
) -> None:
    """Note keys that are not known here, if the file is one to be published."""
    if place.lenient:
        return
    for key in sorted(raw.keys() - known):
        at, words = place.key(key), "没有这一项，各处程序都不会用到"
        if is_open:
            at.doubt("key-unknown", words, "核对写法")
        else:
            at.fault("key-unknown", words, "核对写法，或删除")


@dataclass(frozen=True, slots=True)
class Nested:
    """Reads a record inside of another."""

    kind: type[Record]

    def read(self, raw: object, place: Place) -> object:
        """The record, or WRONG."""
        return read_record(self.kind, raw, place)

    def check(self, value: object) -> None:
        """It has checked itself when it was made."""
        if not isinstance(value, self.kind):
            raise IllegalError(f"不是 {self.kind.__name__}")


@dataclass(frozen=True, slots=True)
class Listing:
    """Reads a list of values."""

    inner: Rule
    count: Count

    def read(self, raw: object, place: Place) -> object:
        """All values, or WRONG; faults of each are noted."""
        if not isinstance(raw, list):
            return place.fault("list", "应是列表：[ … ]")
        if wrong := self._wrong(len(raw)):
            return place.fault("count", wrong)
        read = tuple(self.inner.read(one, place.at(n)) for n, one in enumerate(raw))
        return WRONG if WRONG in read else read

    def check(self, value: object) -> None:
        """Raise IllegalError unless it holds as many as it may, each legal."""
        if not isinstance(value, tuple):
            raise IllegalError("不是列表")
        if wrong := self._wrong(len(value)):
            raise IllegalError(wrong)
        for n, one in enumerate(value):
            try:
                self.inner.check(one)
            except IllegalError as exc:
                raise IllegalError(str(exc), _joined(f"[{n}]", exc.path)) from None

    def _wrong(self, count: int) -> str:
        least, most = self.count.least, self.count.most
        return "" if least <= count <= most else f"应有 {least} 到 {most} 项，现有 {count} 项"


def rule_of(hint: object) -> Rule:
    """The rule of a field, by its type.

    Raises:
        TypeError: the type says too little, and no rule stands beside it.
    """
    if get_origin(hint) is Annotated:
        inner, *beside = get_args(hint)
        given = next((one for one in beside if hasattr(one, "read")), None)
        if given is not None:
            rule: Rule = given
            return rule
        count = next((one for one in beside if isinstance(one, Count)), None)
        return Listing(rule_of(get_args(inner)[0]), count) if count else rule_of(inner)
    if get_origin(hint) in (Union, UnionType):
        (hint,) = (one for one in get_args(hint) if one is not NoneType)
        return rule_of(hint)
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return Choice(hint)
    if isinstance(hint, type) and issubclass(hint, Record):
        return Nested(hint)
    raise TypeError(f"no rule for {hint}")


def _key(hint: object, name: str) -> str:
    beside = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    return next((one.name for one in beside if isinstance(one, Key)), name)


def _joined(path: str, more: str) -> str:
    return f"{path}{'' if not more or more.startswith('[') else '.'}{more}"
