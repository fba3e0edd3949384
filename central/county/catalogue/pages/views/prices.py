"""The fee rules of an item in words, a row for each.

Source: docs/fees.md.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from central.county.catalogue.pages.views.words import PRICES, SAID
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
from runtime.web.plurals import filled

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
    prices = Prices(names, words)
    for rule in rules_of(raw):
        now = f"（{words(SAID['now'])}）" if rule.holds_on(today) else ""
        yield (
            (*prices.lines(rule.form), *prices.bounds(rule)),
            (rule.collector,),
            (f"{prices.period(rule)}{now}",),
            tuple(map(prices.relief, rule.relief)),
            (rule.basis,),
        )


def named(words: str, names: Names) -> str:
    """``words`` with the names of fields where their ids stand."""
    return _WORD.sub(lambda found: names.get(found[0], found[0]), words)


@dataclass(frozen=True, slots=True)
class Prices:
    """Says fee rules in the language of a page; what an author wrote stays as it is.

    Args:
        names: of the form's fields.
        words: translates the sentences of :data:`PRICES`.
    """

    names: Names
    words: Callable[[str], str]

    def lines(self, form: Form) -> list[str]:
        """How a fee is computed."""
        match form:
            case Fixed() | Lookup() | PerUnit() | Rate():
                return [self._single(form)]
            case Graduated(unit=unit, tiers=tiers):
                return [self._say("graduated", unit=unit, tiers=self._tiers(tiers, unit))]
            case Slab(unit=unit, tiers=tiers):
                return [self._say("slab", unit=unit, tiers=self._tiers(tiers, unit))]
            case Composite(parts=parts):
                return [
                    self._say("part", name=name, fee=line)
                    for name, part in parts
                    for line in self.lines(part)
                ]
            case Times(by=by, factors=factors, of=inner):
                table = self._table(factors, "times_one")
                return [*self.lines(inner), self._say("times", by=self._called(by), table=table)]
            case _:
                return [self._computed(form)]

    def bounds(self, rule: FeeRule) -> Iterator[str]:
        """The least and the most that is paid."""
        if rule.floor is not None:
            yield self._say("floor", amount=_plain(rule.floor))
        if rule.cap is not None:
            yield self._say("cap", amount=_plain(rule.cap))

    def period(self, rule: FeeRule) -> str:
        """When it holds."""
        key = "until" if rule.effective_to else "since"
        return self._say(key, start=rule.effective_from, end=rule.effective_to)

    def relief(self, one: Relief) -> str:
        """Who pays less."""
        paid = self._say("share", percent=_plain(one.factor * 100)) if one.factor else ""
        paid = paid or self._say("free")
        key = "relief_part" if one.part else "relief"
        return self._say(key, name=one.name, part=one.part, paid=paid, basis=one.basis)

    def _single(self, form: Fixed | Lookup | PerUnit | Rate) -> str:
        match form:
            case Fixed(amount=amount):
                return self._say("amount", amount=_plain(amount))
            case Lookup(by=by, choices=table):
                return self._say("by", by=self._called(by), table=self._table(table, "one"))
            case PerUnit(unit=unit, price=price, free=free):
                spared = self._say("spared", count=_plain(free), unit=unit) if free else ""
                return f"{self._price(price, unit)}{spared}"
            case Rate(base=base, percent=percent):
                return self._say("rate", base=self._called(base), percent=_plain(percent))

    def _price(self, price: Decimal | Lookup, unit: str) -> str:
        if isinstance(price, Lookup):
            table = self._table(price.choices, "one_per", unit)
            return self._say("by", by=self._called(price.by), table=table)
        return self._say("per", amount=_plain(price), unit=unit)

    def _computed(self, form: Form) -> str:
        match form:
            case Formula(expression=expression):
                return self._say("formula", text=named(expression.text, self.names))
            case LateFee(principal=principal, percent_a_day=percent, most=most):
                owed, most_times = self._called(principal), _plain(most)
                return self._say("late", owed=owed, percent=_plain(percent), most=most_times)
            case _:
                return ""

    def _table(self, table: Mapping[str, Decimal], key: str, unit: str = "") -> str:
        told = (
            self._say(key, name=name, amount=_plain(value), unit=unit)
            for name, value in table.items()
        )
        return self._say("comma").join(told)

    def _tiers(self, tiers: Sequence[Tier], unit: str) -> str:
        told = []
        for tier in tiers:
            most = "" if tier.upto is None else _plain(tier.upto)
            price = {"price": _plain(tier.price), "unit": unit, "most": most}
            line = self._say("tier" if most else "last_tier", **price)
            if tier.every:
                line += self._say(
                    "rises", every=_plain(tier.every), unit=unit, rise=_plain(tier.rise)
                )
            told.append(line)
        return self._say("comma").join(told)

    def _called(self, name: str) -> str:
        return self.names.get(name, name)

    def _say(self, key: str, **values: object) -> str:
        return filled(self.words(PRICES[key]), values)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
