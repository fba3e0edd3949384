"""Ages as conditions: counted to a day that the form or the condition names, never to today."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.catalogue.forms.ages import MAX_YEARS, full_years
from protocol.catalogue.forms.conditions import condition_faults, fields_of, holds
from protocol.catalogue.forms.identifiers import is_resident_id, resident_id_of
from protocol.catalogue.forms.proof.branches import branch_findings
from protocol.catalogue.forms.schema import FormSchema

SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "title": "身份证号", "format": "cn-resident-id"},
        "born": {"type": "string", "title": "出生日期", "format": "date"},
        "applied": {"type": "string", "title": "申请日期", "format": "date"},
        "guardian": {"type": "string", "title": "监护人"},
        "name": {"type": "string", "title": "姓名"},
        "household": {
            "type": "array",
            "title": "家庭成员",
            "items": {
                "type": "object",
                "properties": {
                    "member": {"type": "string", "format": "cn-resident-id"},
                    "birth": {"type": "string", "format": "date"},
                },
            },
        },
    },
}


def aged(name: str = "born", on: str = "applied", **bounds: int) -> dict[str, Any]:
    return {"properties": {name: {"age": {"on": on, **bounds}}}}


@pytest.mark.parametrize(
    ("bounds", "born", "fits"),
    [
        ({"minimum": 60}, "1966-11-29", True),  # sixty on this very day
        ({"minimum": 60}, "1966-11-30", False),
        ({"exclusiveMinimum": 60}, "1966-11-29", False),
        ({"exclusiveMinimum": 60}, "1965-11-29", True),
        ({"exclusiveMaximum": 18}, "2008-11-30", True),
        ({"exclusiveMaximum": 18}, "2008-11-29", False),
        ({"maximum": 18}, "2007-11-30", True),
        ({"maximum": 18}, "2007-11-29", False),
        ({"minimum": 3, "maximum": 6}, "2021-01-01", True),
        ({"minimum": 0}, "2026-11-29", True),
        ({"minimum": 0}, "2026-11-30", False),  # not yet born
        ({"minimum": 0}, "2026-02-30", False),  # no day
        ({"minimum": 0}, "", False),
    ],
)
@pytest.mark.parametrize("on", ["applied", "2026-11-29"])
def test_an_age_is_full_years_on_the_day_that_is_named(
    bounds: dict[str, int], born: str, fits: bool, on: str
) -> None:
    form = {"born": born, "applied": "2026-11-29"}
    assert holds(aged("born", on, **bounds), form) is fits
    assert holds({"not": aged("born", on, **bounds)}, form) is not fits
    if fits or born == "2026-11-30":
        number = {"id": resident_id_of(born), "applied": "2026-11-29"}
        assert holds(aged("id", on, **bounds), number) is fits


def test_without_a_birthday_or_a_day_no_age_is_known() -> None:
    assert not holds(aged(minimum=0), {"born": "1960-01-01"})
    assert not holds(aged(minimum=0), {"applied": "2026-11-29"})
    assert not holds(aged(minimum=0), {"born": "1960-01-01", "applied": "今天"})
    assert not holds(aged("id", minimum=0), {"id": "4514231960", "applied": "2026-11-29"})
    assert holds(aged(minimum=66), {"born": "1960-01-01", "applied": "2026-11-29"})
    beside = aged(minimum=0)["properties"]["born"] | {"pattern": "^19"}
    form = {"born": "1960-01-01", "applied": "2026-11-29"}
    assert holds({"properties": {"born": beside}}, form)
    assert not holds({"properties": {"born": beside}}, form | {"born": "2001-01-01"})


def test_a_leap_day_counts_on_the_first_of_march() -> None:
    born = date(2008, 2, 29)
    assert full_years(born, date(2026, 2, 28)) == 17
    assert full_years(born, date(2026, 3, 1)) == 18
    assert full_years(born, date(2028, 2, 29)) == 20


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.integers(0, 40_000))
def test_a_person_is_a_year_older_once_in_each_year(born: date, days: int) -> None:
    day = born + timedelta(days)
    grown = full_years(born, day + timedelta(1)) - full_years(born, day)
    birthday = (born.month, born.day)
    tomorrow = day + timedelta(1)
    leap = birthday == (2, 29) and (tomorrow.month, tomorrow.day) == (3, 1)
    turned = (tomorrow.month, tomorrow.day) == birthday
    assert grown == int(turned or (leap and full_years(born, day) < tomorrow.year - born.year))
    assert is_resident_id(resident_id_of(born.isoformat()))


def test_a_row_of_a_table_has_an_age_too() -> None:
    child = {"properties": {"household": {"contains": aged("member", exclusiveMaximum=18)}}}
    form = {"applied": "2026-11-29", "household": [{"member": resident_id_of("1960-01-01")}, {}]}
    assert not holds(child, form)
    assert holds(child, form | {"household": [{"member": resident_id_of("2015-05-05")}]})
    assert fields_of(child) == {"household", "applied"}


def test_a_form_is_judged_by_the_days_in_it_alone() -> None:
    rule = {
        "when": aged("id", exclusiveMaximum=18),
        "then": "require",
        "fields": ["guardian"],
        "message": "未满十八周岁的要填监护人",
    }
    schema = FormSchema(SCHEMA | {"rules": [rule]})
    assert schema.findings("x") == []
    young = {"id": resident_id_of("2010-06-01"), "applied": "2026-11-29"}
    (fault,) = schema.faults(young)
    assert str(fault) == "监护人（guardian）：未满十八周岁的要填监护人"
    assert schema.fits(young | {"guardian": "样一"})
    assert schema.fits(young | {"applied": "2028-06-01"})
    assert not schema.fits({**young, "id 申请": 3})  # nothing else may stand in a form


@pytest.mark.parametrize(
    ("when", "places"),
    [
        (aged("name", minimum=1), ["properties.name.age"]),
        (aged("household", minimum=1), ["properties.household.age"]),
        (aged("other", minimum=1), ["properties.other", "properties.other.age"]),
        (aged(on="born2", minimum=1), ["properties.born.age.on"]),
        (aged(on="id", minimum=1), ["properties.born.age.on"]),
        (aged(on="2026-02-30", minimum=1), ["properties.born.age.on"]),
        (aged(), ["properties.born.age"]),
        (aged(minimum=-1, maximum=MAX_YEARS + 1), [
            "properties.born.age.minimum", "properties.born.age.maximum"]),
        (aged(minimum=1, over=2), ["properties.born.age.over"]),
        (aged(minimum=True), ["properties.born.age.minimum"]),
        ({"properties": {"born": {"age": {"minimum": 3}}}}, ["properties.born.age"]),
        ({"properties": {"born": {"age": 3}}}, ["properties.born.age"]),
        ({"properties": {"born": {"age": {"on": 5, "minimum": 3}}}}, ["properties.born.age.on"]),
        ({"properties": {"born": {"not": {"age": {}}}}}, ["properties.born.not.age"]),
        ({"age": {"on": "applied", "minimum": 3}}, ["age"]),
    ],
)  # fmt: skip
def test_what_is_no_age_is_refused_by_its_place(when: dict[str, Any], places: list[str]) -> None:
    found = condition_faults(when, SCHEMA)
    assert [one.place for one in found] == [f"when.{place}" for place in places]


@pytest.mark.parametrize("bound", [0, MAX_YEARS])
def test_the_least_and_the_most_are_taken(bound: int) -> None:
    assert condition_faults(aged(minimum=bound), SCHEMA) == []
    assert condition_faults(aged("id", "2026-09-01", exclusiveMaximum=bound), SCHEMA) == []


@pytest.mark.parametrize("name", ["born", "id"])
@pytest.mark.parametrize("on", ["applied", "2026-09-01"])
@pytest.mark.parametrize("key", ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"])
def test_publishing_proves_that_a_rule_on_an_age_can_hold(name: str, on: str, key: str) -> None:
    rows = {"properties": {"household": {"contains": aged("member", on, **{key: 18})}}}
    for when in (aged(name, on, **{key: 18}), rows):
        rule = {"when": when, "then": "require", "fields": ["guardian"], "message": "填监护人"}
        assert branch_findings(SCHEMA | {"rules": [rule]}, "x") == []


def test_two_ages_that_exclude_each_other_never_hold() -> None:
    when = {"allOf": [aged(minimum=60), aged(maximum=59)]}
    rule = {"when": when, "then": "require", "fields": ["guardian"], "message": "填监护人"}
    (found,) = branch_findings(SCHEMA | {"rules": [rule]}, "x")
    assert found.code == "schema.rule-unreachable"
