"""Fees as published standards give them, worked out by hand."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.catalogue.fees.rule import read_rules
from protocol.catalogue.fees.sheet import compute_fee
from protocol.catalogue.fees.told import FeeSheet

DAY = date(2026, 3, 1)
Form = dict[str, Any]


def rule(form: Form, **more: Any) -> dict[str, Any]:
    given_ = {"basis": "样例文号", "collector": "样例单位", "effective_from": "2020-01-01"}
    return {**given_, "form": form, **more}


def sheet(form: Form, facts: dict[str, Any], **more: Any) -> FeeSheet:
    return compute_fee(read_rules([rule(form, **more)], "fee"), facts, DAY)


PAGES: Form = {
    "kind": "graduated",
    "quantity": "pages",
    "unit": "页",
    "tiers": [
        {"upto": "30", "price": "0"},
        {"upto": "100", "price": "10"},
        {"upto": "200", "price": "20"},
        {"price": "40"},
    ],
}
CASES: Form = {
    "kind": "graduated",
    "quantity": "cases",
    "unit": "件",
    "tiers": [
        {"upto": "10", "price": "0"},
        {"upto": "30", "price": "100"},
        {"price": "200", "every": "10", "rise": "100"},
    ],
}
ESTATE: Form = {
    "kind": "composite",
    "parts": [
        {
            "name": "登记费",
            "form": {"kind": "lookup", "by": "use", "amounts": {"住宅": "80", "非住宅": "550"}},
        },
        {
            "name": "证书工本费",
            "form": {
                "kind": "per_unit",
                "quantity": "certificates",
                "unit": "本",
                "price": "10",
                "free": "1",
            },
        },
    ],
}
HALF = {
    "name": "减半",
    "part": "登记费",
    "when": "half",
    "factor": "0.5",
    "basis": "财税〔2019〕45号",
    "evidence": "proof",
}
SOIL: Form = {"kind": "per_unit", "quantity": "area", "unit": "㎡", "price": "1.3"}
IDLE: Form = {"kind": "rate", "base": "price", "percent": "20"}
DISABLED: Form = {
    "kind": "formula",
    "expression": "max(0, people * 0.015 - disabled) * min(wage, 2 * average)",
}
DISABLED_RELIEF = [
    {
        "name": "安置比例达到1%",
        "when": "people > 30 and disabled / people >= 0.01",
        "factor": "0.5",
        "basis": "样例",
        "evidence": "roll",
    },
    {
        "name": "安置比例不足1%",
        "when": "people > 30 and disabled / people < 0.01",
        "factor": "0.9",
        "basis": "样例",
        "evidence": "roll",
    },
    {
        "name": "小微企业",
        "when": "people <= 30",
        "factor": "0",
        "basis": "样例",
        "evidence": "roll",
    },
]
LATE: Form = {"kind": "late_fee", "principal": "owed", "days": "days", "percent_a_day": "0.05"}
IDENTITY: Form = {
    "kind": "lookup",
    "by": "reason",
    "amounts": {"首次": "0", "到期换领": "20", "丢失": "40", "临时": "10"},
}


@pytest.mark.parametrize(
    ("pages", "total"),
    [(30, 0), (31, 10), (100, 700), (101, 720), (200, 2700), (201, 2740), (250, 4700)],
)
def test_pages_of_disclosed_information(pages: int, total: int) -> None:
    assert sheet(PAGES, {"pages": pages}).total == f"{total}.00"


@pytest.mark.parametrize(
    ("cases", "total"),
    [(10, 0), (11, 100), (30, 2000), (31, 2200), (40, 4000), (41, 4300), (50, 7000)],
)
def test_cases_of_disclosed_information(cases: int, total: int) -> None:
    assert sheet(CASES, {"cases": cases}).total == f"{total}.00"


@pytest.mark.parametrize(
    ("facts", "total"),
    [
        ({"use": "住宅", "certificates": 0}, "80.00"),
        ({"use": "住宅", "certificates": 1}, "80.00"),
        ({"use": "住宅", "certificates": 3}, "100.00"),
        ({"use": "非住宅", "certificates": 2, "half": True, "evidence": ["proof"]}, "285.00"),
        ({"use": "非住宅", "certificates": 2, "half": True}, "560.00"),
        ({"use": "非住宅", "certificates": 2, "half": False, "evidence": ["proof"]}, "560.00"),
    ],
)
def test_registration_of_real_estate(facts: dict[str, Any], total: str) -> None:
    assert sheet(ESTATE, facts, relief=[HALF]).total == total


@pytest.mark.parametrize(
    ("form", "facts", "total"),
    [
        (SOIL, {"area": 12345.6}, "16049.28"),
        (IDLE, {"price": 3456789.01}, "691357.80"),
        (LATE, {"owed": 10000, "days": 45}, "225.00"),
        (LATE, {"owed": 10000, "days": 3000}, "10000.00"),
        (IDENTITY, {"reason": "丢失"}, "40.00"),
        (IDENTITY, {"reason": "首次"}, "0.00"),
        ({"kind": "fixed", "amount": "5"}, {}, "5.00"),
        ({"kind": "times", "by": "zone", "factors": {"城区": "2"}, "of": SOIL},
         {"zone": "城区", "area": 10}, "26.00"),
        ({**SOIL, "price": {"by": "use", "amounts": {"工业": "2", "住宅": "1.5"}}, "free": "3"},
         {"use": "住宅", "area": 10}, "10.50"),
        ({"kind": "fixed", "amount": "1000000000000"}, {}, "1000000000000.00"),
        ({"kind": "slab", "quantity": "m", "unit": "米",
          "tiers": [{"upto": "10", "price": "1"}, {"price": "2"}]}, {"m": 11}, "22.00"),
        ({"kind": "slab", "quantity": "m", "unit": "米",
          "tiers": [{"upto": "10", "price": "1"}, {"price": "2"}]}, {"m": 10}, "10.00"),
    ],
)  # fmt: skip
def test_the_other_forms(form: Form, facts: dict[str, Any], total: str) -> None:
    assert sheet(form, facts).total == total


@pytest.mark.parametrize(
    ("people", "disabled", "total"),
    [(100, 0, "97200.00"), (100, 1, "18000.00"), (30, 0, "0.00")],
)
def test_employment_fund_of_the_disabled(people: int, disabled: int, total: str) -> None:
    facts = {
        "people": people,
        "disabled": disabled,
        "wage": 72000,
        "average": 90000,
        "evidence": ["roll"],
    }
    assert sheet(DISABLED, facts, relief=DISABLED_RELIEF).total == total


def test_each_tier_that_is_reached_is_a_step_up_to_where_the_quantity_ends() -> None:
    steps = [(one.words, one.yuan) for one in sheet(PAGES, {"pages": 130}).steps]
    assert steps == [
        ("第0至30页，每页0元", "0"),
        ("第30至100页，每页10元", "700"),
        ("第100至130页，每页20元", "600"),
    ]
    assert len(sheet(PAGES, {"pages": 100}).steps) == 2


@pytest.mark.parametrize(("part", "total"), [("证", "17.50"), ("证：工本", "15.00")])
def test_relief_of_a_part_counts_for_it_alone_whatever_another_begins_with(
    part: str, total: str
) -> None:
    names = {"证": "5", "证：工本": "10", "证书": "5"}
    fixed = ((one, {"kind": "fixed", "amount": yuan}) for one, yuan in names.items())
    parts = [{"name": one, "form": form} for one, form in fixed]
    facts = {"half": True, "evidence": ["proof"]}
    form = {"kind": "composite", "parts": parts}
    assert sheet(form, facts, relief=[{**HALF, "part": part}]).total == total


def test_of_reliefs_the_one_that_leaves_the_least_counts_also_where_one_is_of_a_part_only() -> None:
    free_part = {**HALF, "name": "免工本费", "part": "证书工本费", "factor": "0"}
    half_of_all = {key: value for key, value in HALF.items() if key != "part"}
    facts = {"use": "非住宅", "certificates": 2, "half": True, "evidence": ["proof"]}
    for relief in ([free_part, half_of_all], [half_of_all, free_part]):
        found = sheet(ESTATE, facts, relief=relief)
        assert (found.total, found.steps[-1].yuan) == ("280.00", "-280")
    assert sheet(ESTATE, facts, relief=[free_part]).total == "550.00"


def test_a_sheet_tells_every_step() -> None:
    found = sheet(
        ESTATE,
        {"use": "非住宅", "certificates": 2, "half": True, "evidence": ["proof"]},
        relief=[HALF],
    )
    assert [(step.words, step.yuan) for step in found.steps] == [
        ("登记费：非住宅", "550"),
        ("证书工本费：1本×10元", "10"),
        ("减免：减半（财税〔2019〕45号）", "-275"),
    ]
    assert (found.total_fen, found.collector, found.basis) == (28500, "样例单位", "样例文号")


@pytest.mark.parametrize(
    ("percent", "rounding", "total"),
    [
        ("12.4", "0.01", "0.12"),
        ("12.5", "0.01", "0.13"),  # half to the even would be 0.12
        ("25", "0.1", "0.30"),
        ("250", "1", "3.00"),
        ("249.9", "1", "2.00"),
    ],
)
def test_a_half_is_rounded_up(percent: str, rounding: str, total: str) -> None:
    form = {"kind": "rate", "base": "price", "percent": percent}
    assert sheet(form, {"price": 1}, rounding=rounding).total == total


def test_products_of_long_numbers_are_exact() -> None:
    inner = {"kind": "per_unit", "quantity": "area", "unit": "㎡", "price": "1.234567"}
    zone = {"kind": "times", "by": "zone", "factors": {"甲": "1.234567"}, "of": inner}
    form = {"kind": "times", "by": "class", "factors": {"乙": "1.234567"}, "of": zone}
    found = sheet(form, {"area": 0.1234567890123456, "zone": "甲", "class": "乙"})
    product, rounding = (Fraction(one.yuan) for one in found.steps)
    assert product == Fraction("0.1234567890123456") * Fraction("1.234567") ** 3
    assert product + rounding == Fraction(found.total) == Fraction("0.23")


def test_relief_of_a_part_that_is_more_than_the_cap_leaves_nothing_and_not_less() -> None:
    facts = {"use": "非住宅", "certificates": 2, "half": True, "evidence": ["proof"]}
    assert sheet(ESTATE, facts, cap="100", relief=[HALF | {"factor": "0"}]).total == "0.00"
    assert sheet(ESTATE, facts, cap="300", relief=[HALF]).total == "25.00"


def test_floor_and_cap_and_rounding_are_steps() -> None:
    low = sheet(SOIL, {"area": 1}, floor="2")
    assert (low.steps[-1].words, low.steps[-1].yuan, low.total) == ("最低2元", "0.7", "2.00")
    high = sheet(SOIL, {"area": 100}, cap="99.5", rounding="1")
    assert [step.yuan for step in high.steps] == ["130", "-30.5", "0.5"]
    assert high.total == "100.00"


@given(
    area=st.decimals(0, 10**9, places=4),
    price=st.decimals(0, 10**4, places=6),
    cap=st.decimals(0, 10**6, places=2),
    half=st.booleans(),
)
def test_the_steps_add_up_to_the_total(
    area: Decimal, price: Decimal, cap: Decimal, half: bool
) -> None:
    relief = [{**HALF, "when": "half"}]
    del relief[0]["part"]
    form = {"kind": "per_unit", "quantity": "area", "unit": "㎡", "price": f"{price:f}"}
    facts = {"area": float(area), "half": half, "evidence": ["proof"]}
    found = sheet(form, facts, cap=f"{cap:f}", relief=relief)
    assert sum(Decimal(step.yuan) for step in found.steps) * 100 == found.total_fen
