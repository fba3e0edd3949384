"""A fee rule in words names what it depends on as the form does."""

from collections.abc import Mapping
from datetime import date

import pytest

from central.county.catalogue.pages.prices import form_words, named, rule_rows
from protocol.catalogue.fees.rule import read_rules

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
    assert form_words(read.form, NAMES) == [line]
    assert form_words(read.form, {}) != [line]


def test_an_item_s_table_of_fees_names_it_too() -> None:
    (row,) = rule_rows([rule(TABLE)], NAMES, str, date(2026, 11, 29))
    assert row[0] == ("按办理原因：补领 40元，换领 20元",)


def test_only_whole_ids_are_named() -> None:
    assert named("缺少 reason，不是 reasons", NAMES) == "缺少 办理原因，不是 reasons"
