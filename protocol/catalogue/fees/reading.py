"""Reads the forms of fees from a catalogue file; every fault is named by its place.

Source: docs/fees.md.
"""

import re
from collections.abc import Mapping
from decimal import Decimal

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
from protocol.errors import CatalogueError
from protocol.text import visible

MAX_TIERS, MAX_PARTS, MAX_CHOICES, MAX_NAME_CHARS = 20, 10, 50, 50

MAX_PERCENT = Decimal(1_000)
_NUMBER = re.compile(r"[0-9]{1,13}(\.[0-9]+)?")

Raw = Mapping[str, object]


def read_form(raw: object, place: str, *, depth: int = 0) -> Form:
    """A form as it stands in a catalogue file.

    Raises:
        CatalogueError: it is none; the message names the place.
    """
    if not isinstance(raw, dict) or depth > 2:  # noqa: PLR2004 - a table in a sum in a factor
        raise CatalogueError(f"{place}: 计费方式应是带 kind 的一组栏目，至多三层")
    kind, known = raw.get("kind"), f"{place}.kind: 只能是 {'、'.join(sorted(_KEYS))}"
    if not isinstance(kind, str) or kind not in _KEYS:
        raise CatalogueError(known)
    must, may = _KEYS[kind]
    if wrong := (must - raw.keys()) | (raw.keys() - must - may - {"kind"}):
        raise CatalogueError(f"{place}: 缺少“{min(wrong)[:40]}”，或这里没有这样的栏目")
    return _read(kind, raw, place, depth)


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


def _read(kind: str, raw: Raw, place: str, depth: int) -> Form:  # noqa: PLR0911 - one for each
    match kind:
        case "fixed":
            return Fixed(number(raw["amount"], f"{place}.amount"))
        case "lookup":
            return _lookup(raw["by"], raw["amounts"], place)
        case "per_unit":
            return _per_unit(raw, place)
        case "graduated":
            return Graduated(*_named(raw, place), _tiers(raw["tiers"], place, rises=True))
        case "slab":
            return Slab(*_named(raw, place), _tiers(raw["tiers"], place, rises=False))
        case "rate":
            return Rate(name_of(raw["base"], place), percent(raw["percent"], f"{place}.percent"))
        case "formula":
            return Formula(read_expression(raw["expression"], f"{place}.expression", Kind.NUMBER))
        case "late_fee":
            return _late_fee(raw, place)
        case "composite":
            return Composite(_parts(raw["parts"], place, depth))
        case _:
            factors = _table(raw["factors"], f"{place}.factors")
            inner = read_form(raw["of"], f"{place}.of", depth=depth + 1)
            return Times(name_of(raw["by"], place), factors, inner)


def _late_fee(raw: Raw, place: str) -> Form:
    return LateFee(
        name_of(raw["principal"], place),
        name_of(raw["days"], place),
        percent(raw["percent_a_day"], f"{place}.percent_a_day"),
        number(raw.get("most", "1"), f"{place}.most"),
    )


def _per_unit(raw: Raw, place: str) -> Form:
    price, free = raw["price"], number(raw.get("free", "0"), f"{place}.free")
    if isinstance(price, dict):
        table = _lookup(price.get("by"), price.get("amounts"), f"{place}.price")
        return PerUnit(*_named(raw, place), table, free)
    return PerUnit(*_named(raw, place), number(price, f"{place}.price"), free)


def _named(raw: Raw, place: str) -> tuple[str, str]:
    return name_of(raw["quantity"], place), name_of(raw["unit"], place)


def _lookup(by: object, amounts: object, place: str) -> Lookup:
    return Lookup(name_of(by, f"{place}.by"), _table(amounts, f"{place}.amounts"))


def _table(raw: object, place: str) -> Mapping[str, Decimal]:
    if not isinstance(raw, dict) or not 0 < len(raw) <= MAX_CHOICES:
        raise CatalogueError(f"{place}: 应是 1 到 {MAX_CHOICES} 个选项和金额：{{ … }}")
    return {name_of(key, place): number(value, f"{place}.{key}") for key, value in raw.items()}


def _tiers(raw: object, place: str, *, rises: bool) -> tuple[Tier, ...]:
    place = f"{place}.tiers"
    if not isinstance(raw, list) or not 0 < len(raw) <= MAX_TIERS:
        raise CatalogueError(f"{place}: 应是 1 到 {MAX_TIERS} 档的列表")
    tiers = [_tier(one, f"{place}[{n}]", rises=rises) for n, one in enumerate(raw)]
    limits = [tier.upto for tier in tiers[:-1] if tier.upto is not None]
    whole = len(limits) == len(tiers) - 1 and tiers[-1].upto is None
    if not whole or sorted(set(limits)) != limits or any(one.every for one in tiers[:-1]):
        raise CatalogueError(
            f"{place}: 各档的 upto 应逐档增大，只有最后一档不写 upto；every 只能写在最后一档"
        )
    return tuple(tiers)


def _tier(raw: object, place: str, *, rises: bool) -> Tier:
    known = {"upto", "price"} | ({"every", "rise"} if rises else set())
    if not isinstance(raw, dict) or raw.keys() - known or "price" not in raw:
        raise CatalogueError(f"{place}: 必须有 price，栏目只能是 {'、'.join(sorted(known))}")
    read = {key: number(value, f"{place}.{key}") for key, value in raw.items()}
    every = read.get("every")
    if every is not None and every < 1:
        raise CatalogueError(f"{place}.every: 至少是 1")
    return Tier(read.get("upto"), read["price"], every, read.get("rise", Decimal(0)))


def _parts(raw: object, place: str, depth: int) -> tuple[tuple[str, Form], ...]:
    if not isinstance(raw, list) or not 0 < len(raw) <= MAX_PARTS:
        raise CatalogueError(f"{place}.parts: 应是 1 到 {MAX_PARTS} 部分的列表")
    found = []
    for n, part in enumerate(raw):
        where = f"{place}.parts[{n}]"
        if not isinstance(part, dict) or part.keys() != {"name", "form"}:
            raise CatalogueError(f"{where}: 应正好有 name、form")
        inner = read_form(part["form"], f"{where}.form", depth=depth + 1)
        found.append((name_of(part["name"], where), inner))
    return tuple(found)


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
