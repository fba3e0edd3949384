"""Conditions as comparisons with controls, and back to what they mean."""

from typing import Any

import pytest

from central.county.catalogue.pages.asking.conditions import columns_of, when_of
from protocol.catalogue.forms.conditions import holds

FIELDS: dict[str, Any] = {
    "marriage": {"type": "string", "enum": ["已婚", "未婚", "离异"]},
    "cows": {"type": "integer"},
    "disabled": {"type": "boolean"},
    "income": {"type": "integer", "format": "cn-fen"},
}
MARRIED = {"properties": {"marriage": {"const": "已婚"}}}
COWS = {"properties": {"cows": {"minimum": 3}}}


@pytest.mark.parametrize(
    ("when", "columns"),
    [
        (MARRIED, {"field1": "marriage", "way1": "is", "value1": "已婚"}),
        ({"not": MARRIED}, {"field1": "marriage", "way1": "is-not", "value1": "已婚"}),
        (
            {"properties": {"marriage": {"enum": ["已婚", "离异"]}}},
            {"field1": "marriage", "way1": "one-of", "value1": "已婚、离异"},
        ),
        ({"required": ["cows"]}, {"field1": "cows", "way1": "filled"}),
        ({"not": {"required": ["cows"]}}, {"field1": "cows", "way1": "empty"}),
        (
            {"properties": {"income": {"maximum": 50_050}}},
            {"field1": "income", "way1": "at-most", "value1": "500.5"},
        ),
        (
            {"properties": {"disabled": {"const": False}}},
            {"field1": "disabled", "way1": "is", "value1": "否"},
        ),
        (
            {"anyOf": [MARRIED, COWS]},
            {
                "join": "any",
                "field1": "marriage",
                "way1": "is",
                "value1": "已婚",
                "field2": "cows",
                "way2": "at-least",
                "value2": "3",
            },
        ),
        (
            {"allOf": [MARRIED, {"not": {"required": ["cows"]}}]},
            {
                "join": "all",
                "field1": "marriage",
                "way1": "is",
                "value1": "已婚",
                "field2": "cows",
                "way2": "empty",
            },
        ),
    ],
)
def test_a_condition_is_shown_by_controls_and_comes_back(
    when: dict[str, Any], columns: dict[str, Any]
) -> None:
    assert columns_of(when, FIELDS) == columns
    assert when_of(columns, FIELDS) == when


@pytest.mark.parametrize("cows", [None, 2, 3])
@pytest.mark.parametrize("marriage", [None, "已婚", "未婚"])
def test_fields_under_one_condition_come_back_as_all_of_them(
    cows: int | None, marriage: str | None
) -> None:
    when = {"properties": {**MARRIED["properties"], **COWS["properties"]}}
    form = {"cows": cows, "marriage": marriage}
    form = {key: one for key, one in form.items() if one is not None}
    made = when_of(columns_of(when, FIELDS) or {}, FIELDS) or {}
    assert holds(made, form) == holds(when, form)


@pytest.mark.parametrize(
    "when",
    [
        None,
        {},
        {"properties": {"cows": {"minimum": 1, "maximum": 3}}},
        {"properties": {"marriage": {"pattern": "^已"}}},
        {"properties": {"marriage": {"enum": ["甲、乙"]}}},  # could not be told apart
        {"properties": {"marriage": {"const": ["甲"]}}},
        {"properties": {"marriage": {"enum": "甲"}}},
        {"properties": {"marriage": True}},
        {"properties": {"born": {"age": {"on": "2026-01-01", "minimum": 60}}}},
        {"not": COWS},
        {"not": {"not": MARRIED}},
        {"required": ["cows", "marriage"]},
        {"allOf": [MARRIED, {"anyOf": [MARRIED, COWS]}]},
        {"allOf": []},
        {"allOf": [MARRIED] * 4},
        {"allOf": [MARRIED], "anyOf": [COWS]},
    ],
)
def test_what_has_no_controls_is_not_shown_by_some(when: object) -> None:
    assert columns_of(when, FIELDS) is None


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [
        ("cows", "３", 3),
        ("cows", "几头", "几头"),
        ("income", "500", 50_000),
        ("disabled", "yes", True),
        ("disabled", "也许", "也许"),
        ("gone", "3", "3"),
    ],
)
def test_a_value_is_read_as_its_field_has_it(field: str, value: str, wanted: object) -> None:
    made = when_of({"field1": field, "way1": "is", "value1": value}, FIELDS)
    assert made == {"properties": {field: {"const": wanted}}}


def test_comparisons_without_a_field_say_nothing() -> None:
    assert when_of({"way1": "is", "value1": "已婚"}, FIELDS) is None
    row = {"field2": "cows", "way2": "one-of", "value2": "1，2、 3"}
    assert when_of(row, FIELDS) == {"properties": {"cows": {"enum": [1, 2, 3]}}}
