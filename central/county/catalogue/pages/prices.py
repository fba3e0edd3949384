"""The fee rules of an item in words, a row for each.

Source: docs/fees.md.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from central.county.catalogue.pages.words import SAID
from protocol.catalogue.fees.forms import (
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
from protocol.catalogue.fees.rule import FeeRule, Relief, read_rules
from protocol.errors import CatalogueError

Cell = tuple[str, ...]
Names = Mapping[str, str]  # what the fields of the form are called: a fact may be one of them

_WORD = re.compile(r"\w+")


def rules_of(raw: object) -> tuple[FeeRule, ...]:
    """The rules of an item; none where it has none that can be read."""
    try:
        return read_rules(raw, "fee_rules") if raw else ()
    except CatalogueError:
        return ()


def rule_rows(
    raw: object, names: Names, words: Callable[[str], str], today: date
) -> Iterator[Sequence[Cell]]:
    """Each rule: its form, who collects, when it holds, who pays less, on what it rests."""
    for rule in rules_of(raw):
        now = f"（{words(SAID['now'])}）" if rule.holds_on(today) else ""
        until = f"至 {rule.effective_to}" if rule.effective_to else "起"
        yield (
            (*form_words(rule.form, names), *_bounds(rule)),
            (rule.collector,),
            (f"{rule.effective_from} {until}{now}",),
            tuple(map(_relief, rule.relief)),
            (rule.basis,),
        )


def _relief(one: Relief) -> str:
    paid = f"按{_plain(one.factor * 100)}%收" if one.factor else "免收"
    part = f"{one.part}" if one.part else ""
    return f"{one.name}：{part}{paid}（{one.basis}）"


def form_words(form: Form, names: Names) -> list[str]:
    """How a fee is computed, in lines."""
    match form:
        case Fixed() | Lookup() | PerUnit() | Rate():
            return [_single(form, names)]
        case Graduated(unit=unit, tiers=tiers):
            return [f"超额累进，每{unit}：{_tiers(tiers, unit)}"]
        case Slab(unit=unit, tiers=tiers):
            return [f"全额累进，每{unit}：{_tiers(tiers, unit)}"]
        case Composite(parts=parts):
            return [f"{name}：{line}" for name, part in parts for line in form_words(part, names)]
        case Times(by=by, factors=factors, of=inner):
            factor = f"再按{names.get(by, by)}乘以：{_table(factors, '倍')}"
            return [*form_words(inner, names), factor]
        case _:
            return [_computed(form, names)]


def named(words: str, names: Names) -> str:
    """``words`` with the names of fields where their ids stand."""
    return _WORD.sub(lambda found: names.get(found[0], found[0]), words)


def _single(form: Fixed | Lookup | PerUnit | Rate, names: Names) -> str:
    match form:
        case Fixed(amount=amount):
            return f"{_plain(amount)}元"
        case Lookup(by=by, choices=table):
            return f"按{names.get(by, by)}：{_table(table, '元')}"
        case PerUnit(unit=unit, price=price, free=free):
            spared = f"，前{_plain(free)}{unit}免收" if free else ""
            if isinstance(price, Lookup):
                by = names.get(price.by, price.by)
                return f"按{by}：{_table(price.choices, f'元/{unit}')}{spared}"
            return f"{_plain(price)}元/{unit}{spared}"
        case Rate(base=base, percent=percent):
            return f"{names.get(base, base)}的{_plain(percent)}%"


def _computed(form: Form, names: Names) -> str:
    match form:
        case Formula(expression=expression):
            return f"按公式：{named(expression.text, names)}"
        case LateFee(principal=principal, percent_a_day=percent, most=most):
            owed = names.get(principal, principal)
            return f"{owed}每日{_plain(percent)}%，不超过{owed}的{_plain(most)}倍"
        case _:
            return ""


def _bounds(rule: FeeRule) -> Iterator[str]:
    if rule.floor is not None:
        yield f"最低{_plain(rule.floor)}元"
    if rule.cap is not None:
        yield f"最高{_plain(rule.cap)}元"


def _table(table: Mapping[str, Decimal], unit: str) -> str:
    return "，".join(f"{name} {_plain(value)}{unit}" for name, value in table.items())


def _tiers(tiers: Sequence[Tier], unit: str) -> str:
    told = []
    for tier in tiers:
        upto = f"{_plain(tier.upto)}{unit}以内" if tier.upto is not None else "以上"
        rises = f"（每{_plain(tier.every)}{unit}加{_plain(tier.rise)}元）" if tier.every else ""
        told.append(f"{upto} {_plain(tier.price)}元{rises}")
    return "，".join(told)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
