"""A condition holds or does not, whatever is missing; what is filled otherwise is told."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.catalogue.forms.conditions import (
    MAX_PARTS,
    condition_faults,
    fields_of,
    holds,
)
from protocol.catalogue.forms.reading import canonical_json, form_text
from protocol.catalogue.forms.rules import MAX_MESSAGE_CHARS, MAX_RULES, rule_faults
from protocol.catalogue.forms.schema import FormSchema
from tests.builders.strategies import FORMS

SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["kind", "spouse"],
    "properties": {
        "kind": {"type": "string", "title": "婚姻状况", "enum": ["已婚", "未婚"]},
        "spouse": {"type": "string", "title": "配偶"},
        "age": {"type": "integer", "title": "年龄"},
        "guardian": {"type": "string", "title": "监护人"},
        "household": {
            "type": "array",
            "title": "成员",
            "items": {"type": "object", "properties": {"health": {"type": "string"}}},
        },
    },
    "rules": [
        {
            "when": {"properties": {"kind": {"const": "已婚"}}},
            "then": "show",
            "fields": ["spouse"],
            "message": "已婚的才填",
        },
        {
            "when": {"properties": {"age": {"exclusiveMaximum": 18}}},
            "then": "require",
            "fields": ["guardian"],
            "message": "未满十八周岁的要填监护人",
        },
        {
            "when": {"properties": {"age": {"minimum": 18}}},
            "then": "forbid",
            "fields": ["guardian"],
            "message": "成年人没有监护人",
        },
    ],
}
FORM = FormSchema(SCHEMA)


def told(form: dict[str, Any]) -> list[tuple[str, str]]:
    return [(fault.code, fault.anchor) for fault in FORM.faults(form)]


def test_what_is_not_shown_is_not_required_and_must_stay_empty() -> None:
    assert told({"kind": "未婚"}) == []
    assert told({"kind": "未婚", "spouse": ""}) == []
    assert told({"kind": "未婚", "spouse": "农某"}) == [("form.rule-hidden", "f-spouse")]
    assert told({"kind": "已婚"}) == [("form.missing", "f-spouse")]
    assert told({"kind": "已婚", "spouse": "农某"}) == []
    assert told({}) == [("form.missing", "f-kind")]


def test_the_author_s_message_is_what_the_clerk_reads() -> None:
    (fault,) = FORM.faults({"kind": "未婚", "age": 17})
    assert (fault.code, str(fault)) == (
        "form.rule-require",
        "监护人（guardian）：未满十八周岁的要填监护人",
    )
    (fault,) = FORM.faults({"kind": "未婚", "age": 18, "guardian": "农某"})
    assert (fault.code, str(fault)) == ("form.rule-forbid", "监护人（guardian）：成年人没有监护人")
    (fault,) = FORM.faults({"kind": "未婚", "spouse": "农某"})
    assert str(fault) == "配偶（spouse）：这里不用填：已婚的才填"
    assert not FORM.fits({"kind": "未婚", "age": 17})


def rule(then: str, when: dict[str, Any], *names: str) -> dict[str, Any]:
    return {"when": {"properties": when}, "then": then, "fields": [*names], "message": "按情况填"}


def test_one_of_several_show_rules_is_enough_and_no_rule_requires_what_is_not_there() -> None:
    widowed, adult = {"kind": {"const": "丧偶"}}, {"age": {"minimum": 18}}
    several = FormSchema(
        {
            "properties": SCHEMA["properties"] | {"kind": {"type": "string"}},
            "rules": [
                rule("show", {"kind": {"const": "已婚"}}, "spouse"),
                rule("show", widowed, "spouse", "guardian"),
                rule("require", adult, "spouse", "guardian"),
            ],
        }
    )
    assert several.fits({"kind": "已婚", "spouse": "农某"})
    assert several.fits({"kind": "丧偶", "spouse": "农某", "guardian": "样一"})
    assert several.fits({"kind": "未婚", "age": 18})
    found = several.faults({"kind": "丧偶", "age": 18})
    assert [(one.code, one.anchor) for one in found] == [
        ("form.rule-require", "f-spouse"),
        ("form.rule-require", "f-guardian"),
    ]
    found = several.faults({"kind": "未婚", "age": 18, "spouse": "农某", "guardian": "样一"})
    assert [(one.code, one.anchor) for one in found] == [
        ("form.rule-hidden", "f-spouse"),
        ("form.rule-hidden", "f-guardian"),
    ]


def test_a_rule_forbids_each_of_its_fields() -> None:
    young = FormSchema(
        {
            "properties": SCHEMA["properties"],
            "rules": [rule("forbid", {"age": {"maximum": 17}}, "spouse", "guardian")],
        }
    )
    found = young.faults({"age": 17, "spouse": "农某", "guardian": "样一"})
    assert [(one.code, one.anchor) for one in found] == [
        ("form.rule-forbid", "f-spouse"),
        ("form.rule-forbid", "f-guardian"),
    ]


@pytest.mark.parametrize("filled", [0, False, "0"])
def test_no_and_nought_are_answers(filled: object) -> None:
    must = FormSchema(
        {
            "properties": SCHEMA["properties"] | {"income": {}},
            "rules": [rule("require", {"age": {"minimum": 18}}, "income")],
        }
    )
    assert must.fits({"age": 18, "income": filled})
    assert not must.fits({"age": 18, "income": ""})
    shown = FormSchema(
        {
            "required": ["income"],
            "properties": SCHEMA["properties"] | {"income": {}},
            "rules": [rule("show", {"age": {"minimum": 18}}, "income")],
        }
    )
    assert shown.fits({"age": 18, "income": filled})
    assert not shown.fits({"age": 18})
    assert not shown.fits({"age": 17, "income": filled})


def test_faults_stand_in_the_order_of_the_form() -> None:
    form = {"household": "x", "age": 17, "kind": "已婚", "zzz": 1}
    assert [anchor for _, anchor in told(form)] == [
        *("f-spouse", "f-guardian", "f-household", "f-zzz")
    ]


A: dict[str, Any] = {"properties": {"a": {"const": 1}}}


@pytest.mark.parametrize(
    ("fragment", "form", "is_so"),
    [
        (A, {"a": 1}, True),
        (A, {"a": 2}, False),
        (A, {}, False),
        ({"not": A}, {}, True),
        ({"not": A}, {"a": 1}, False),
        ({"properties": {"a": {"not": {"const": 1}}}}, {"a": 2}, True),
        ({"properties": {"a": {"not": {"const": 1}}}}, {}, False),
        ({"properties": {"a": {"minimum": 1}}}, {"a": "text"}, False),
        ({"properties": {"a": {"minimum": 1}}}, {"a": 1}, True),
        ({"properties": {"a": {"minItems": 1}}}, {"a": "text"}, False),
        ({"properties": {"a": {"minItems": 1}}}, {"a": [1]}, True),
        ({"properties": {"a": {"pattern": "^x"}}}, {"a": 1}, False),
        ({"properties": {"a": {"pattern": "^x"}}}, {"a": "xy"}, True),
        ({"required": ["a"]}, {}, False),
        ({"required": ["a"]}, {"a": None}, True),
        ({"anyOf": [A, {"required": ["b"]}]}, {"b": 0}, True),
        ({"allOf": [A, {"required": ["b"]}]}, {"b": 0}, False),
        ({"properties": {"a": {"contains": A}}}, {"a": [{"a": 2}, {"a": 1}]}, True),
        ({"properties": {"a": {"contains": A}}}, {"a": [{}]}, False),
        ({"properties": {"a": {"contains": A}}}, {"a": {}}, False),
        ({"properties": {"a": A}}, {"a": {"a": 1}}, True),
        ({"properties": {"a": A}}, {"a": 1}, False),
    ],
)
def test_a_condition_means_what_its_author_means(
    fragment: dict[str, Any], form: dict[str, Any], *, is_so: bool
) -> None:
    assert holds(fragment, form) is is_so


FRAGMENTS: st.SearchStrategy[dict[str, Any]] = st.recursive(
    st.sampled_from(
        [
            A,
            {"required": ["b"]},
            {"properties": {"b": {"minimum": 2}}},
            {"properties": {"a": {"enum": [1, "x"]}}},
        ]
    ),
    lambda inner: (
        st.builds(lambda one: {"not": one}, inner)
        | st.builds(lambda many: {"anyOf": many}, st.lists(inner, min_size=1, max_size=3))
        | st.builds(lambda many: {"allOf": many}, st.lists(inner, min_size=1, max_size=3))
    ),
    max_leaves=6,
)


@given(FRAGMENTS, st.dictionaries(st.sampled_from("ab"), st.sampled_from([1, 2, 3, "x", None])))
def test_not_is_the_exact_opposite(fragment: dict[str, Any], form: dict[str, Any]) -> None:
    assert holds({"not": fragment}, form) is not holds(fragment, form)
    assert holds({"anyOf": [fragment, {"not": fragment}]}, form)
    assert not holds({"allOf": [fragment, {"not": fragment}]}, form)
    assert fields_of(fragment) <= {"a", "b"}


@given(FORMS)
def test_any_form_can_be_judged(form: dict[str, Any]) -> None:
    assert FORM.fits(form) is (FORM.faults(form) == [])


@given(FORMS, st.fixed_dictionaries({}, optional={"kind": st.sampled_from(["已婚", "未婚"])}))
def test_station_and_county_find_the_same_faults(
    other: dict[str, Any], form: dict[str, Any]
) -> None:
    """What the county opens is the text that was sealed, and the schema that was published."""
    filled = other | form
    there = FormSchema(json.loads(canonical_json(SCHEMA)))
    opened = json.loads(form_text(json.dumps(filled).encode()))
    assert there.faults(opened) == FORM.faults(filled)


@pytest.mark.parametrize(
    ("fragment", "code", "place"),
    [
        ({}, "schema.value", "when"),
        (7, "schema.value", "when"),
        ({"type": "object"}, "schema.keyword", "when.type"),
        ({"oneOf": []}, "schema.keyword", "when.oneOf"),
        ({"properties": {"nobody": {"const": 1}}}, "schema.unknown", "when.properties.nobody"),
        ({"required": ["nobody"]}, "schema.unknown", "when.required"),
        ({"required": 1}, "schema.value", "when.required"),
        ({"anyOf": []}, "schema.value", "when.anyOf"),
        ({"anyOf": [{"not": 1}]}, "schema.value", "when.anyOf[0].not"),
        (
            {"properties": {"age": {"pattern": "(a+)+"}}},
            "schema.pattern",
            "when.properties.age.pattern",
        ),
        ({"properties": {"age": {"enum": []}}}, "schema.value", "when.properties.age.enum"),
        (
            {"properties": {"household": {"contains": {"required": ["no"]}}}},
            "schema.unknown",
            "when.properties.household.contains.required",
        ),
    ],
)
def test_a_condition_that_is_none_is_told_by_its_place(
    fragment: object, code: str, place: str
) -> None:
    assert [(one.code, one.place) for one in condition_faults(fragment, SCHEMA)] == [(code, place)]


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        (7, "rules[0]"),
        ({"then": "show"}, "rules[0]"),
        ({"then": "hide"}, "rules[0].then"),
        ({"message": ""}, "rules[0].message"),
        ({"fields": []}, "rules[0].fields"),
        ({"fields": ["nobody"]}, "rules[0].fields"),
        ({"fields": 7}, "rules[0].fields"),
        ({"when": {"required": ["nobody"]}}, "rules[0].when.required"),
    ],
)
def test_a_rule_that_is_none_is_told_by_its_place(rule: object, place: str) -> None:
    if isinstance(rule, dict) and rule != {"then": "show"}:
        rule = SCHEMA["rules"][0] | rule
    assert [one.place for one in rule_faults(SCHEMA | {"rules": [rule]})] == [place]


@pytest.mark.parametrize(
    ("limit", "made"),
    [
        (MAX_RULES, lambda n: {"rules": SCHEMA["rules"][:1] * n}),
        (
            MAX_MESSAGE_CHARS,
            lambda n: {"rules": [SCHEMA["rules"][0] | {"message": "长" * n}]},
        ),
        (
            MAX_PARTS - 1,  # the list itself is one
            lambda n: {
                "rules": [SCHEMA["rules"][0] | {"when": {"anyOf": [{"required": ["age"]}] * n}}]
            },
        ),
    ],
)
def test_exactly_the_limit_is_taken_and_one_more_is_not(limit: int, made: object) -> None:
    assert callable(made)
    assert rule_faults(SCHEMA | made(limit)) == []
    assert len(rule_faults(SCHEMA | made(limit + 1))) == 1
