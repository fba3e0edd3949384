"""Fields keep their id: whatever else changes is told by it."""

from typing import Any

import pytest
from hypothesis import given

from protocol.catalogue.forms.compare import FieldChange, FieldNews, compare_schemas
from tests.builders.strategies import FORMS


def form(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}


def news(old: dict[str, Any], new: dict[str, Any]) -> set[tuple[str, str]]:
    return {(one.field, one.news.value) for one in compare_schemas(old, new)}


TEXT = {"type": "string", "title": "甲", "maxLength": 10}


def test_a_field_is_told_by_its_id_and_not_by_its_place() -> None:
    old = form(("a", "b"), a=TEXT, b=TEXT, c=TEXT, d=TEXT, gone=TEXT)
    new = form(("a", "c", "e"), e=TEXT, f=TEXT, d=TEXT | {"title": "丁"}, c=TEXT, b=TEXT, a=TEXT)
    assert news(old, new) == {
        ("a", "kept"),
        ("b", "now-optional"),
        ("c", "now-required"),
        ("d", "renamed"),
        ("e", "new-required"),
        ("f", "new"),
        ("gone", "dropped"),
    }
    assert [one.field for one in compare_schemas(old, new)] == [
        "e",
        "f",
        "d",
        "c",
        "b",
        "a",
        "gone",
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ({"maxLength": 10}, {"maxLength": 11}, "wider"),
        ({"maxLength": 10}, {"maxLength": 9}, "narrower"),
        ({"maxLength": 10}, {}, "wider"),
        ({}, {"maxLength": 10}, "narrower"),
        ({"minimum": 2}, {"minimum": 1}, "wider"),
        ({"minimum": 2}, {"minimum": 3}, "narrower"),
        ({"pattern": "^a$"}, {"pattern": "^b$"}, "narrower"),
        ({"pattern": "^a$"}, {}, "wider"),
        ({"enum": ["a"]}, {"enum": ["a", "b"]}, "wider"),
        ({"enum": ["a", "b"]}, {"enum": ["b", "a"]}, "kept"),
        ({"enum": ["a", "b"]}, {"enum": ["a"]}, "narrower"),
        ({}, {"enum": ["a"]}, "narrower"),
        ({"enum": ["a"]}, {}, "wider"),
        ({"enum": ["a"], "maxLength": 9}, {"enum": ["a", "b"], "maxLength": 8}, "narrower"),
        ({"type": "string"}, {"type": "integer"}, "kind-changed"),
        ({"format": "date"}, {"format": "cn-mobile"}, "kind-changed"),
        ({"items": {"type": "string"}}, {"items": {"type": "integer"}}, "kind-changed"),
        ({"items": {"maxLength": 3}}, {"items": {"maxLength": 2}}, "narrower"),
        ({"description": "a"}, {"description": "b"}, "renamed"),
        ({"examples": ["a"]}, {}, "kept"),
    ],
)
def test_what_a_value_may_be(old: dict[str, Any], new: dict[str, Any], told: str) -> None:
    assert news(form(a=old), form(a=new)) == {("a", told)}


def test_a_column_is_named_behind_its_table() -> None:
    def table(**columns: Any) -> dict[str, Any]:
        return form(rows={"type": "array", "items": form(("x",), **columns)})

    old, new = table(x=TEXT, y=TEXT), table(x=TEXT | {"maxLength": 5}, z=TEXT)
    assert news(old, new) == {
        ("rows", "kept"),
        ("rows.x", "narrower"),
        ("rows.y", "dropped"),
        ("rows.z", "new"),
    }


def test_other_rules_are_told_of_the_form() -> None:
    rule = {"when": {}, "then": "show", "fields": ["a"], "message": "m"}
    assert news(form(a=TEXT), form(a=TEXT) | {"rules": [rule]}) == {("a", "kept"), ("", "rules")}


def test_what_can_break_a_draft() -> None:
    breaking = {one.value for one in FieldNews if change(one).breaks_drafts}
    assert breaking == {
        *("dropped", "new-required", "now-required", "kind-changed", "narrower", "rules")
    }


def change(news: FieldNews) -> FieldChange:
    return FieldChange(field="a", news=news, title="")


@given(FORMS, FORMS)
def test_whatever_stands_there_can_be_compared(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert compare_schemas(old, old) == [
        one for one in compare_schemas(old, old) if one.news is FieldNews.KEPT
    ]
    compare_schemas(form(a=old), form(a=new))
