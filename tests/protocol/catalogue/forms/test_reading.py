"""The order of fields is part of a form; of everything else the order of keys is not."""

import json

import pytest
from hypothesis import given

from protocol.catalogue.forms.reading import canonical_json, read_form
from protocol.errors import FormInvalidError
from tests.builders.strategies import JSON_VALUES


def test_fields_keep_their_order_and_other_keys_do_not() -> None:
    rows = {"properties": {"y": {}, "x": {}}, "a": 1}
    schema = {"type": "object", "properties": {"b": {"title": "乙", "items": rows}, "a": {}}}
    assert canonical_json(schema).decode() == (
        '{"properties":{"b":{"items":{"a":1,"properties":{"y":{},"x":{}}},"title":"乙"},"a":{}},'
        '"type":"object"}'
    )


def test_a_field_called_properties_is_a_field() -> None:
    schema = {"properties": {"properties": {"type": "string", "title": "财产"}, "a": {}}}
    assert canonical_json(schema).decode() == (
        '{"properties":{"properties":{"title":"财产","type":"string"},"a":{}}}'
    )


@given(JSON_VALUES)
def test_nothing_is_lost(value: object) -> None:
    assert json.loads(canonical_json(value)) == value


def test_a_key_that_is_there_twice_is_named() -> None:
    with pytest.raises(FormInvalidError, match="栏目“姓名”写了两次"):
        read_form('{"年龄": 1, "\u202e姓名": 2, "\u202e姓名": 3}'.encode())
