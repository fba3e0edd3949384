"""What is no rule, and facts that are none, get words that name the place."""

from datetime import date
from typing import Any

import pytest

from protocol.catalogue.fees.expression import MAX_EXPRESSION_CHARS, read_expression
from protocol.catalogue.fees.forms import MAX_STEPS
from protocol.catalogue.fees.kinds import Kind
from protocol.catalogue.fees.rule import read_rules
from protocol.catalogue.fees.sheet import compute_fee, example_faults
from protocol.catalogue.fields import faults_of
from protocol.errors import CatalogueError, FeeFactsError, FeeUnknownError
from tests.builders.catalogue.fee_rules import checked_rules
from tests.protocol.catalogue.fees.test_vectors import DAY, ESTATE, HALF, IDENTITY, SOIL, rule


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ([], "计费方式应是"),
        ({"kind": "free"}, "kind: 只能是"),
        ({"kind": "fixed"}, "缺少“amount”"),
        ({"kind": "fixed", "amount": "5", "unit": "本"}, "没有“unit”这一项，只能是 amount、kind"),
        ({"kind": "fixed", "amount": "10-20"}, "幅度须先由县里定下"),
        ({"kind": "fixed", "amount": ["10", "20"]}, "幅度须先由县里定下"),
        ({"kind": "fixed", "amount": 5}, "写成文本的"),
        ({"kind": "fixed", "amount": "-5"}, "的一个数"),
        *(({"kind": "fixed", "amount": text}, "的一个数") for text in (
            "NaN", "1_000", "1e3", "５", " 5", "5 ", "+5", ".5", "5.", "5.\n", "1,000", "")),
        ({"kind": "rate", "base": "price", "percent": "1000.01"}, "最多百分之 1000"),
        ({"kind": "late_fee", "principal": "p", "days": "d", "percent_a_day": "1001"},
         "最多百分之 1000"),
        ({"kind": "lookup", "by": "why\u202e", "amounts": {"a": "1"}}, "看不见的字符"),
        ({"kind": "lookup", "by": "why", "amounts": {" a": "1"}}, "前后有空格"),
        ({"kind": "fixed", "amount": "1000000000001"}, "的一个数"),
        ({"kind": "fixed", "amount": "0.0000001"}, "小数超过 6 位"),
        ({"kind": "lookup", "by": "why", "amounts": {}}, "1 到 50 个选项"),
        ({"kind": "lookup", "by": "why", "amounts": {str(n): "1" for n in range(51)}}, "1 到 50"),
        ({"kind": "lookup", "by": "长" * 51, "amounts": {"a": "1"}}, "1 到 50 个字"),
        ({"kind": "slab", "quantity": "m", "unit": "米", "tiers": []}, "1 到 20 档"),
        ({"kind": "slab", "quantity": "m", "unit": "米", "tiers": [{"upto": "5", "price": "1"}]},
         "只有最后一档不写 upto"),
        ({"kind": "slab", "quantity": "m", "unit": "米", "tiers": [
            {"upto": "5", "price": "1"}, {"upto": "5", "price": "1"}, {"price": "2"}]}, "逐档增大"),
        ({"kind": "slab", "quantity": "m", "unit": "米",
          "tiers": [{"price": "2", "every": "5"}]}, "没有“every”这一项"),
        ({"kind": "graduated", "quantity": "m", "unit": "米",
          "tiers": [{"price": "2", "every": "0.5", "rise": "1"}]}, "至少是 1"),
        ({"kind": "graduated", "quantity": "m", "unit": "米",
          "tiers": [{"upto": "5", "price": "2", "every": "5"}, {"price": "3"}]},
         "every 只能写在最后"),
        ({"kind": "composite", "parts": [{"name": "a", "form": SOIL}] * 11}, "1 到 10"),
        ({"kind": "composite", "parts": [{"name": "a", "form": SOIL}] * 2}, "name 不能相同"),
        ({"kind": "formula", "expression": "a ** 9"}, "算式里不能有"),
    ],
)  # fmt: skip
def test_a_form_that_is_none_is_refused_by_its_place(form: object, words: str) -> None:
    with pytest.raises(CatalogueError, match=r"item 1\.fee\[0\]\.form") as caught:
        read_rules([rule(form)], "item 1.fee")  # type: ignore[arg-type]
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a" * (MAX_EXPRESSION_CHARS + 1),
        "a.b",
        "a[0]",
        "__import__('os')",
        "max(a)",
        "max(a, key=b)",
        "(lambda: 1)()",
        "[x for x in a]",
        "a if b else c",
        "1 < a < 3",
        "a // 2",
        "a := 1",
        "f'{a}'",
        "(" * 300,
        "1j",
        "1",  # always the same
        "'a'",
        "a + 'b'",
        "a > 1",  # no number
        "a and b",
        "a / 0",
        "a / (1 - 1)",
        "a + 1e3",
        "a + 1_000",
        "a + 0.0000001",
        "a + 12345678901234",
        "min + 1",
        "evidence + 1",
        "a + (a == 'x')",
    ],
)
def test_what_is_no_arithmetic_is_refused(text: str) -> None:
    with pytest.raises(CatalogueError, match="place"):
        read_expression(text, "place", Kind.NUMBER)


@pytest.mark.parametrize(
    "text",
    [
        "area > 'large'",
        "a == b",
        "a == 'x' and a > 1",
        "not (a + 1)",
        "1 < 2",
        "a == b > 1",
    ],
)
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(CatalogueError, match="place"):
        read_expression(text, "place", Kind.TRUTH)


def test_the_kinds_of_facts_are_found_without_computing() -> None:
    text = "kind == '住宅' and (area / 2 > min(100, rooms) or not farm == True)"
    assert read_expression(text, "place", Kind.TRUTH).facts == {
        "kind": Kind.TEXT,
        "area": Kind.NUMBER,
        "rooms": Kind.NUMBER,
        "farm": Kind.TRUTH,
    }


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"effective_to": "2019-12-31"}, "早于 effective_from"),
        ({"floor": "5.01", "cap": "5"}, "高于最高"),
        ({"relief": [{**HALF, "when": "half > 5"}, HALF]}, "在一处是"),
        ({"basis": ""}, "basis"),
        ({"basis": " "}, "basis"),
        ({"basis": "桂价费\u202e"}, "看不见的字符 U+202E"),
        ({"effective_from": "今天"}, "effective_from"),
        ({"effective_from": "20260101"}, "effective_from"),
        ({"effective_to": "2026-W52-1"}, "effective_to"),
        ({"rounding": "5"}, "rounding"),
        ({"price": "5"}, "没有“price”这一项"),
        ({"relief": [{**HALF, "factor": "1"}]}, "应小于 1"),
        ({"relief": [{**HALF, "part": "杂费"}]}, "没有“杂费”这一部分"),
        ({"relief": [{"name": "减半"}]}, "缺少“evidence”"),
        ({"relief": [HALF] * 11}, "至多 10 项"),
        ({"examples": [{"facts": [], "total": "1"}]}, "facts: 应是一组栏目"),
    ],
)
def test_a_rule_that_is_none_is_refused_by_its_place(more: dict[str, Any], words: str) -> None:
    with pytest.raises(CatalogueError, match=r"fee\[0\]") as caught:
        read_rules([rule(ESTATE, **more)], "fee")
    assert words in str(caught.value)


def test_forms_stand_in_each_other_three_deep_and_no_deeper() -> None:
    form: dict[str, Any] = {"kind": "fixed", "amount": "5"}
    for _ in range(2):
        form = {"kind": "composite", "parts": [{"name": "甲", "form": form}]}
    assert compute_fee(read_rules([rule(form)], "fee"), {}, DAY).total == "5.00"
    form = {"kind": "composite", "parts": [{"name": "甲", "form": form}]}
    with pytest.raises(CatalogueError, match="至多三层"):
        read_rules([rule(form)], "fee")


EVERY = {  # of a rule, each wrong: what is said at which place
    "form": {
        "kind": "composite",
        "parts": [
            {"name": "工本费", "form": {"kind": "fixed", "amount": 5}},
            {"name": "", "form": {"kind": "lookup", "by": " b", "amounts": {"a": "x", "b": "y"}}},
            {"name": "c", "form": {"kind": "slab", "quantity": "m", "tiers": [{"upto": "-"}, 3]}},
            {"form": {"kind": "late_fee", "principal": "p", "days": "", "percent_a_day": "9999"}},
            {"name": "d", "form": {"kind": "times", "by": "e", "factors": {}, "of": {}}},
            {"name": "e", "form": {"kind": "formula", "expression": "a ** 2"}},
        ],
    },
    "basis": "",
    "effective_from": "今天",
    "effective_to": "明天",
    "floor": "x",
    "cap": "y",
    "rounding": "5",
    "relief": [{"name": "", "when": "1", "factor": "2", "basis": 3, "evidence": None}, 4],
    "examples": [{"facts": [], "total": 1}],
    "zone": "一",
}


def test_every_fault_of_a_rule_is_named_at_once() -> None:
    with pytest.raises(CatalogueError) as caught:
        read_rules([EVERY, {**rule(SOIL), "basis": " "}], "fee")
    parts = "fee[0].form.parts"
    assert sorted(place for place, _ in faults_of(caught.value, "fee")) == sorted([
        "fee[0]",  # collector is missing
        "fee[0]",  # zone is unknown
        f"{parts}[0].form.amount",
        *(f"{parts}[1].{one}" for one in ("name", "form.by", "form.amounts.a", "form.amounts.b")),
        f"{parts}[2].form",  # no unit
        *(f"{parts}[2].form.tiers[0]", f"{parts}[2].form.tiers[0].upto"),  # no price
        f"{parts}[2].form.tiers[1]",
        *(f"{parts}[3]", f"{parts}[3].form.days", f"{parts}[3].form.percent_a_day"),
        *(f"{parts}[4].form.factors", f"{parts}[4].form.of.kind"),
        f"{parts}[5].form.expression",
        *(f"fee[0].{one}" for one in ("basis", "effective_from", "effective_to", "floor", "cap")),
        "fee[0].rounding",
        *(f"fee[0].relief[0].{one}" for one in ("name", "when", "factor", "basis", "evidence")),
        "fee[0].relief[1]",
        *("fee[0].examples[0].facts", "fee[0].examples[0].total"),
        "fee[1].basis",
    ])  # fmt: skip


def test_what_a_rule_contradicts_itself_in_is_named_at_once() -> None:
    wrong = {"effective_to": "2019-12-31", "floor": "5.01", "cap": "5", "basis": ""}
    relief = [HALF, {**HALF, "part": "杂费"}, {**HALF, "when": "half > 5"}]
    with pytest.raises(CatalogueError) as caught:
        read_rules([rule(ESTATE, **wrong, relief=relief)], "fee")
    assert [place for place, _ in faults_of(caught.value, "fee")] == [
        *("fee[0].basis", "fee[0].effective_to", "fee[0].floor"),
        *("fee[0].relief[1].part", "fee[0].relief[2].when"),
    ]


def test_of_rules_in_any_order_the_one_in_the_file_is_named() -> None:
    late = rule(SOIL, effective_from="2026-01-01", examples=[{"facts": {}, "total": "1"}] * 2)
    early = rule(SOIL, effective_to="2025-12-31")
    faults = list(example_faults(read_rules([late, early], "fee"), "fee"))
    assert [place for place, _ in faults] == ["fee[0].examples[0]", "fee[0].examples[1]"]


def test_two_rules_may_follow_each_other_and_not_overlap() -> None:
    first = rule(SOIL, effective_to="2025-12-31")
    second = rule({"kind": "fixed", "amount": "7"}, effective_from="2026-01-01")
    rules = read_rules([second, first], "fee")
    assert compute_fee(rules, {"area": 10}, date(2025, 12, 31)).total == "13.00"
    assert compute_fee(rules, {}, date(2026, 1, 1)).total == "7.00"
    with pytest.raises(FeeUnknownError):
        compute_fee(rules, {}, date(2019, 12, 31))
    for until in ("2026-01-01", None):
        with pytest.raises(CatalogueError, match="在 2026-01-01 这天都有效"):
            read_rules([rule(SOIL, effective_to=until), second], "fee")


def test_an_example_that_comes_to_another_total_refuses_the_rule() -> None:
    right = {"facts": {"area": "10"}, "total": "13"}
    with pytest.raises(CatalogueError, match="'10' 不是"):
        checked_rules([rule(SOIL, examples=[right])], "fee")
    right = {"facts": {"area": 10}, "total": "13"}
    assert len(checked_rules([rule(SOIL, examples=[right])], "fee")) == 1
    with pytest.raises(CatalogueError, match=r"算出 13\.00，算例写的是 14"):
        checked_rules([rule(SOIL, examples=[{**right, "total": "14"}])], "fee")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ([], "应为 {…}"),
        ({}, "缺少 reason，应为首次、到期换领、丢失、临时之一"),
        ({"reason": "好玩"}, "不在其中：首次"),
        ({"reason": None}, "不是数、文字或是否"),
        ({"reason": "首次", "evidence": "proof"}, "材料编号的列表"),
        ({"reason": 10**13}, "不是数"),
        ({str(n): n for n in range(51)}, "至多 50"),
    ],
)
def test_facts_that_are_none_are_named(facts: object, words: str) -> None:
    with pytest.raises(FeeFactsError) as caught:
        compute_fee(read_rules([rule(IDENTITY)], "fee"), facts, DAY)
    assert words in str(caught.value)


def test_a_quantity_goes_through_so_many_steps_and_no_more() -> None:
    rises = {"price": "2", "every": "1", "rise": "1"}
    form = {"kind": "graduated", "quantity": "m", "unit": "米", "tiers": [rises]}
    rules = read_rules([rule(form)], "fee")
    sheet = compute_fee(rules, {"m": MAX_STEPS}, DAY)
    assert len(sheet.steps) == MAX_STEPS
    assert sheet.total == f"{sum(range(2, MAX_STEPS + 2))}.00"
    for more in (MAX_STEPS + 0.5, 10**12):
        with pytest.raises(FeeFactsError, match=f"超过 {MAX_STEPS} 档"):
            compute_fee(rules, {"m": more}, DAY)


def test_nothing_is_divided_by_zero_and_no_text_is_a_number() -> None:
    share = read_rules([rule({"kind": "formula", "expression": "a / b"})], "fee")
    with pytest.raises(FeeFactsError, match="除数为 0"):
        compute_fee(share, {"a": 1, "b": 0}, DAY)
    dear = read_rules([rule({"kind": "rate", "base": "a", "percent": "101"})], "fee")
    with pytest.raises(FeeFactsError, match="合计超过"):
        compute_fee(dear, {"a": 10**12}, DAY)
    power = read_rules([rule({"kind": "formula", "expression": "*".join("aaaaaa")})], "fee")
    with pytest.raises(FeeFactsError, match="超过 1000000000000 元"):
        compute_fee(power, {"a": 10**12}, DAY)
    assert compute_fee(power, {"a": 100}, DAY).total == "1000000000000.00"
    with pytest.raises(FeeFactsError, match="不是数"):
        compute_fee(share, {"a": "x", "b": 1}, DAY)
    assert compute_fee(share, {"a": 1, "b": 3}, DAY).total == "0.33"
    below = read_rules([rule({"kind": "formula", "expression": "a - b"})], "fee")
    assert compute_fee(below, {"a": 1, "b": 3}, DAY).total == "0.00"
