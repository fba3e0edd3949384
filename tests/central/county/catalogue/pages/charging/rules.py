"""Fee rules in every form, and what a browser sends of their page."""

from typing import Any

from multidict import MultiDict

from central.county.catalogue.pages.charging.names import FactNames
from central.county.catalogue.pages.charging.parts import parts_of
from central.county.catalogue.pages.charging.whole import rows_of, rule_of
from central.county.catalogue.pages.editing.entry import entered
from tests.central.county.catalogue.pages.test_editing import typed

PAPERS = {"low-income": "低保证", "land": "土地证"}
NAMES = FactNames({"reason": "原因", "area": "面积", "poor": "低保户"}, frozenset({"reason"}))
LOOKUP = {"kind": "lookup", "by": "reason", "amounts": {"首次": "0", "丢失": "40"}}
PAGES = {
    "kind": "graduated",
    "quantity": "页数",
    "unit": "页",
    "tiers": [
        {"upto": "30", "price": "0"},
        {"upto": "100", "price": "10"},
        {"price": "40", "every": "10", "rise": "1"},
    ],
}
FORMS: dict[str, dict[str, Any]] = {
    "fixed": {"kind": "fixed", "amount": "5"},
    "lookup": LOOKUP,
    "per_unit": {
        "kind": "per_unit", "quantity": "area", "unit": "㎡", "price": "1.3", "free": "20",
    },
    "by_class": {
        "kind": "per_unit",
        "quantity": "area",
        "unit": "㎡",
        "price": {"by": "林种", "amounts": {"乔木": "10", "灌木": "6"}},
    },
    "graduated": PAGES,
    "slab": {"kind": "slab", "quantity": "area", "unit": "㎡", "tiers": [{"price": "2"}]},
    "rate": {"kind": "rate", "base": "价款", "percent": "20"},
    "formula": {"kind": "formula", "expression": "max(0, area * 0.015 - 人数)"},
    "late_fee": {
        "kind": "late_fee", "principal": "欠费", "days": "天数", "percent_a_day": "0.05",
        "most": "2",
    },
    "composite": {
        "kind": "composite",
        "parts": [
            {"name": "登记费", "form": LOOKUP},
            {"name": "工本费", "form": {"kind": "fixed", "amount": "10"}},
        ],
    },
    "times": {
        "kind": "times", "by": "地段", "factors": {"城镇": "2", "农村": "1"},
        "of": {"kind": "fixed", "amount": "5"},
    },
    "times_of_parts": {
        "kind": "times", "by": "地段", "factors": {"城镇": "2"},
        "of": {"kind": "composite", "parts": [{"name": "登记费", "form": LOOKUP}]},
    },
    "part_of_times": {
        "kind": "composite",
        "parts": [{"name": "a", "form": {"kind": "times", "by": "x", "factors": {"y": "1"},
                                          "of": {"kind": "fixed", "amount": "1"}}}],
    },
    "unknown": {"kind": "new-kind", "x": 1},
    "odd": {"kind": "fixed", "amount": "5", "more": True},
    "colon": {"kind": "lookup", "by": "x", "amounts": {"甲：乙": "3"}},
}  # fmt: skip


def rule(form: Any, **more: Any) -> dict[str, Any]:
    basis = {"basis": "桂价费〔2012〕1号", "collector": "县民政局"}
    return {"form": form, **basis, "effective_from": "2026-01-01", **more}


def page(before: dict[str, Any]) -> MultiDict[str]:
    return typed(rows_of(before, NAMES), parts_of(PAPERS))


def after(before: dict[str, Any], **changed: str) -> dict[str, Any]:
    """What comes of the page of a rule with some controls changed: ``how__amount``."""
    sent = page(before)
    for name, value in changed.items():
        sent[name.replace("__", ".")] = value
    return rule_of(entered(rows_of(before, NAMES), sent, parts_of(PAPERS)).raw, before, NAMES)
