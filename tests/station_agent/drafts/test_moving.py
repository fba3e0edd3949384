"""Texts go over into another version of their form by the ids of their fields alone."""

from typing import Any

from protocol.catalogue.forms.schema import FormSchema
from station_agent.drafts.moving import Asked, Said, moved


def schema(properties: dict[str, Any], *required: str) -> FormSchema:
    return FormSchema({"type": "object", "properties": properties, "required": list(required)})


def people(**columns: str) -> dict[str, Any]:
    row = {key: {"type": "string", "title": title} for key, title in columns.items()}
    return {
        "type": "array",
        "title": "成员",
        "maxItems": 9,
        "items": {"type": "object", "properties": row},
    }


def test_by_id_and_neither_by_title_nor_by_place() -> None:
    old = schema(
        {"a": {"type": "string", "title": "姓名"}, "b": {"type": "string", "title": "住址"}}
    )
    new = schema(
        {"b": {"type": "string", "title": "姓名"}, "a": {"type": "string", "title": "曾用名"}}
    )
    found = moved(old, new, {"a": "黄秀英", "b": "平果"})
    assert found.texts == {"a": "黄秀英", "b": "平果"}
    assert found.kept == [
        Said(name="a", title="曾用名", text="黄秀英"),
        Said(name="b", title="姓名", text="平果"),
    ]
    assert (found.dropped, found.new) == ([], [])


def test_what_is_asked_no_more_is_dropped_and_what_is_new_is_named() -> None:
    old = schema(
        {"a": {"type": "string", "title": "姓名"}, "b": {"type": "string", "title": "电话"}}
    )
    new = schema(
        {
            "a": {"type": "string", "title": "姓名"},
            "c": {"type": "string", "title": "卡号"},
            "d": {"type": "string", "title": "备注"},
        },
        "c",
    )
    found = moved(old, new, {"a": "黄秀英", "b": "0771", "zz": "没见过", "a2": ""})
    assert found.texts == {"a": "黄秀英"}
    assert found.dropped == [
        Said(name="b", title="电话", text="0771"),
        Said(name="zz", title="zz", text="没见过"),
    ]
    assert found.new == [Asked(title="卡号", required=True), Asked(title="备注", required=False)]


def test_a_choice_that_is_offered_no_more_is_dropped_and_not_lost_in_a_list() -> None:
    old = schema(
        {"a": {"title": "档次", "enum": [100, 200]}, "b": {"title": "否", "type": "boolean"}}
    )
    new = schema(
        {"a": {"title": "档次", "enum": [200, 300]}, "b": {"title": "否", "type": "boolean"}}
    )
    assert moved(old, new, {"a": "200", "b": "true"}).texts == {"a": "200", "b": "true"}
    found = moved(old, new, {"a": "100", "b": ""})
    assert found.texts == {"b": ""}
    assert found.dropped == [Said(name="a", title="档次", text="100")]


def test_rows_of_a_table_keep_their_places_and_say_which_they_are() -> None:
    old = schema({"people": people(name="姓名", age="年龄")})
    new = schema({"people": people(name="姓名", kin="关系")})
    found = moved(old, new, {"people.0.name": "甲", "people.1.name": "乙", "people.1.age": "7"})
    assert found.texts == {"people.0.name": "甲", "people.1.name": "乙"}
    assert [one.title for one in found.kept] == ["成员 1 姓名", "成员 2 姓名"]
    assert found.dropped == [Said(name="people.1.age", title="成员 2 年龄", text="7")]
    assert found.new == [Asked(title="成员 关系", required=False)]


def test_a_field_that_became_a_table_keeps_nothing_of_its_text() -> None:
    old = schema({"people": {"type": "string", "title": "成员"}})
    found = moved(old, schema({"people": people(name="姓名")}), {"people": "甲、乙"})
    assert found.texts == {}
    assert found.dropped == [Said(name="people", title="成员", text="甲、乙")]
