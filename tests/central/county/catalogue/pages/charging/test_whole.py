"""A fee rule by its controls: untouched it stays as it was; what is typed is charged."""

import json
from typing import Any

import pytest

from central.county.catalogue.pages.charging.whole import form_rows, replaced
from protocol.catalogue.fees.rule import read_rules
from protocol.catalogue.fees.sheet import compute_fee
from tests.central.county.catalogue.pages.charging.rules import FORMS, NAMES, after, rule

RELIEF = {"name": "低保", "when": "poor", "factor": "0", "basis": "文", "evidence": "low-income"}
EXAMPLE = {"facts": {"reason": "丢失", "evidence": ["low-income"]}, "total": "40"}
NEW: dict[str, dict[str, str]] = {
    "fixed": {"how__amount": "５元"},
    "lookup": {"how__by": "原因", "how__amounts": "首次：0\r\n丢失: 40 元"},
    "per_unit": {
        "how__quantity": "面积", "how__unit": "㎡", "how__price": "1.3", "how__free": "20",
    },
    "by_class": {
        "how__quantity": "面积", "how__unit": "㎡", "how__by": "林种",
        "how__amounts": "乔木：10\r\n灌木：6",
    },
    "graduated": {
        "how__quantity": "页数", "how__unit": "页", "how__tiers": "30：0\r\n100：10\r\n以上：40",
        "how__every": "10", "how__rise": "1",
    },
    "slab": {"how__quantity": "面积", "how__unit": "㎡", "how__tiers": "以上：2"},
    "rate": {"how__base": "价款", "how__percent": "20"},
    "formula": {"how__expression": "max(0, 面积 * 0.015 - 人数)"},
    "late_fee": {
        "how__principal": "欠费", "how__days": "天数", "how__percent_a_day": "0.05",
        "how__most": "2",
    },
    "composite": {
        "parts__0__name": "登记费", "parts__0__kind": "lookup", "parts__0__by": "原因",
        "parts__0__amounts": "首次：0\r\n丢失：40",
        "parts__1__name": "工本费", "parts__1__kind": "fixed", "parts__1__amount": "10",
    },
    "times": {
        "how__kind": "fixed", "how__amount": "5", "zone__by": "地段",
        "zone__factors": "城镇：2\r\n农村：1",
    },
}  # fmt: skip
_KINDS = {"by_class": "per_unit"}


@pytest.mark.parametrize("name", FORMS)
def test_a_page_that_is_sent_as_it_came_changes_nothing(name: str) -> None:
    before = rule(FORMS[name], cap="9", relief=[RELIEF], examples=[EXAMPLE], rounding=None)
    assert json.dumps(after(before)) == json.dumps(before)


@pytest.mark.parametrize("name", NEW)
def test_each_form_is_made_of_what_is_typed(name: str) -> None:
    typed = {"how__kind": _KINDS.get(name, name), **NEW[name]}
    said = {"rule__basis": "桂价费〔2012〕1号", "rule__collector": "县民政局"}
    made = after({}, **typed, **said, rule__effective_from="2026-01-01")
    assert made == rule(FORMS[name])
    assert read_rules([made], "")


@pytest.mark.parametrize("name", ["part_of_times", "unknown", "odd", "colon"])
def test_what_has_no_controls_is_json_in_its_place(name: str) -> None:
    rows = form_rows(FORMS[name], NAMES)
    inner = rows["parts"][0] if rows["parts"] else rows["how"]
    assert inner["kind"] in ("other", "lookup")
    assert after(rule(FORMS[name]), bounds__cap="3")["form"] == FORMS[name]


def test_a_form_can_be_changed_into_another() -> None:
    made = after(rule(FORMS["composite"]), how__kind="fixed", how__amount="3")
    assert made["form"] == {"kind": "fixed", "amount": "3"}
    times = after(rule(FORMS["times"]), zone__by="", zone__factors="")
    assert times["form"] == {"kind": "fixed", "amount": "5"}


def test_bounds_days_and_what_is_emptied() -> None:
    before = rule(FORMS["fixed"], cap="9", effective_to="2026-12-31")
    made = after(before, bounds__cap="", bounds__floor="１", rule__effective_to="2027-01-31")
    assert made == rule(FORMS["fixed"], floor="1", effective_to="2027-01-31")


@pytest.mark.parametrize(
    ("fact", "way", "value", "when"),
    [
        ("低保户", "", "是", "poor"),
        ("低保户", "==", "否", "not poor"),
        ("低保户", "!=", "是", "not poor"),
        ("原因", "==", "是", 'reason == "是"'),  # a text, whatever it looks like
        ("原因", "==", "3", 'reason == "3"'),
        ("面积", ">=", "２０", "area >= 20"),
        ("户型", "==", "公寓", '户型 == "公寓"'),
    ],
)
def test_when_a_relief_holds_is_one_comparison(fact: str, way: str, value: str, when: str) -> None:
    before = rule(FORMS["fixed"])
    typed = {"relief__0__name": "减", "relief__0__fact": fact, "relief__0__way": way}
    (made,) = after(before, **typed, relief__0__value=value)["relief"]
    assert made == {"name": "减", "when": when}
    whole = rule(FORMS["fixed"], relief=[{**RELIEF, "when": when}])
    assert after(whole) == whole
    assert after(whole, relief__0__factor="0.5")["relief"] == [
        {**RELIEF, "when": when, "factor": "0.5"}
    ]


def test_a_longer_condition_of_a_relief_stays_until_it_is_typed_anew() -> None:
    long = rule(FORMS["fixed"], relief=[{**RELIEF, "when": "poor and area > 20"}])
    assert after(long, relief__0__factor="0.1")["relief"][0]["when"] == "poor and area > 20"
    anew = after(long, relief__0__fact="面积", relief__0__way=">", relief__0__value="30")
    assert anew["relief"][0]["when"] == "area > 30"


@pytest.mark.parametrize(
    ("form", "line", "facts"),
    [
        ("lookup", "原因：丢失", {"reason": "丢失"}),
        ("per_unit", "面积：12,345.6", {"area": 12345.6}),
        ("graduated", "页数: 31", {"页数": 31}),
        ("by_class", "面积：3\r\n林种：是", {"area": 3, "林种": "是"}),  # the rule asks a text
    ],
)
def test_facts_of_an_example_are_what_the_rule_asks(form: str, line: str, facts: Any) -> None:
    made = after(rule(FORMS[form]), examples__0__facts=line, examples__0__total="１０元")
    assert made["examples"] == [{"facts": facts, "total": "10"}]


def test_an_example_with_evidence_is_computed_with_it() -> None:
    before = rule(FORMS["lookup"], relief=[RELIEF])
    made = after(
        before,
        examples__0__facts="原因：丢失\r\n低保户：是",
        examples__0__given="low-income",
        examples__0__total="0",
    )
    facts = made["examples"][0]["facts"]
    assert facts == {"reason": "丢失", "poor": True, "evidence": ["low-income"]}
    rules = read_rules([made], "")
    assert compute_fee(rules, facts, rules[0].effective_from).total == "0.00"


def test_a_rule_is_put_in_its_place_added_or_taken_out() -> None:
    rules = [{"n": 1}, {"n": 2}]
    assert replaced(rules, 1, {"n": 9}) == [{"n": 9}, {"n": 2}]
    assert replaced(rules, 2, None) == [{"n": 1}]
    assert replaced(rules, 0, {"n": 3}) == [*rules, {"n": 3}]
    assert replaced(rules, 0, None) == rules
