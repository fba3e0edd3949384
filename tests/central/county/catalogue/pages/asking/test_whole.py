"""A form as rows of a page: untouched it stays as it is, and ids of fields never change."""

import json
from typing import Any

import pytest
from multidict import MultiDict

from central.county.catalogue.pages.asking.places import on_the_page
from central.county.catalogue.pages.asking.whole import TypedForm, tables_of
from protocol.catalogue.findings import Finding, Level
from protocol.catalogue.forms.schema import FormSchema
from tests.browser.catalogue.catalogue import LONGZHOU
from tests.builders.catalogue.full_item import full_item
from tests.central.county.catalogue.pages.test_editing import typed

ITEMS = [*json.loads(LONGZHOU.read_text("utf-8"))["items"], full_item()]
FORM: dict[str, Any] = {
    "type": "object",
    "required": ["name", "home"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "title": "姓名", "maxLength": 30},
        "marriage": {"type": "string", "title": "婚姻", "enum": ["已婚", "未婚"]},
        "spouse": {"type": "string", "title": "配偶", "maxLength": 30},
        "home": {
            "type": "array",
            "title": "家庭成员",
            "items": {
                "type": "object",
                "required": ["who"],
                "properties": {
                    "who": {"type": "string", "title": "谁"},
                    "born": {"type": "string", "title": "生日", "format": "date"},
                },
            },
        },
    },
    "sections": [{"title": "本人", "fields": ["name", "marriage"]}],
    "rules": [
        {
            "when": {"properties": {"marriage": {"const": "已婚"}}},
            "then": "show",
            "fields": ["spouse"],
            "message": "已婚的才填",
        }
    ],
}


def page(form: TypedForm) -> MultiDict[str]:
    """What a browser sends of the page of a form, untouched."""
    return typed(form.rows, form.parts, form.entered.was)


def read(schema: dict[str, Any], sent: MultiDict[str]) -> TypedForm:
    return TypedForm.read({"schema": schema}, sent, 7)


def after(schema: dict[str, Any], examples: Any = None, **changed: str) -> TypedForm:
    """What comes of a page with some controls changed: ``fields__0__title``."""
    item = {"schema": schema, "examples": examples}
    sent = page(TypedForm.of(item))
    for name, value in changed.items():
        sent[name.replace("HOME", "@home").replace("__", ".")] = value
    return TypedForm.read(item, sent, 7)


@pytest.mark.parametrize("item", ITEMS, ids=[one["id"] for one in ITEMS])
def test_a_page_that_is_sent_as_it_came_changes_nothing(item: dict[str, Any]) -> None:
    found = TypedForm.read(item, page(TypedForm.of(item)), 7)
    assert json.dumps(found.of_item(item)) == json.dumps(item)
    assert not found.entered.faults


def test_a_field_that_is_renamed_or_moved_keeps_its_id_and_all_that_names_it() -> None:
    found = after(FORM, fields__2__title="爱人", do="up:fields.2").schema
    assert list(found["properties"]) == ["name", "spouse", "marriage", "home"]
    assert found["properties"]["spouse"]["title"] == "爱人"
    assert {**found, "properties": 0} == {**FORM, "properties": 0}


def test_a_field_that_is_dropped_goes_from_the_groups_and_what_is_required() -> None:
    found = after(FORM, **{"fields__0__@drop": "1"}).schema
    assert list(found["properties"]) == ["marriage", "spouse", "home"]
    assert found["required"] == ["home"]
    assert found["sections"] == [{"title": "本人", "fields": ["marriage"]}]


def test_new_fields_get_ids_that_no_dropped_one_ever_had() -> None:
    first = after(FORM, fields__4__title="养了几头牛", fields__4__kind="whole")
    assert first.schema["properties"]["field7_1"] == {"type": "integer", "title": "养了几头牛"}
    again = read(FORM, page(first))  # the page was only checked, and is sent again
    assert again.schema == first.schema
    more = page(first)
    more["fields.5.title"], more["fields.5.@order"] = "排在前面", "1"
    both = read(FORM, more).schema["properties"]
    assert (list(both)[1], both["field7_2"]["title"]) == ("field7_2", "排在前面")
    assert both["field7_1"]["title"] == "养了几头牛"
    later = after(first.schema, **{"fields__4__@drop": "1", "fields__5__title": "另一栏"})
    assert list(later.schema["properties"])[-1] == "field7_2"


@pytest.mark.parametrize("sent", ["name", "field7_1 x", "", "<b>", "field7_1"])
def test_the_id_of_a_new_field_is_not_for_the_browser_to_choose(sent: str) -> None:
    found = after(FORM, fields__4__title="新", fields__4__id=sent)
    assert list(found.schema["properties"]) == [*FORM["properties"], "field7_1"]


def test_columns_of_a_table_are_edited_as_fields_are() -> None:
    found = after(
        FORM, HOME__1__must="yes", HOME__2__title="关系", HOME__2__kind="choice",
        HOME__2__choices="父母\r\n子女",
    ).schema["properties"]["home"]["items"]  # fmt: skip
    assert found["required"] == ["who", "born"]
    assert found["properties"]["field7_1"]["enum"] == ["父母", "子女"]
    assert FormSchema(FORM).faults({"name": "甲", "home": [{"who": "乙"}]}) == []


def test_a_new_table_has_its_columns_on_the_page_once_it_was_checked() -> None:
    first = after(FORM, fields__4__title="承包地", fields__4__kind="table")
    assert tables_of(first.schema)[1] == ("field7_1", "承包地")
    sent = page(first)
    sent["@field7_1.0.title"] = "几亩"
    made = read(FORM, sent).schema["properties"]["field7_1"]["items"]["properties"]
    assert [one["title"] for one in made.values()] == ["几亩"]


def test_groups_follow_what_the_fields_say() -> None:
    found = after(FORM, fields__2__section="配偶", fields__1__section="")
    assert found.schema["sections"] == [
        {"title": "本人", "fields": ["name"]},
        {"title": "配偶", "fields": ["spouse"]},
    ]
    assert "sections" not in after(FORM, fields__0__section="", fields__1__section="").schema


def test_conditions_are_changed_added_and_dropped_by_controls() -> None:
    found = after(
        FORM, rules__0__value1="未婚", rules__1__field1="name", rules__1__way1="filled",
        rules__1__then="require", rules__1__fields="spouse", rules__1__message="请填",
    ).schema["rules"]  # fmt: skip
    assert [one["when"] for one in found] == [
        {"properties": {"marriage": {"const": "未婚"}}},
        {"required": ["name"]},
    ]
    assert found[1]["fields"] == ["spouse"]
    assert "rules" not in after(FORM, **{"rules__0__@drop": "1"}).schema


def test_a_condition_without_controls_stays_as_json_until_it_is_typed_anew() -> None:
    age = {"properties": {"born": {"age": {"on": "2026-01-01", "minimum": 60}}}}
    schema = {**FORM, "rules": [{**FORM["rules"][0], "when": age}]}
    changed = after(schema, rules__0__message="满六十的填").schema["rules"][0]
    assert (changed["when"], changed["message"]) == (age, "满六十的填")
    anew = after(schema, rules__0__field1="name", rules__0__way1="filled").schema["rules"][0]
    assert anew["when"] == {"required": ["name"]}


EXAMPLE = {
    "name": "独居",
    "form": {"name": "黄三妹", "marriage": "未婚", "home": [{"who": "甲"}]},
    "attached": ["id-card"],
}


def test_examples_are_told_field_by_field_and_come_back_as_they_were() -> None:
    form = TypedForm.of({"schema": FORM, "examples": [EXAMPLE]})
    (row,) = form.rows["examples"]
    assert row["answers"] == ["姓名：黄三妹", "婚姻：未婚"]
    assert row["form"] == {"home": [{"who": "甲"}]}  # which no line can say
    assert after(FORM, [EXAMPLE]).examples == [EXAMPLE]


def test_an_example_gets_what_a_new_field_asks_and_loses_what_was_dropped() -> None:
    found = after(
        FORM,
        [EXAMPLE],
        fields__4__title="养了几头牛",
        fields__4__kind="whole",
        **{"fields__1__@drop": "1"},
        examples__0__answers="姓名: 黄三妹\r\n养了几头牛：３\r\n婚姻：未婚",
    )
    assert found.examples == [
        {**EXAMPLE, "form": {"name": "黄三妹", "field7_1": 3, "home": [{"who": "甲"}]}}
    ]
    untouched = after(FORM, [EXAMPLE], **{"fields__1__@drop": "1"}).examples
    assert untouched == [{**EXAMPLE, "form": {"name": "黄三妹", "home": [{"who": "甲"}]}}]


def test_a_line_may_name_a_field_by_its_old_title_or_by_its_id() -> None:
    said = "姓名：甲\r\nspouse：乙\r\n没有的栏：丙：丁"
    found = after(FORM, [EXAMPLE], fields__0__title="户主", examples__0__answers=said)
    assert found.examples[0]["form"] == {
        "name": "甲",
        "spouse": "乙",
        "没有的栏": "丙：丁",  # for the checks to name
        "home": [{"who": "甲"}],
    }


@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        ("schema.properties.marriage.enum", "fields.1.choices"),
        ("schema.properties.marriage.enum[3]", "fields.1.choices"),
        ("schema.properties.name.pattern", "fields.0"),
        ("schema.properties.home.maxItems", "fields.3.rows"),
        ("schema.properties.home.items", "fields.3"),
        ("schema.properties.home.items.properties.born.title", "@home.1.title"),
        ("schema.properties.home.items.properties.gone", "@home"),
        ("schema.properties.gone.title", "fields"),
        ("schema.required", "fields"),
        ("schema.sections[0].fields", "fields"),
        ("schema.rules[2].when.properties.gone", "rules.2.field1"),
        ("schema.rules[0].message", "rules.0.message"),
        ("schema.rules[0]", "rules.0"),
        ("examples[1]", "examples.1"),
        ("examples[1].form.x", "examples.1"),
        ("materials[0].when", "<materials.0.when>"),
    ],
)
def test_a_finding_stands_at_the_control_that_mends_it(place: str, wanted: str) -> None:
    fault = Finding(code="x", level=Level.ERROR, item="i", place=place, reason="", todo="")
    doubt = Finding(code="x", level=Level.HINT, item="i", place="name", reason="", todo="")
    (found,) = on_the_page([fault, doubt], FORM, lambda one: f"<{one}>")
    assert found.place == wanted
