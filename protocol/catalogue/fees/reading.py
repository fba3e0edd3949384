"""Reads the forms of fees from a catalogue file; every fault is named by its place.

Source: docs/fees.md.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import partial

from protocol.catalogue.fees.expression import read_expression
from protocol.catalogue.fees.forms import (
    MOST,
    Composite,
    Fixed,
    Form,
    Formula,
    Graduated,
    LateFee,
    Lookup,
    PerUnit,
    Rate,
    Slab,
    Tier,
    Times,
)
from protocol.catalogue.fees.kinds import Kind
from protocol.catalogue.fields import Faults, Fields, fields_of, list_of
from protocol.errors import CatalogueError
from protocol.text import visible

MAX_TIERS, MAX_PARTS, MAX_CHOICES, MAX_NAME_CHARS = 20, 10, 50, 50

MAX_PERCENT = Decimal(1_000)
_NUMBER = re.compile(r"[0-9]{1,13}(\.[0-9]+)?")


def read_form(raw: object, place: str, *, depth: int = 0) -> Form:
    """A form as it stands in a catalogue file.

    Raises:
        CatalogueError: it is none; every fault is named by its place.
    """
    if not isinstance(raw, dict) or depth > 2:  # noqa: PLR2004 - a table in a sum in a factor
        raise CatalogueError(f"{place}: 计费方式应是带 kind 的一组栏目，至多三层")
    kind, known = raw.get("kind"), f"{place}.kind: 只能是 {'、'.join(sorted(_KEYS))}"
    if not isinstance(kind, str) or kind not in _KEYS:
        raise CatalogueError(known)
    must, may = _KEYS[kind]
    with fields_of(raw, place, must | {"kind"}, may) as fields:
        return _read(kind, fields, depth)


_KEYS: dict[str, tuple[set[str], set[str]]] = {  # kind: what it must have, and may
    "fixed": ({"amount"}, set()),
    "lookup": ({"by", "amounts"}, set()),
    "per_unit": ({"quantity", "unit", "price"}, {"free"}),
    "graduated": ({"quantity", "unit", "tiers"}, set()),
    "slab": ({"quantity", "unit", "tiers"}, set()),
    "rate": ({"base", "percent"}, set()),
    "formula": ({"expression"}, set()),
    "late_fee": ({"principal", "days", "percent_a_day"}, {"most"}),
    "composite": ({"parts"}, set()),
    "times": ({"by", "factors", "of"}, set()),
}


def _read(kind: str, fields: Fields, depth: int) -> Form:  # noqa: PLR0911 - one for each
    match kind:
        case "fixed":
            return Fixed(fields.field("amount", number))
        case "lookup":
            return _lookup(fields)
        case "per_unit":
            return _per_unit(fields)
        case "graduated":
            return Graduated(*_named(fields), fields.field("tiers", _tiers, rises=True))
        case "slab":
            return Slab(*_named(fields), fields.field("tiers", _tiers, rises=False))
        case "rate":
            return Rate(fields.field("base", name_of), fields.field("percent", percent))
        case "formula":
            return Formula(fields.field("expression", read_expression, Kind.NUMBER))
        case "late_fee":
            return _late_fee(fields)
        case "composite":
            return Composite(fields.field("parts", _parts, depth))
        case _:
            return Times(
                fields.field("by", name_of),
                fields.field("factors", _table),
                fields.field("of", read_form, depth=depth + 1),
            )


def _late_fee(fields: Fields) -> Form:
    most = fields.maybe("most", number)
    return LateFee(
        fields.field("principal", name_of),
        fields.field("days", name_of),
        fields.field("percent_a_day", percent),
        Decimal(1) if most is None else most,
    )


def _per_unit(fields: Fields) -> Form:
    free = fields.maybe("free", number) or Decimal(0)
    return PerUnit(*_named(fields), fields.field("price", _price), free)


def _price(raw: object, place: str) -> Decimal | Lookup:
    if not isinstance(raw, dict):
        return number(raw, place)
    with fields_of(raw, place, {"by", "amounts"}) as fields:
        return _lookup(fields)


def _named(fields: Fields) -> tuple[str, str]:
    return fields.field("quantity", name_of), fields.field("unit", name_of)


def _lookup(fields: Fields) -> Lookup:
    return Lookup(fields.field("by", name_of), fields.field("amounts", _table))


def _table(raw: object, place: str) -> Mapping[str, Decimal]:
    if not isinstance(raw, dict) or not 0 < len(raw) <= MAX_CHOICES:
        raise CatalogueError(f"{place}: 应是 1 到 {MAX_CHOICES} 个选项和金额：{{ … }}")
    with Faults() as faults:
        return {
            faults.read(name_of, key, place): faults.read(number, value, f"{place}.{key}")
            for key, value in raw.items()
        }


def _tiers(raw: object, place: str, *, rises: bool) -> tuple[Tier, ...]:
    words = f"应是 1 到 {MAX_TIERS} 档的列表"
    read = partial(_tier, rises=rises)
    tiers = list_of(raw, place, read, least=1, most=MAX_TIERS, words=words)
    limits = [tier.upto for tier in tiers[:-1] if tier.upto is not None]
    whole = len(limits) == len(tiers) - 1 and tiers[-1].upto is None
    if not whole or sorted(set(limits)) != limits or any(one.every for one in tiers[:-1]):
        raise CatalogueError(
            f"{place}: 各档的 upto 应逐档增大，只有最后一档不写 upto；every 只能写在最后一档"
        )
    return tiers


def _tier(raw: object, place: str, *, rises: bool) -> Tier:
    with fields_of(
        raw, place, {"price"}, {"upto"} | ({"every", "rise"} if rises else set())
    ) as read:
        every = read.maybe("every", number)
        if every is not None and every < 1:
            read.add(f"{place}.every", "至少是 1")
        rise = read.maybe("rise", number) or Decimal(0)
        return Tier(read.maybe("upto", number), read.field("price", number), every, rise)


def _parts(raw: object, place: str, depth: int) -> tuple[tuple[str, Form], ...]:
    words = f"应是 1 到 {MAX_PARTS} 部分的列表"
    parts = list_of(raw, place, partial(_part, depth=depth), least=1, most=MAX_PARTS, words=words)
    if len({name for name, _ in parts}) < len(parts):
        raise CatalogueError(f"{place}: 各部分的 name 不能相同：减免按名称找到它那一部分")
    return parts


def _part(raw: object, place: str, *, depth: int) -> tuple[str, Form]:
    with fields_of(raw, place, {"name", "form"}) as fields:
        inner = fields.field("form", read_form, depth=depth + 1)
        return fields.field("name", name_of), inner


def number(raw: object, place: str) -> Decimal:
    """A number as the law prints it, as text: ``"1.30"``.

    Raises:
        CatalogueError: it is none, a range, over :data:`MOST`, or has more than 6 decimals.
    """
    shown = str(raw)[:40]
    if not isinstance(raw, str) or not _NUMBER.fullmatch(raw) or (found := Decimal(raw)) > MOST:
        raise CatalogueError(
            f'{place}: “{shown}”不是写成文本的一个数，如 "1.30"；幅度须先由县里定下一个数'
        )
    if found != found.quantize(Decimal("0.000001")):
        raise CatalogueError(f"{place}: “{shown}”的小数超过 6 位")
    return found


def percent(raw: object, place: str) -> Decimal:
    """A share, as :func:`number`; raises CatalogueError if it is over :data:`MAX_PERCENT`."""
    if (found := number(raw, place)) > MAX_PERCENT:
        raise CatalogueError(f"{place}: 最多百分之 {MAX_PERCENT}")
    return found


def name_of(raw: object, place: str) -> str:
    """A short name that people can see whole; raises CatalogueError."""
    if not isinstance(raw, str) or not 0 < len(raw) <= MAX_NAME_CHARS:
        raise CatalogueError(f"{place}: 应是 1 到 {MAX_NAME_CHARS} 个字的名称")
    if not visible(raw) == raw == raw.strip():
        raise CatalogueError(f"{place}: {raw!a:.60} 前后有空格，或含有看不见的字符")
    return raw
