"""What has to be asked so that a fee can be computed: a page makes a field of each.

Source: docs/fees.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from protocol.catalogue.fees.forms import (
    Composite,
    Form,
    Graduated,
    LateFee,
    Lookup,
    PerUnit,
    Rate,
    Slab,
    Times,
    facts_of,
)
from protocol.catalogue.fees.kinds import Kind, agree
from protocol.catalogue.fees.rule import FeeRule


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedFact:
    """One fact that a rule needs."""

    name: str
    kind: Kind
    choices: tuple[str, ...]  # of a text, where a table lists them; else empty
    unit: str  # of a number, as the rule names it; else empty


def asked_facts(rule: FeeRule) -> tuple[AskedFact, ...]:
    """Every fact that ``rule`` may look at, those of its form first, each once."""
    kinds = facts_of(rule.form)
    for relief in rule.relief:
        agree(kinds, relief.when.facts)
    choices = {by: tuple(table) for by, table in _tables(rule.form)}
    units = dict(_units(rule.form))
    return tuple(
        AskedFact(name=name, kind=kind, choices=choices.get(name, ()), unit=units.get(name, ""))
        for name, kind in kinds.items()
    )


def _tables(form: Form) -> Iterator[tuple[str, tuple[str, ...]]]:
    match form:
        case Lookup(by=by, choices=table):
            yield by, tuple(table)
        case PerUnit(price=Lookup() as price):
            yield from _tables(price)
        case Times(by=by, factors=table, of=inner):
            yield by, tuple(table)
            yield from _tables(inner)
        case Composite(parts=parts):
            yield from (found for _, part in parts for found in _tables(part))
        case _:
            pass


def _units(form: Form) -> Iterator[tuple[str, str]]:
    match form:
        case PerUnit(quantity=name, unit=unit) | Graduated(quantity=name, unit=unit):
            yield name, unit
        case Slab(quantity=name, unit=unit):
            yield name, unit
        case Rate(base=name):
            yield name, "元"
        case LateFee(principal=owed, days=days):
            yield owed, "元"
            yield days, "日"
        case Times(of=inner):
            yield from _units(inner)
        case Composite(parts=parts):
            yield from (found for _, part in parts for found in _units(part))
        case _:
            pass
