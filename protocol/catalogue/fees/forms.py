"""The forms that a fee can have, each as data: fixed, by table, by quantity, by tiers, by formula.

Amounts are yuan as the law prints them, as text. A range (10-20 元) is refused: until the county
has fixed a value nobody can compute it.

Source: docs/fees.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from protocol.catalogue.fees.expression import Expression, Fact
from protocol.catalogue.fees.kinds import Kind, Kinds, agree
from protocol.errors import FeeFactsError

MOST = Decimal(10) ** 12  # yuan, or units of a quantity
MAX_STEPS = 1000  # tiers that one quantity goes through: who counts further has typed it wrong
_EXACT = Decimal("0.000000000001")  # what a formula is cut to: 12 decimals

Amount = tuple[str, Decimal]  # words, yuan


class Form(Protocol):
    """One form with its numbers."""

    def amounts(self, facts: Mapping[str, Fact]) -> list[Amount]:
        """What it comes to, in addends.

        Raises:
            FeeFactsError: a fact is missing, or none that this form can use.
        """
        ...


@dataclass(frozen=True, slots=True)
class Fixed:
    """The same for everybody."""

    amount: Decimal

    def amounts(self, _facts: Mapping[str, Fact]) -> list[Amount]:
        """One addend."""
        return [("定额", self.amount)]


@dataclass(frozen=True, slots=True)
class Lookup:
    """By a table: what is applied for, or why."""

    by: str
    choices: Mapping[str, Decimal]

    def amounts(self, facts: Mapping[str, Fact]) -> list[Amount]:
        """One addend."""
        choice, amount = chosen(facts, self.by, self.choices)
        return [(choice, amount)]


@dataclass(frozen=True, slots=True)
class PerUnit:
    """So much for each unit, above so many that are free."""

    quantity: str
    unit: str
    price: Decimal | Lookup
    free: Decimal

    def amounts(self, facts: Mapping[str, Fact]) -> list[Amount]:
        """One addend."""
        count, words = quantity(facts, self.quantity), ""
        price = self.price
        if isinstance(price, Lookup):
            words, price = chosen(facts, price.by, price.choices)
        paid = max(Decimal(0), count - self.free)
        return [(f"{words}{_plain(paid)}{self.unit}×{_plain(price)}元", paid * price)]


@dataclass(frozen=True, slots=True)
class Tier:
    """Up to so many units this price; in the last one it may rise again and again."""

    upto: Decimal | None  # None: the last tier
    price: Decimal
    every: Decimal | None = None  # so many units further on ...
    rise: Decimal = Decimal(0)  # ... the price rises by this much


@dataclass(frozen=True, slots=True)
class Graduated:
    """超额累进: each part of the quantity at the price of its tier."""

    quantity: str
    unit: str
    tiers: tuple[Tier, ...]

    def amounts(self, facts: Mapping[str, Fact]) -> list[Amount]:
        """One addend for each tier that is reached; raises FeeFactsError over MAX_STEPS of them."""
        count = quantity(facts, self.quantity)
        found: list[Amount] = []
        for low, high, price in self._steps(count):
            if len(found) == MAX_STEPS:
                raise FeeFactsError(
                    f"{self.quantity}：{_plain(count)}{self.unit}超过 {MAX_STEPS} 档"
                )
            part = min(count, high) - low
            words = f"第{_plain(low)}至{_plain(min(count, high))}{self.unit}，每{self.unit}"
            found.append((f"{words}{_plain(price)}元", part * price))
        return found

    def _steps(self, count: Decimal) -> Iterable[tuple[Decimal, Decimal, Decimal]]:
        low = Decimal(0)
        for tier in self.tiers:
            if low >= count:
                return
            if tier.upto is not None:
                yield low, tier.upto, tier.price
                low = tier.upto
                continue
            price = tier.price
            while tier.every is not None and low < count:
                yield low, low + tier.every, price
                low, price = low + tier.every, price + tier.rise
            if low < count:
                yield low, count, price


@dataclass(frozen=True, slots=True)
class Slab:
    """全额累进: the whole quantity at the price of the tier that it falls into."""

    quantity: str
    unit: str
    tiers: tuple[Tier, ...]

    def amounts(self, facts: Mapping[str, Fact]) -> list[Amount]:
        """One addend."""
        count = quantity(facts, self.quantity)
        tier = next(one for one in self.tiers if one.upto is None or count <= one.upto)
        words = f"{_plain(count)}{self.unit}×{_plain(tier.price)}元"
        return [(words, count * tier.price)]


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of a sum of money."""

    base: str
    percent: Decimal

    def amounts(self, facts: Mapping[str, Fact]) -> list[Amount]:
        """One addend."""
        base = quantity(facts, self.base)
        return [(f"{_plain(base)}元×{_plain(self.percent)}%", base * self.percent / 100)]


@dataclass(frozen=True, slots=True)
class Formula:
    """Several facts put together; a result below 0 is 0."""

    expression: Expression

    def amounts(self, facts: Mapping[str, Fact]) -> list[Amount]:
        """One addend."""
        value = max(Decimal(0), self.expression.number(facts))
        if value > MOST:
            raise FeeFactsError(f"{self.expression.text}：超过 {MOST} 元")
        return [(self.expression.text, value.quantize(_EXACT))]


@dataclass(frozen=True, slots=True)
class LateFee:
    """滞纳金: so much a day of what was owed, never more than a multiple of it."""

    principal: str
    days: str
    percent_a_day: Decimal
    most: Decimal  # times the principal

    def amounts(self, facts: Mapping[str, Fact]) -> list[Amount]:
        """One addend."""
        owed, days = quantity(facts, self.principal), quantity(facts, self.days)
        grown, most = owed * self.percent_a_day / 100 * days, owed * self.most
        words = f"{_plain(owed)}元×{_plain(self.percent_a_day)}%×{_plain(days)}日"
        return [(words if grown <= most else f"{words}，封顶", min(grown, most))]


@dataclass(frozen=True, slots=True)
class Composite:
    """Several fees in one."""

    parts: tuple[tuple[str, Form], ...]  # name, form

    def amounts(self, facts: Mapping[str, Fact]) -> list[Amount]:
        """Those of each part."""
        return [
            (f"{name}：{words}", yuan)
            for name, form in self.parts
            for words, yuan in form.amounts(facts)
        ]


@dataclass(frozen=True, slots=True)
class Times:
    """Another form, times a factor that a table gives: by zone, by class of forest."""

    by: str
    factors: Mapping[str, Decimal]
    of: Form

    def amounts(self, facts: Mapping[str, Fact]) -> list[Amount]:
        """Those of the other form, each times the factor."""
        choice, factor = chosen(facts, self.by, self.factors)
        words = f"（{choice}×{_plain(factor)}）"
        return [(f"{text}{words}", yuan * factor) for text, yuan in self.of.amounts(facts)]


def facts_of(form: Form) -> Kinds:
    """The facts that a form needs, and of what kind each is; raises KindError if it can not be."""
    found: Kinds = {}
    for kinds in _needs(form):
        agree(found, kinds)
    return found


def _needs(form: Form) -> Iterable[Kinds]:
    match form:
        case Lookup(by=by):
            yield {by: Kind.TEXT}
        case PerUnit(quantity=name, price=price):
            yield {name: Kind.NUMBER}
            yield from _needs(price) if isinstance(price, Lookup) else ()
        case Graduated(quantity=name) | Slab(quantity=name) | Rate(base=name):
            yield {name: Kind.NUMBER}
        case Formula(expression=expression):
            yield expression.facts
        case LateFee(principal=owed, days=days):
            yield {owed: Kind.NUMBER, days: Kind.NUMBER}
        case Composite(parts=parts):
            yield from (kinds for _, part in parts for kinds in _needs(part))
        case Times(by=by, of=inner):
            yield {by: Kind.TEXT}
            yield from _needs(inner)
        case _:
            pass


def quantity(facts: Mapping[str, Fact], name: str) -> Decimal:
    """A fact that is a number, not below 0.

    Raises:
        FeeFactsError: it is missing, or no such number.
    """
    found = facts.get(name)
    if found is None:
        raise FeeFactsError(f"缺少 {name}")
    if not isinstance(found, Decimal) or not 0 <= found <= MOST:
        raise FeeFactsError(f"{name}：{str(found)[:40]!r} 不是 0 至 {MOST} 的数")
    return found


def chosen(facts: Mapping[str, Fact], by: str, table: Mapping[str, Decimal]) -> tuple[str, Decimal]:
    """The choice that a fact names, and its value.

    Raises:
        FeeFactsError: it is missing, or none of the choices.
    """
    choice = facts.get(by)
    if choice is None:
        raise FeeFactsError(f"缺少 {by}，应为{'、'.join(table)}之一")
    if not isinstance(choice, str) or choice not in table:
        raise FeeFactsError(f"{by}：{str(choice)[:40]!r} 不在其中：{'、'.join(table)}")
    return choice, table[choice]


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
