"""An item in sections: every key of it is shown, also of one that nobody checked."""

import json
from datetime import date
from typing import Any

import pytest

from central.county.catalogue.pages.views.form_fields import when_words
from central.county.catalogue.pages.views.sections import Section, sections_of
from central.county.catalogue.pages.views.words import WORDS
from tests.builders.catalogue.full_item import LIBRARY, full_item

TODAY = date(2026, 11, 29)
ENTRIES = {f"@m.{key}": json.dumps(one).encode() for key, one in LIBRARY.items()}


def said(text: str) -> str:
    return text


def shown(raw: dict[str, Any]) -> dict[str, Section]:
    return {one.key: one for one in sections_of(raw, ENTRIES, said, TODAY)}


def text_of(sections: dict[str, Section]) -> str:
    lines = []
    for one in sections.values():
        lines += [line for _, cell in one.facts for line in cell]
        lines += [line for row in one.rows for cell in row for line in cell]
    return "\n".join(lines)


def test_every_text_of_an_item_is_shown_but_for_examples_and_the_schema_s_rules() -> None:
    item = full_item()
    text = text_of(shown(item))
    for key in ("examples", "schema", "fee_rules", "served", "flow", "limits", "publicity"):
        del item[key]
    for each in _texts(item):
        assert each in text or each.isascii(), each  # else an id, or a word of the file's own


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [one for inner in value.values() for one in _texts(inner)]
    if isinstance(value, list):
        return [one for inner in value for one in _texts(inner)]
    return [value] if isinstance(value, str) else []


def test_an_owner_who_is_overdue_is_told_and_one_who_is_not_is_not() -> None:
    for day, late in (("2026-11-28", True), ("2026-11-29", False)):
        item = full_item(owner={"name": "黄科长", "review_by": day})
        assert ("已过期" in text_of(shown(item))) is late


def test_what_is_not_known_here_is_shown_as_it_stands() -> None:
    sections = shown(full_item(legal_days=20, more={"a": ["b"]}))
    assert sections["other"].rows == (
        (("legal_days",), ("20",)),
        (("more",), ('{"a": ["b"]}',)),
    )


@pytest.mark.parametrize("value", [None, 7, "text", [], [7, "x", None], {}, {"a": 1}, True])
def test_an_item_that_nobody_checked_is_shown_as_far_as_it_can_be(value: Any) -> None:
    for key in full_item():
        item = {**full_item(), key: value}
        assert shown(item)["basic"].facts


@pytest.mark.parametrize(
    ("fragment", "words"),
    [
        ({"properties": {"a": {"const": "是"}}}, "“栏”为“是”"),
        ({"properties": {"a": {"enum": ["x", "y"]}}}, "“栏”为其中之一：“x”、“y”"),
        ({"properties": {"a": {"minimum": 2, "maximum": 5}}}, "“栏”不小于 2，并且不大于 5"),
        (
            {"properties": {"a": {"age": {"on": "2026-09-01", "minimum": 6, "maximum": 7}}}},
            "“栏”到“2026-09-01”的周岁不小于 6且不大于 7",
        ),
        ({"properties": {"b": {"age": {"on": "a", "minimum": 60}}}}, "“b”到“栏”的周岁不小于 60"),
        ({"properties": {"a": {"const": True}}}, "“栏”为“是”"),
        ({"required": ["a"]}, "“栏”已填写"),
        ({"not": {"properties": {"a": {"const": 1}}}}, "不是：“栏”为“1”"),
        (
            {"anyOf": [{"properties": {"a": {"const": 1}}}, {"properties": {"b": {"const": 2}}}]},
            "“栏”为“1”，或者“b”为“2”",
        ),
        ("nonsense", ""),
        ({}, ""),
    ],
)
def test_a_condition_is_told_in_words(fragment: Any, words: str) -> None:
    assert when_words(fragment, {"a": "栏"}, "zh") == words


def test_no_word_is_in_the_table_without_a_character() -> None:
    assert all(word.strip() for word in WORDS)


def test_a_group_of_which_shared_data_has_one_says_that_none_is_brought() -> None:
    group = {
        "group": "proof",
        "name": "户籍证明",
        "attach": "required",
        "one_of": [
            {"id": "register", "name": "户口簿", "shared": "公安户籍库"},
            {"id": "letter", "name": "派出所证明"},
        ],
    }
    rows = shown(full_item(materials=[group]))["materials"].rows
    assert rows[0][2] == ("不用交",)
    assert "其中一份共享数据已有，这一组都不用交" in rows[0][3]
