"""At publishing each condition is shown to hold for some form, and none bars the way for good."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.catalogue.findings import Level
from protocol.catalogue.forms.kinds import KINDS
from protocol.catalogue.forms.proof.branches import TRIALS, _Branches, branch_findings
from protocol.catalogue.forms.proof.sample import sample_form
from protocol.catalogue.forms.rules import MAX_RULES
from protocol.catalogue.forms.schema import FormSchema
from tests.protocol.catalogue.forms.test_conditions import SCHEMA

LONGZHOU = Path(__file__).parents[5] / "examples" / "longzhou"
YES, NO = {"properties": {"kind": {"const": "已婚"}}}, {"properties": {"kind": {"const": "未婚"}}}


def ruled(*rules: tuple[dict[str, Any], str, str], **more: Any) -> dict[str, Any]:
    made = [
        {"when": when, "then": then, "fields": [name], "message": "按规定"}
        for when, then, name in rules
    ]
    return copy.deepcopy(SCHEMA) | {"rules": made} | more


def told(schema: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (one.code.removeprefix("schema.rule-"), one.level.value, one.place)
        for one in branch_findings(schema, "x")
    ]


def test_rules_that_make_sense_are_left_alone() -> None:
    assert told(SCHEMA) == []


@pytest.mark.parametrize(
    ("schema", "doubts"),
    [
        pytest.param(
            ruled(({"properties": {"kind": {"const": "离异"}}}, "require", "age")),
            [("unreachable", "error", "schema.rules[0]")],
            id="a choice that is none",
        ),
        pytest.param(
            ruled(({"allOf": [YES, NO]}, "require", "age")),
            [("unreachable", "error", "schema.rules[0]")],
            id="two choices at once",
        ),
        pytest.param(
            ruled(
                ({"properties": {"spouse": {"const": "x" * 40, "pattern": "^y"}}}, "require", "age")
            ),
            [("unreachable", "warning", "schema.rules[0]")],
            id="nobody can say of text",
        ),
        pytest.param(
            ruled(({"anyOf": [YES, NO]}, "require", "age")),
            [("always", "warning", "schema.rules[0]")],
            id="always",
        ),
        pytest.param(
            ruled((YES, "forbid", "spouse")),
            [
                ("contradiction", "error", "schema.rules[0]"),
            ],
            id="forbidden though always required",
        ),
        pytest.param(
            ruled((YES, "forbid", "age"), ({"not": NO}, "require", "age")),
            [
                ("unproved", "warning", "schema.rules[0]"),
                ("unproved", "warning", "schema.rules[1]"),
                ("contradiction", "error", "schema.rules[0]"),
            ],
            id="required by another rule",
        ),
        pytest.param(
            ruled((YES, "show", "age"), (NO, "require", "age")),
            [("unseen", "warning", "schema.rules[1]")],
            id="required when it is not shown",
        ),
        pytest.param(
            ruled(
                (YES, "show", "age"),
                ({"allOf": [NO, {"required": ["age"]}]}, "require", "guardian"),
            ),
            [("unreachable", "warning", "schema.rules[1]")],
            id="looks at what is not shown then",
        ),
        pytest.param(
            ruled(
                ({"properties": {"household": {"minItems": 3}}}, "require", "age"),
                (
                    {
                        "properties": {
                            "household": {"contains": {"properties": {"health": {"const": "病"}}}}
                        }
                    },
                    "require",
                    "age",
                ),
                ({"properties": {"age": {"minimum": 60, "maximum": 60}}}, "require", "guardian"),
            ),
            [],
            id="rows, and numbers at their bounds",
        ),
    ],
)
def test_what_makes_no_sense_is_told(
    schema: dict[str, Any], doubts: list[tuple[str, str, str]]
) -> None:
    assert [one for one in told(schema) if one[0] != "unproved" or one in doubts] == doubts


def test_a_contradiction_is_told_by_titles_and_an_example() -> None:
    (found,) = [
        one
        for one in branch_findings(ruled((YES, "forbid", "spouse")), "451423-001")
        if one.level is Level.ERROR
    ]
    assert (found.item, found.reason) == (
        "451423-001",
        "“配偶”不许填，而它总是必填（婚姻状况＝已婚）",
    )


def test_more_answers_than_are_tried_leave_a_doubt_and_no_verdict() -> None:
    many = {f"f{at}": {"type": "boolean"} for at in range(12)}
    when = {"properties": {name: {"enum": [True, False]} for name in many} | {"f0": {"const": 1}}}
    schema = ruled((when, "require", "age"))
    schema["properties"] |= many
    assert 3 ** len(many) > TRIALS
    assert told(schema) == [("unreachable", "warning", "schema.rules[0]")]


def test_however_many_rules_there_are_the_trials_come_to_an_end() -> None:
    """Fifty rules over ten fields: each alone has more answers than are tried."""
    many = {f"f{at}": {"type": "boolean"} for at in range(10)}
    when = {"properties": {name: {"const": True} for name in many}}
    schema = ruled(*[(when, "require", "age")] * MAX_RULES)
    schema["properties"] |= many
    found = _Branches(FormSchema(schema), ())
    assert len(list(found.doubts())) == MAX_RULES
    assert found.left == 0


def test_an_example_that_passes_proves_a_condition_that_no_trial_meets() -> None:
    when = {"properties": {"spouse": {"allOf": [{"pattern": "^样"}, {"pattern": "农$"}]}}}
    schema = ruled((when, "require", "age"))
    assert told(schema) == [("unreachable", "warning", "schema.rules[0]")]
    good = {"kind": "已婚", "spouse": "样农", "age": 30}
    assert branch_findings(schema, "x", examples=[good]) == []
    assert branch_findings(schema, "x", examples=[good | {"age": "thirty"}]) != []


FIELDS: dict[str, dict[str, Any]] = {
    "text": {"type": "string", "minLength": 3, "maxLength": 5},
    "short": {"type": "string", "maxLength": 1},
    "digits": {"type": "string", "pattern": "^[0-9]{16,19}$", "maxLength": 19},
    "month": {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"},
    "choice": {"type": "string", "enum": ["甲", "乙"]},
    "fixed": {"const": 5},
    "whole": {"type": "integer", "minimum": 201, "maximum": 6000, "multipleOf": 100},
    "above": {"type": "integer", "exclusiveMinimum": 3},
    "below": {"type": "integer", "exclusiveMaximum": 1},
    "negative": {"type": "integer", "maximum": -4},
    "number": {"type": "number", "minimum": 0.5, "multipleOf": 0.25},
    "yes": {"type": "boolean"},
    "list": {"type": "array", "minItems": 2, "items": {"type": "string"}},
    "signed": {"field": "signing"},
    "table": {
        "type": "array",
        "minItems": 1,
        "items": {"required": ["a"], "properties": {"a": {"format": "cn-mobile"}}},
    },
    **{f"format-{name}": {"format": name} for name in KINDS},
}


@given(
    st.sets(st.sampled_from(sorted(FIELDS))),
    st.sets(st.sampled_from(sorted(FIELDS))),
    st.booleans(),
)
def test_a_form_made_from_a_schema_passes_it(names: set[str], must: set[str], full: bool) -> None:
    schema = {
        "additionalProperties": False,
        "properties": {name: FIELDS[name] for name in sorted(names)},
        "required": sorted(names & must),
    }
    form = sample_form(FormSchema(schema), full=full)
    assert form is not None
    assert FormSchema(schema).faults(form) == []
    assert set(form) == (names if full else names & must)


def test_every_item_of_the_sample_county_can_be_filled_in() -> None:
    items = json.loads((LONGZHOU / "catalogue.json").read_text("utf-8"))["items"]
    for item in items:
        for full in (False, True):
            form = sample_form(FormSchema(item["schema"]), full=full)
            assert form is not None, item["id"]
        assert branch_findings(item["schema"], item["id"]) == []
