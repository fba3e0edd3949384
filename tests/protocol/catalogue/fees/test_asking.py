"""What has to be asked for a fee: each fact once, with its choices and its unit."""

from typing import Any

import pytest

from protocol.catalogue.fees.asking import AskedFact, asked_facts
from protocol.catalogue.fees.kinds import Kind
from protocol.catalogue.fees.of_item import read_day
from protocol.catalogue.fees.rule import read_rules
from protocol.catalogue.fees.sheet import compute_fee
from protocol.errors import UsageError

TABLE = {"kind": "lookup", "by": "原因", "amounts": {"换领": "20", "丢失": "40"}}
TIERS = [{"upto": "10", "price": "1"}, {"price": "2"}]
AREA = {"kind": "per_unit", "quantity": "面积", "unit": "㎡", "price": "1.3", "free": "0"}


def fact(name: str, kind: Kind = Kind.NUMBER, *choices: str, unit: str = "") -> AskedFact:
    return AskedFact(name=name, kind=kind, choices=choices, unit=unit)


def asked(form: dict[str, Any], **more: Any) -> list[AskedFact]:
    rule = {"form": form, "basis": "文", "collector": "局", "effective_from": "2026-01-01", **more}
    return list(asked_facts(read_rules([rule], "fee_rules")[0]))


@pytest.mark.parametrize(
    ("form", "facts"),
    [
        ({"kind": "fixed", "amount": "5"}, []),
        (TABLE, [fact("原因", Kind.TEXT, "换领", "丢失")]),
        (AREA, [fact("面积", unit="㎡")]),
        (
            {**AREA, "price": {"by": "地段", "amounts": {"城": "2", "乡": "1"}}},
            [fact("面积", unit="㎡"), fact("地段", Kind.TEXT, "城", "乡")],
        ),
        (
            {"kind": "graduated", "quantity": "数", "unit": "件", "tiers": TIERS},
            [fact("数", unit="件")],
        ),
        ({"kind": "slab", "quantity": "数", "unit": "件", "tiers": TIERS}, [fact("数", unit="件")]),
        ({"kind": "rate", "base": "价款", "percent": "20"}, [fact("价款", unit="元")]),
        (
            {"kind": "late_fee", "principal": "欠费", "days": "天数", "percent_a_day": "0.05"},
            [fact("欠费", unit="元"), fact("天数", unit="日")],
        ),
        ({"kind": "formula", "expression": "人数 * 2"}, [fact("人数")]),
        (
            {"kind": "times", "by": "区", "factors": {"城": "2", "乡": "1"}, "of": AREA},
            [fact("区", Kind.TEXT, "城", "乡"), fact("面积", unit="㎡")],
        ),
        (
            {"kind": "times", "by": "区", "factors": {"城": "2", "乡": "1"}, "of": TABLE},
            [fact("区", Kind.TEXT, "城", "乡"), fact("原因", Kind.TEXT, "换领", "丢失")],
        ),
        (
            {
                "kind": "composite",
                "parts": [{"name": "一", "form": TABLE}, {"name": "二", "form": AREA}],
            },
            [fact("原因", Kind.TEXT, "换领", "丢失"), fact("面积", unit="㎡")],
        ),
    ],
)
def test_each_form_asks_for_its_facts(form: dict[str, Any], facts: list[AskedFact]) -> None:
    assert asked(form) == facts


def test_what_relief_looks_at_is_asked_too_and_nothing_twice() -> None:
    relief = [
        {"name": "免", "when": "面积 < 50 and 低保", "factor": "0", "basis": "文", "evidence": "证"}
    ]
    assert asked(AREA, relief=relief) == [fact("面积", unit="㎡"), fact("低保", Kind.TRUTH)]


def test_with_every_fact_that_is_asked_for_a_fee_can_be_computed() -> None:
    form = {
        "kind": "composite",
        "parts": [{"name": "一", "form": TABLE}, {"name": "二", "form": AREA}],
    }
    rule = {"form": form, "basis": "文", "collector": "局", "effective_from": "2026-01-01"}
    rules = read_rules([rule], "fee_rules")
    facts = {one.name: one.choices[0] if one.choices else 1 for one in asked_facts(rules[0])}
    assert compute_fee(rules, facts, rules[0].effective_from).total == "21.30"


def test_a_day_that_is_none_is_named_by_its_option() -> None:
    with pytest.raises(UsageError, match="--day 'xx'"):
        read_day("xx", "--day")
