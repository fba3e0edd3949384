"""A form is shown by the item's own labels, nested values as tables."""

import json
from pathlib import Path
from typing import Any

import pytest

from central.county.review.labels import Field, labelled

LONGZHOU = Path(__file__).parents[4] / "examples" / "longzhou"
SCHEMA: dict[str, Any] = {
    "properties": {
        "name": {"type": "string", "title": "申请人姓名"},
        "house": {"type": "object", "title": "住房", "properties": {"area": {"title": "面积"}}},
        "family": {
            "type": "array",
            "title": "家庭成员",
            "items": {"properties": {"name": {"title": "姓名"}, "age": {"title": "年龄"}}},
        },
        "kind": {"title": "类别", "enum": ["甲类"]},
    },
}


def one(form: dict[str, Any]) -> Field:
    (field,) = labelled(form, SCHEMA)
    return field


def test_a_value_stands_under_its_label() -> None:
    assert one({"name": "样福丽"}) == Field(label="申请人姓名", text="样福丽")


def test_the_order_is_the_form_s_and_what_the_schema_does_not_know_keeps_its_key() -> None:
    found = labelled({"kind": "甲类", "zzz": 1, "name": "样"}, SCHEMA)
    assert [field.label for field in found] == ["申请人姓名", "类别", "zzz"]


def test_an_object_is_a_table_of_its_parts() -> None:
    assert one({"house": {"area": 60, "x": 1}}).rows == [("面积", "60"), ("x", "1")]


def test_a_list_of_objects_is_a_table_with_a_column_for_each_key() -> None:
    field = one({"family": [{"name": "甲", "age": 3}, {"name": "乙"}]})
    assert (field.heads, field.rows) == (("姓名", "年龄"), [["甲", "3"], ["乙", "—"]])


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, "是"),
        (False, "否"),
        (None, "—"),
        ("", "—"),
        ([], "—"),
        (["甲", "乙"], "甲、乙"),
        (0, "0"),
    ],
)
def test_no_python_is_shown(value: object, shown: str) -> None:
    assert one({"name": value}).text == shown


def test_what_lies_deeper_is_one_line_in_words() -> None:
    rows = one({"family": [{"name": [{"x": 1}, True]}]}).rows
    assert rows == [["x：1、是", "—"]]


@pytest.mark.parametrize(
    "schema", [{}, {"properties": []}, {"properties": {"name": {"$ref": "#/x"}}}]
)
def test_a_schema_that_says_nothing_leaves_the_keys(schema: dict[str, Any]) -> None:
    assert labelled({"name": "样"}, schema) == [Field(label="name", text="样")]


def test_every_sample_application_is_shown_without_a_single_key() -> None:
    items = json.loads((LONGZHOU / "catalogue.json").read_text("utf-8"))["items"]
    schemas = {item["id"]: item["schema"] for item in items}
    for path in sorted((LONGZHOU / "applications").glob("*.json")):
        sample = json.loads(path.read_text("utf-8"))
        for field in labelled(sample["form"], schemas[sample["item"]]):
            words = (field.label, *field.heads)
            assert not [word for word in words if word.isascii()], path.name
