"""What is no doubt about the rules of a form: each case here was taken for one by a small fault."""

from typing import Any

from protocol.catalogue.forms.proof.branches import branch_findings

CHOICES: dict[str, Any] = {"type": "string", "enum": ["甲", "乙", "丙"]}
TEXT: dict[str, Any] = {"type": "string"}


def codes(*rules: tuple[dict[str, Any], str, str], must: tuple[str, ...] = ()) -> set[str]:
    """Of the findings about these rules of a form with two choices and two texts."""
    made = [
        {"when": when, "then": then, "fields": [name], "message": "按规定"}
        for when, then, name in rules
    ]
    known = {"a": CHOICES, "b": CHOICES, "c": TEXT, "d": TEXT}
    schema = {"type": "object", "properties": known, "required": list(must), "rules": made}
    return {f"{one.code.removeprefix('schema.rule-')} {one.place}" for one in _found(schema)}


def _found(schema: dict[str, Any]) -> list[Any]:
    return branch_findings(schema, "x")


def said(name: str, *values: str) -> dict[str, Any]:
    return {"properties": {name: {"enum": list(values)}}}


def test_what_another_field_forbids_is_judged_once_that_field_is_looked_at() -> None:
    unless = {"not": said("b", "乙")}
    found = codes((said("a", "甲"), "require", "c"), (unless, "forbid", "a"))
    assert "unreachable schema.rules[0]" not in found


def test_of_several_answers_that_hold_any_may_come_to_a_whole_form() -> None:
    either, bars = said("a", "甲", "乙"), said("a", "甲")
    found = codes((either, "require", "c"), (bars, "forbid", "d"), must=("a", "d"))
    assert "unproved schema.rules[0]" not in found


def test_what_holds_for_all_that_was_tried_is_not_always_so() -> None:
    anything = {"properties": {"c": {"pattern": "."}}}
    assert codes((anything, "require", "d"), must=("c",)) == set()


def test_what_is_not_shown_is_required_by_nobody_and_may_be_forbidden() -> None:
    yes, no = said("a", "甲"), said("a", "乙")
    found = codes((yes, "forbid", "c"), (yes, "require", "c"), (no, "show", "c"))
    assert "contradiction schema.rules[0]" not in found
    assert "unseen schema.rules[1]" in found
