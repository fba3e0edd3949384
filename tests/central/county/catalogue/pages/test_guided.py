"""A field or a simple fee is added without JSON, and passes the same checks."""

from typing import Any

import pytest
from multidict import MultiDict

from central.county.catalogue.pages.editing.guided import KINDS, add_guided
from protocol.catalogue.items.entries import check_catalogue
from tests.builders.catalogue.full_item import catalogue_file, full_item


def added(**typed: str) -> dict[str, Any]:
    raw = full_item()
    add_guided(raw, MultiDict({f"@{key.replace('__', '.')}": v for key, v in typed.items()}), {})
    assert check_catalogue(catalogue_file(raw)).errors == ()
    return raw


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_of_each_kind_is_added_behind_the_others(kind: str) -> None:
    raw = added(
        field__title="备注", field__kind=kind, field__hint="写明情况", field__choices="甲\n\n乙"
    )
    *_, (name, made) = raw["schema"]["properties"].items()
    assert (name, made["title"], made["description"]) == ("field1", "备注", "写明情况")
    assert made.get("enum") == (["甲", "乙"] if kind == "choice" else None)
    assert name not in raw["schema"]["required"]


def test_a_field_may_be_required() -> None:
    raw = full_item(examples=None)
    add_guided(raw, MultiDict({"@field.title": "电话", "@field.required": "yes"}), {})
    assert raw["schema"]["required"][-1] == "field1"
    add_guided(raw, MultiDict({"@field.title": "再来"}), {})
    assert list(raw["schema"]["properties"])[-2:] == ["field1", "field2"]


@pytest.mark.parametrize(
    ("unit", "amount", "form"),
    [
        ("", "１０", {"kind": "fixed", "amount": "10"}),
        ("", "0", {"kind": "fixed", "amount": "0"}),
        ("页", "0.5", {"kind": "per_unit", "quantity": "数量", "unit": "页", "price": "0.5"}),
    ],
)
def test_a_simple_fee_is_added(unit: str, amount: str, form: dict[str, str]) -> None:
    raw = full_item(fee_rules=None)
    typed = {"amount": amount, "unit": unit, "basis": "桂价费〔2012〕1号"}
    typed |= {"collector": "县民政局", "from": "2026-01-01"}
    add_guided(raw, MultiDict({f"@fee.{key}": value for key, value in typed.items()}), {})
    assert [one["form"] for one in raw["fee_rules"]] == [form]
    assert check_catalogue(catalogue_file(raw)).errors == ()


def test_nothing_is_added_where_nothing_was_typed_or_json_cannot_be_read() -> None:
    raw = full_item()
    add_guided(raw, MultiDict({"@field.title": " ", "@fee.amount": ""}), {})
    add_guided(
        raw, MultiDict({"@field.title": "x", "@fee.amount": "1"}), {"schema": "{", "fee_rules": "["}
    )
    assert raw == full_item()


def test_a_fee_takes_the_place_of_the_present_one_from_its_day_on() -> None:
    raw = added(
        fee__amount="5", fee__basis="示例", fee__collector="县民政局", fee__from="2027-01-01"
    )
    old, new = raw["fee_rules"]
    assert (old["effective_to"], new["effective_from"]) == ("2026-12-31", "2027-01-01")
    raw = full_item()
    add_guided(raw, MultiDict({"@fee.amount": "5", "@fee.from": "明年"}), {})
    assert "effective_to" not in raw["fee_rules"][0]  # the checks name the day
