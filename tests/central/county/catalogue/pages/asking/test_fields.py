"""A field is shown by controls and comes back from them; what has none stays as it was."""

from typing import Any

import pytest

from central.county.catalogue.pages.asking.fields import field_of, row_of
from central.county.catalogue.pages.asking.kinds import KINDS, kind_of

FIELDS: list[tuple[dict[str, Any], str]] = [
    ({"type": "string", "title": "姓名", "minLength": 1, "maxLength": 30}, "text"),
    ({"type": "string", "title": "婚姻", "enum": ["已婚", "未婚"]}, "choice"),
    ({"type": "integer", "title": "几间", "enum": [1, 2]}, "other"),
    ({"type": "boolean", "title": "残疾", "description": "有证的"}, "yes-no"),
    ({"type": "integer", "title": "牛", "minimum": 0, "exclusiveMaximum": 90}, "whole"),
    ({"type": "number", "title": "亩", "maximum": 12.5}, "number"),
    ({"type": "integer", "title": "收入", "format": "cn-fen", "minimum": 1250}, "money"),
    ({"type": "string", "title": "身份证", "format": "cn-resident-id", "mask": True}, "identity"),
    ({"format": "cn-resident-id", "title": "没写类型"}, "other"),
    ({"type": "string", "title": "邮箱", "format": "email"}, "other"),
    ({"title": "签署", "field": "signing"}, "signing"),
    (
        {"type": "array", "title": "家人", "maxItems": 9, "items": {"properties": {"a": {}}}},
        "table",
    ),
    ({"type": "array", "title": "电话", "items": {"type": "string"}}, "other"),
    ({"type": "object", "title": "住址", "required": ["a"], "properties": {"a": {}}}, "other"),
    ({"type": "string", "title": "选项坏了", "enum": "甲"}, "other"),
    ({}, "other"),
]


@pytest.mark.parametrize(("schema", "kind"), FIELDS)
def test_a_row_that_says_what_it_said_is_the_field_that_it_was(
    schema: dict[str, Any], kind: str
) -> None:
    row = row_of(schema)
    assert (kind_of(schema), row["kind"]) == (kind, kind)
    made = field_of({**row, "id": "a", "must": True, "section": "甲组"}, schema)
    assert list(made.items()) == list(schema.items())


@pytest.mark.parametrize("kind", [one for one in KINDS if one != "other"])
def test_a_new_field_of_each_kind_is_one_of_that_kind(kind: str) -> None:
    row = {"id": "field1_1", "title": "新栏目", "kind": kind, "choices": ["甲", "乙"]}
    made = field_of(row, None)
    assert (kind_of(made), made["title"]) == (kind, "新栏目")


@pytest.mark.parametrize(
    ("typed", "key", "wanted"),
    [
        ({"kind": "text"}, "maxLength", 100),
        ({"kind": "text", "longest": 9}, "maxLength", 9),
        ({"kind": "whole", "least": "０"}, "minimum", 0),
        ({"kind": "whole", "least": "很少"}, "minimum", "很少"),  # for the checks to name
        ({"kind": "number", "most": "1,200.5"}, "maximum", 1200.5),
        ({"kind": "money", "most": "12.50"}, "maximum", 1250),
        ({"kind": "money", "most": "0.005"}, "maximum", "0.005"),
        ({"kind": "choice", "choices": ["甲"]}, "enum", ["甲"]),
        ({"kind": "table", "rows": 12}, "maxItems", 12),
        ({"kind": "date", "longest": 9}, "maxLength", None),  # has no such control
        ({"kind": "date", "mask": False}, "mask", None),
        ({"kind": "date", "mask": True}, "mask", True),
        ({}, "type", "string"),  # a text, where nobody says
    ],
)
def test_what_is_typed_becomes_keywords(typed: dict[str, Any], key: str, wanted: object) -> None:
    assert field_of({"title": "新", **typed}, None).get(key) == wanted


def test_a_field_of_another_kind_loses_what_only_the_old_kind_had() -> None:
    before = {"type": "string", "title": "姓名", "pattern": "^a$", "minLength": 1, "x": 1}
    row = {**row_of(before), "kind": "whole", "title": "几个", "hint": "数一数"}
    assert field_of(row, before) == {
        "type": "integer",
        "title": "几个",
        "description": "数一数",
        "x": 1,
    }


def test_yuan_are_shown_as_people_write_them() -> None:
    money = {"type": "integer", "format": "cn-fen"}
    assert row_of({**money, "minimum": 1250, "maximum": 100_000}) | {"kind": ""} == {
        "kind": "",
        "least": "12.5",
        "most": "1000",
    }
