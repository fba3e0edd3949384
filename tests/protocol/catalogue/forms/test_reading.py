"""The order of fields is part of a form; of everything else the order of keys is not."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.catalogue.forms.reading import canonical_json, parse_json, read_form
from protocol.errors import FormInvalidError, UsageError
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


SCHEMA_LIKE = st.recursive(
    st.none() | st.text('b":properties\\', max_size=14) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["properties", "items", "b", "a"]), inner)
    ),
    max_leaves=20,
)


def in_order(value: Any, *, keep: bool = False) -> Any:
    """What the text has to say, key by key."""
    if isinstance(value, list):
        return [in_order(one) for one in value]
    if not isinstance(value, dict):
        return value
    keys = value if keep else sorted(value)
    return {key: in_order(value[key], keep=key == "properties" and not keep) for key in keys}


@given(SCHEMA_LIKE)
def test_keys_are_sorted_at_any_depth_but_those_of_fields(value: Any) -> None:
    plain = json.dumps(in_order(value), ensure_ascii=False, separators=(",", ":"))
    assert canonical_json(value).decode() == plain


def depth_of(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value
    return 1 + max(map(depth_of, inner), default=0) if isinstance(value, dict | list) else 0


NESTED = st.recursive(
    st.text('"[]{}\\ab', max_size=6),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text('"[{\\a'), inner, max_size=2)
    ),
    max_leaves=12,
)


@given(NESTED, st.integers(0, 6), st.booleans())
def test_exactly_so_many_levels_are_read_whatever_stands_in_strings(
    value: Any, most: int, ascii_only: bool
) -> None:
    data = json.dumps(value, ensure_ascii=ascii_only).encode()
    if depth_of(value) <= most:
        assert parse_json(data, limit=10_000, depth=most, error=UsageError) == value
    else:
        with pytest.raises(UsageError, match=f"嵌套超过 {most} 层"):
            parse_json(data, limit=10_000, depth=most, error=UsageError)


@given(JSON_VALUES)
def test_nothing_is_lost(value: object) -> None:
    assert json.loads(canonical_json(value)) == value


@pytest.mark.parametrize(
    ("encoding", "words"), [("gb18030", "编码是 GBK.*UTF-8"), ("utf-16", "UTF-16.*另存为 UTF-8")]
)
def test_of_another_encoding_it_is_said_how_to_save_it(encoding: str, words: str) -> None:
    with pytest.raises(FormInvalidError, match=words):
        read_form('{"姓名": "农某"}'.encode(encoding))


def test_a_key_that_is_there_twice_is_named() -> None:
    with pytest.raises(FormInvalidError, match="栏目“姓名”写了两次"):
        read_form('{"年龄": 1, "\u202e姓名": 2, "\u202e姓名": 3}'.encode())
