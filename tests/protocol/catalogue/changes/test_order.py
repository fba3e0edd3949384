"""The order of a form's fields is published; another order is a change, of other keys it is not."""

import json

from protocol.catalogue.changes.classes import Class
from protocol.catalogue.changes.difference import differences
from protocol.catalogue.changes.versions import content_of, version_of, with_versions

NAME, AGE = {"title": "姓名", "type": "string"}, {"title": "年龄", "type": "integer"}


def entry(**more: object) -> bytes:
    item = {"id": "a", "name": "甲", "materials": [], **more}
    return json.dumps(item, ensure_ascii=False).encode()


def fields(of: bytes) -> list[str]:
    return list(content_of(of)["schema"]["properties"])


def test_fields_stand_in_a_release_as_their_author_put_them() -> None:
    first = with_versions({"a": entry(schema={"properties": {"name": NAME, "age": AGE}})}, {})
    assert fields(first["a"]) == ["name", "age"]

    other = entry(schema={"properties": {"age": AGE, "name": NAME}})
    second = with_versions({"a": other}, first, first)
    assert (fields(second["a"]), version_of(second["a"])) == (["age", "name"], 2)


def test_another_order_of_fields_is_told_and_changes_no_draft() -> None:
    first = {"a": entry(schema={"properties": {"name": NAME, "age": AGE}})}
    second = {"a": entry(schema={"properties": {"age": AGE, "name": NAME}})}
    (change,) = differences(first, second)
    assert change.drafts is Class.HARMLESS
    assert change.lines == ("表单 · 次序：姓名；年龄 → 年龄；姓名",)


def test_the_order_of_other_keys_is_no_change() -> None:
    first = with_versions({"a": entry(x=1, y={"b": 1, "a": 2})}, {})
    assert with_versions({"a": entry(y={"a": 2, "b": 1}, x=1)}, first, first) == first
