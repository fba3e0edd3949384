"""The language of schemas is closed: what is not in it is refused by its place, all at once."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from protocol.catalogue.findings import Level
from protocol.catalogue.forms.keywords import (
    KEYWORDS,
    MAX_CHOICES,
    MAX_EXAMPLES,
    MAX_LENGTH,
    MAX_ROWS,
    MAX_TEXT_CHARS,
    MAX_TITLE_CHARS,
)
from protocol.catalogue.forms.kinds import KINDS
from protocol.catalogue.forms.language import (
    MAX_FIELDS,
    MAX_ID_CHARS,
    MAX_LEVELS,
    MAX_SECTIONS,
    ROOT_KEYWORDS,
    schema_faults,
)
from protocol.catalogue.forms.schema import FormSchema
from protocol.errors import FormInvalidError
from tests.builders.strategies import FORMS, JSON_VALUES

DOCS = Path(__file__).parents[4] / "docs" / "forms.md"
TEXT: dict[str, Any] = {"type": "string", "title": "甲"}


def one(**keywords: Any) -> dict[str, Any]:
    return {"properties": {"a": keywords}}


def told(schema: object) -> list[tuple[str, str]]:
    return [(fault.code.removeprefix("schema."), fault.place) for fault in schema_faults(schema)]


@pytest.mark.parametrize(
    ("schema", "fault"),
    [
        (7, ("value", "")),
        ({"type": "array"}, ("value", "type")),
        ({"$schema": "http://json-schema.org/draft-07/schema#"}, ("value", "$schema")),
        ({"$ref": "#"}, ("keyword", "$ref")),
        ({"if": {}}, ("keyword", "if")),
        ({"properties": []}, ("value", "properties")),
        ({"properties": {"a": True}}, ("value", "properties.a")),
        ({"properties": {"a b": TEXT}}, ("id", "properties.a b")),
        ({"properties": {"a.b": TEXT}}, ("id", "properties.a.b")),
        ({"properties": {"a": TEXT}, "required": ["b"]}, ("unknown", "required")),
        ({"properties": {"a": TEXT}, "required": "a"}, ("value", "required")),
        ({"additionalProperties": {}}, ("value", "additionalProperties")),
        (one(title="甲"), ("type", "properties.a")),
        (one(type=["string", "null"]), ("value", "properties.a.type")),
        (one(type="string", minimum=1), ("keyword", "properties.a.minimum")),
        (one(type="integer", maxLength=1), ("keyword", "properties.a.maxLength")),
        (one(type="string", anyOf=[]), ("keyword", "properties.a.anyOf")),
        (one(type="string", title=""), ("value", "properties.a.title")),
        (one(type="string", format="ipv4"), ("value", "properties.a.format")),
        (one(type="integer", format="date"), ("value", "properties.a.format")),
        (one(type="string", format="cn-fen"), ("value", "properties.a.format")),
        (one(type="string", pattern="(a+)+"), ("pattern", "properties.a.pattern")),
        (one(type="string", minLength=True), ("value", "properties.a.minLength")),
        (one(type="string", minLength=2, maxLength=1), ("empty", "properties.a.minLength")),
        (one(type="integer", minimum=2, maximum=1), ("empty", "properties.a.minimum")),
        (one(type="integer", multipleOf=0), ("value", "properties.a.multipleOf")),
        (one(type="string", enum=[]), ("value", "properties.a.enum")),
        (one(type="string", enum=["甲", "甲"]), ("value", "properties.a.enum")),
        (one(type="string", enum=["甲", 1]), ("value", "properties.a.enum")),
        (one(type="integer", enum=[True]), ("value", "properties.a.enum")),
        (one(type="array"), ("type", "properties.a")),
        (one(type="array", items=TEXT, minItems=2, maxItems=1), ("empty", "properties.a.minItems")),
        (one(type="array", items={"items": TEXT}), ("deep", "properties.a.items")),
        (one(field="signature"), ("type", "properties.a")),
        (one(field="signing", properties={}), ("keyword", "properties.a")),
        (one(type="string", mask="yes"), ("value", "properties.a.mask")),
        (one(type="string", derived={"from": "b"}), ("value", "properties.a.derived")),
        (
            one(type="string", derived={"from": "b", "what": "sex"}),
            ("unknown", "properties.a.derived"),
        ),
        (
            {
                "properties": {
                    "a": {"type": "string", "derived": {"from": "b", "what": "sex"}},
                    "b": TEXT,
                }
            },
            ("unknown", "properties.a.derived"),
        ),
        ({"sections": [{"title": "一"}]}, ("value", "sections[0]")),
        ({"sections": [{"title": "一", "fields": ["b"]}]}, ("unknown", "sections[0].fields")),
        (
            {"properties": {"a": TEXT}, "sections": [{"title": "一", "fields": ["a", "a"]}]},
            ("value", "sections[0].fields"),
        ),
    ],
)
def test_what_is_not_of_the_language_is_told_by_its_place(
    schema: object, fault: tuple[str, str]
) -> None:
    assert told(schema) == [fault]


@pytest.mark.parametrize("properties", [5, [], "b", None])
def test_where_the_fields_are_none_the_rest_is_looked_at_all_the_same(properties: object) -> None:
    rule = {"when": {"required": ["b"]}, "then": "show", "fields": ["b"], "message": "乙"}
    schema = {
        "properties": properties,
        "required": ["b"],
        "sections": [{"title": "一", "fields": ["b"]}],
        "rules": [rule],
    }
    assert {fault.place for fault in FormSchema(schema).findings("one")} == {
        "schema.properties",
        "schema.sections[0].fields",
        "schema.rules[0].when.required",
        "schema.rules[0].fields",
    }


def test_all_faults_are_told_at_once_with_item_and_place() -> None:
    schema = {"properties": {"a": {"type": "string", "minimum": 1}, "b": {}}, "required": ["c"]}
    found = FormSchema(schema | {"rules": [{}]}).findings("451423-001")
    assert [str(one.place) for one in found] == [
        *("schema.properties.a.minimum", "schema.properties.b", "schema.required"),
        "schema.rules[0]",
    ]
    assert {(one.item, one.level) for one in found} == {("451423-001", Level.ERROR)}


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "object"},
        {"properties": {}},
        one(enum=["甲"]),
        one(format="cn-fen"),
        one(format="date"),
        one(pattern="^a$"),
        one(field="signing", title="签署"),
        one(items=TEXT),
        one(items={"properties": {"b": TEXT}}, maxItems=3),
    ],
)
def test_what_is_of_the_language_can_be_used(schema: dict[str, Any]) -> None:
    assert FormSchema(schema).findings("x") == []


def nested(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = TEXT
    for _ in range(levels):
        schema = {"type": "object", "properties": {"a": schema}}
    return schema


@pytest.mark.parametrize(
    ("limit", "made"),
    [
        (MAX_FIELDS, lambda n: {"properties": {f"f{at}": TEXT for at in range(n)}}),
        (MAX_LEVELS, lambda n: nested(n - 1)),
        (MAX_ID_CHARS, lambda n: {"properties": {"a" * n: TEXT}}),
        (MAX_ROWS, lambda n: one(items=TEXT, maxItems=n)),
        (MAX_CHOICES, lambda n: one(enum=[f"{at}" for at in range(n)])),
        (MAX_TITLE_CHARS, lambda n: one(type="string", title="题" * n)),
        (MAX_TEXT_CHARS, lambda n: one(type="string", description="注" * n)),
        (MAX_EXAMPLES, lambda n: one(type="string", examples=["例"] * n)),
        (MAX_LENGTH, lambda n: one(type="string", maxLength=n)),
        (MAX_SECTIONS, lambda n: {"sections": [{"title": "节", "fields": []}] * n}),
    ],
)
def test_exactly_the_limit_is_taken_and_one_more_is_not(limit: int, made: object) -> None:
    assert callable(made)
    assert FormSchema(made(limit)).findings("x") == []
    assert len(FormSchema(made(limit + 1)).findings("x")) == 1


def test_a_table_without_a_bound_has_one() -> None:
    schema = FormSchema(one(items=TEXT))
    schema.check({"a": ["甲"] * MAX_ROWS})
    with pytest.raises(FormInvalidError, match=f"最多 {MAX_ROWS} 项"):
        schema.check({"a": ["甲"] * (MAX_ROWS + 1)})


@given(JSON_VALUES)
def test_any_json_can_be_looked_at(value: Any) -> None:
    schema_faults(value)
    FormSchema({"properties": {"a": value}, "rules": value, "sections": value}).findings("x")


@given(FORMS)
def test_any_keyword_may_hold_anything(values: dict[str, Any]) -> None:
    for value in values.values():
        for keyword in (*KEYWORDS, *ROOT_KEYWORDS):
            FormSchema({"properties": {"a": {"type": "string", keyword: value}}}).findings("x")
            FormSchema({keyword: value}).findings("x")


def test_the_document_lists_exactly_the_keywords_and_kinds() -> None:
    text = DOCS.read_text("utf-8")
    rows = re.findall(r"^\| (`[^|]+) \|", text.split("## Kinds")[0], re.MULTILINE)
    listed = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
    assert listed == {*KEYWORDS, *ROOT_KEYWORDS}
    kinds = text.split("## Kinds")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `([^`]+)`", kinds, re.MULTILINE)) == {*KINDS}


@pytest.mark.parametrize("unseen", ["\u200b", "\u202e", "\x1b", "\x00", "\u2060", "\u00ad"])
def test_words_that_a_person_reads_hold_nothing_that_nobody_sees(unseen: str) -> None:
    """Of two choices that look alike the county would be told one; a mark of direction lies."""
    text = f"甲{unseen}乙"
    for more in ({"title": text}, {"description": text}, {"enum": ["甲乙", text]}):
        (found,) = FormSchema(one(**(TEXT | more))).findings("x")
        assert f"U+{ord(unseen):04X}" in found.reason
    assert FormSchema(one(**(TEXT | {"description": "一\n二"}))).findings("x") == []
