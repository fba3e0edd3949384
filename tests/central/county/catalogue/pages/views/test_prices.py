"""A fee rule in words names what it depends on as the form does."""

from collections.abc import Mapping
from datetime import date

import pytest

from central.county.catalogue.pages.views.prices import Prices, named, rule_rows
from protocol.catalogue.fees.rule import read_rules
from runtime.web.language import translations

NAMES = {"reason": "办理原因", "area": "面积", "zone": "地段", "owed": "欠缴税款", "days": "天数"}
TABLE = {"kind": "lookup", "by": "reason", "amounts": {"补领": "40", "换领": "20"}}


def rule(form: Mapping[str, object]) -> dict[str, object]:
    return {
        "basis": "发改价格〔2003〕2322号",
        "collector": "县公安局",
        "effective_from": "2019-01-01",
        "form": form,
    }


@pytest.mark.parametrize(
    ("form", "line"),
    [
        (TABLE, "按办理原因：补领 40元，换领 20元"),
        ({"kind": "formula", "expression": "area * 2 + other"}, "按公式：面积 * 2 + other"),
        ({"kind": "rate", "base": "owed", "percent": "3"}, "欠缴税款的3%"),
    ],
)
def test_a_fact_that_is_a_field_goes_by_its_title(form: Mapping[str, object], line: str) -> None:
    (read,) = read_rules([rule(form)], "fee_rules")
    assert Prices(NAMES, str).lines(read.form) == [line]
    assert Prices({}, str).lines(read.form) != [line]


def test_an_item_s_table_of_fees_names_it_too() -> None:
    (row,) = rule_rows([rule(TABLE)], NAMES, str, date(2026, 11, 29))
    assert row[0] == ("按办理原因：补领 40元，换领 20元",)


def test_only_whole_ids_are_named() -> None:
    assert named("缺少 reason，不是 reasons", NAMES) == "缺少 办理原因，不是 reasons"


ENGLISH = translations("en", ("central.pages",)).gettext


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ({"kind": "fixed", "amount": "40"}, "40 yuan"),
        (TABLE, "by 办理原因: 补领 40 yuan, 换领 20 yuan"),
        (
            {"kind": "per_unit", "quantity": "n", "unit": "页", "price": "0.5", "free": "2"},
            "0.5 yuan per 页, the first 2 页 free",
        ),
        ({"kind": "rate", "base": "owed", "percent": "3"}, "3% of 欠缴税款"),
        ({"kind": "formula", "expression": "area * 2"}, "by the formula 面积 * 2"),
        (
            {
                "kind": "graduated",
                "quantity": "n",
                "unit": "亩",
                "tiers": [{"upto": "5", "price": "10"}, {"price": "8"}],
            },
            "each tier at its own price, per 亩: up to 5 亩 10 yuan, above that 8 yuan",
        ),
    ],
)
def test_on_an_english_page_a_rule_is_said_in_english(
    form: Mapping[str, object], line: str
) -> None:
    (read,) = read_rules([rule(form)], "fee_rules")
    assert Prices(NAMES, ENGLISH).lines(read.form) == [line]


def test_who_pays_less_and_when_is_said_in_english_too() -> None:
    relief = {"name": "残疾人", "when": "days >= 0", "basis": "条例", "evidence": "card"}
    whole = {
        **rule({"kind": "per_unit", "quantity": "days", "unit": "日", "price": "2"}),
        "floor": "1",
        "cap": "9",
        "relief": [{**relief, "factor": "0.5"}],
    }
    (row,) = rule_rows([whole], NAMES, ENGLISH, date(2026, 11, 29))
    assert row[0] == ("2 yuan per 日", "at least 1 yuan", "at most 9 yuan")
    assert row[2] == ("since 2019-01-01（in force）",)
    assert row[3] == ("残疾人: pays 50% (条例)",)
