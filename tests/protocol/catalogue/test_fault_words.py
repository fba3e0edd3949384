"""Faults of fee rules, working days and market days are told to people: in Chinese."""

import re

import pytest

from protocol.catalogue.calendars.market import read_market
from protocol.catalogue.calendars.workdays import read_calendar
from protocol.errors import CatalogueError
from tests.builders.catalogue.fee_rules import checked_rules

RULE = {
    "form": {"kind": "fixed", "amount": "5"},
    "basis": "文",
    "collector": "局",
    "effective_from": "2026-01-01",
}
HALF = {"name": "减半", "factor": "0.5", "basis": "文", "evidence": "proof"}
NAMES = re.compile(r"“[^”]*”|[a-z_]+(?=[.:\[、，（ ]|$)|\{[^}]*\}")  # keys are as they are written
ENGLISH = re.compile(r"\b[a-z]+ [a-z]+\b|\b(is|not|at|must|be|known)\b")


def fee(more: object) -> None:
    checked_rules([{**RULE, **more}] if isinstance(more, dict) else more, "fee")


def graduated(*tiers: object) -> dict[str, object]:
    return {"form": {"kind": "graduated", "quantity": "q", "unit": "米", "tiers": list(tiers)}}


@pytest.mark.parametrize(
    "more",
    [
        [], [3], [RULE, RULE],
        {"form": None}, {"form": {"kind": "zzz"}}, {"form": {"kind": "fixed"}},
        {"form": {"kind": "fixed", "amount": "10-20"}},
        {"form": {"kind": "fixed", "amount": "0.0000001"}},
        {"form": {"kind": "rate", "base": "b", "percent": "1001"}},
        {"form": {"kind": "lookup", "by": " b", "amounts": {"a": "1"}}},
        {"form": {"kind": "lookup", "by": "", "amounts": {"a": "1"}}},
        {"form": {"kind": "lookup", "by": "b", "amounts": {}}},
        {"form": {"kind": "composite", "parts": []}},
        {"form": {"kind": "composite", "parts": [3]}},
        {"form": {"kind": "formula", "expression": ""}},
        {"form": {"kind": "formula", "expression": "a +"}},
        {"form": {"kind": "formula", "expression": "a ** 2"}},
        {"form": {"kind": "formula", "expression": "1 + 1"}},
        {"form": {"kind": "formula", "expression": "a / 0"}},
        {"form": {"kind": "formula", "expression": "a > 1"}},
        graduated({"upto": "1", "price": "1"}), graduated(), graduated({"upto": "1"}),
        graduated({"price": "1", "every": "0.5"}),
        {"floor": "9", "cap": "3"}, {"effective_to": "2020-01-01"}, {"effective_from": "x"},
        {"rounding": "0.5"}, {"basis": ""}, {"zzz": 1}, {"relief": 3}, {"relief": [{}]},
        {"relief": [{**HALF, "when": "a > 1", "factor": "1"}]},
        {"relief": [{**HALF, "when": "a > 1", "part": "b"}]},
        {"relief": [{**HALF, "when": "a > 1"}, {**HALF, "when": "a"}]},
        {"examples": [{"facts": 3, "total": "5"}]}, {"examples": [{"facts": {}, "total": "6"}]},
    ],
)  # fmt: skip
def test_a_fault_of_a_fee_rule_is_told_in_chinese(more: object) -> None:
    with pytest.raises(CatalogueError) as caught:
        fee(more)
    require_chinese(caught.value.detail)


@pytest.mark.parametrize(
    "raw",
    [
        3, {}, {"cal": "moon"}, {"cal": "daily", "n": 1}, {"cal": "week", "days": [8]},
        {"cal": "lunar", "tail": [1], "short_month": "x"}, {"cal": "lunar"},
        {"cal": "solar", "tail": [1], "parity": 1}, {"cal": "solar", "parity": 2},
        {"cal": "branch", "in": "猫"}, {"cal": "cycle", "n": 0}, {"cal": "cycle", "n": 3},
        {"cal": "dates", "dates": 3}, {"cal": "dates", "dates": ["x"]},
    ],
)  # fmt: skip
def test_a_fault_of_market_days_is_told_in_chinese(raw: object) -> None:
    with pytest.raises(CatalogueError) as caught:
        read_market(raw, "market_days.451423101")
    require_chinese(caught.value.detail)


@pytest.mark.parametrize(
    "raw",
    [
        3, {"zzz": {}}, {"years": 3}, {"years": {"1999": {}}}, {"years": {"2027": {}}},
        {"years": {"2027": {"off": {"01-01": "元旦"}, "work": {"01-01": "元旦"}}}},
        {"local": {"2026-02-30": "x"}}, {"local": {"2026-02-03": ""}},
        {"years": {str(year): {} for year in range(2000, 2021)}},
    ],
)  # fmt: skip
def test_a_fault_of_working_days_is_told_in_chinese(raw: object) -> None:
    with pytest.raises(CatalogueError) as caught:
        read_calendar(raw)
    require_chinese(caught.value.detail)


def require_chinese(words: str) -> None:
    assert re.search("[一-鿿]", words), words
    assert not ENGLISH.search(NAMES.sub("", words)), words
