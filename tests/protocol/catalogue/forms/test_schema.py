"""JSON from outside: read within bounds, checked against its schema, written again."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # noqa: TID253 - no agent
from stdnum.cn import ric

from protocol.catalogue.findings import Level
from protocol.catalogue.forms.identifiers import is_resident_id
from protocol.catalogue.forms.reading import form_text, parse_json, read_form
from protocol.catalogue.forms.schema import FormSchema
from protocol.errors import FormInvalidError, UsageError
from protocol.limits import MAX_FORM_BYTES, MAX_FORM_DEPTH
from tests.builders.memory import peak_bytes
from tests.builders.strategies import FORMS, JSON_VALUES

BODY = "45142318990101001"  # nobody alive is born in 1899
RESIDENT = BODY + ric.calc_check_digit(BODY + "0")
DOCUMENT: dict[str, Any] = {
    "type": "object",
    "required": ["name", "id"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "id": {"type": "string", "format": "cn-resident-id"},
        "mobile": {"type": "string", "format": "cn-mobile"},
        "born": {"type": "string", "format": "date"},
        "income": {"type": "number", "multipleOf": 0.01, "minimum": 0},
        "household": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"type": "string"}},
            },
        },
    },
}
SCHEMA = FormSchema(DOCUMENT)
GOOD = {"name": "农某", "id": RESIDENT}

JSON_LIKE = st.text("[]{}\",:\\ud80019eE+-.NaInfity truefalsnl'", max_size=60)


def parse(data: bytes) -> object:
    return parse_json(data, limit=1000, depth=5, error=UsageError)


@given(FORMS)
def test_a_form_comes_back_as_it_went(form: dict[str, Any]) -> None:
    if max_depth(form) <= MAX_FORM_DEPTH:
        data = json.dumps(form, indent=1).encode()
        assert read_form(form_text(data).encode()) == form


@pytest.mark.parametrize(
    ("written", "sealed"),
    [
        ('{"a": 1.10, "b" : 12345678901234567.89}', '{"a":1.10,"b":12345678901234567.89}'),
        ('\ufeff{\r\n\t"a": -0.0,\n"b": 1E5}', '{"a":-0.0,"b":1E5}'),
        ('{"two  spaces": "a, b : c"}', '{"two  spaces":"a, b : c"}'),
        (r'{"\u519c": "\"\u516b \\", "\ud83d\ude00": ""}', r'{"农":"\"八 \\","😀":""}'),
    ],
)
def test_what_is_sealed_is_what_was_written_without_spaces_and_escapes(
    written: str, sealed: str
) -> None:
    assert read_form(written.encode()) == read_form(sealed.encode())
    assert form_text(written.encode()) == sealed


@given(st.binary(max_size=100))
def test_foreign_bytes_raise_nothing_but_the_error_that_was_asked_for(data: bytes) -> None:
    with suppress(UsageError):
        parse(data)


@given(JSON_LIKE)
def test_nor_does_text_that_looks_like_json(text: str) -> None:
    try:
        value = parse(text.encode())
    except UsageError:
        return
    assert parse(form_text(text.encode()).encode()) == value


@given(JSON_VALUES, st.integers(0, 50), st.binary(max_size=3))
def test_nor_does_json_that_was_damaged(value: Any, at: int, damage: bytes) -> None:
    data = json.dumps(value).encode()
    with suppress(UsageError):
        parse(data[:at] + damage + data[at + len(damage) :])


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"NaN", id="not a number"),
        pytest.param(b"[-Infinity]", id="infinity"),
        pytest.param(b"[1e999]", id="a number beyond all floats"),
        pytest.param(b"[-1e999]", id="and one below"),
        pytest.param(b"1" * 900 + b"0" * 100 + b"1", id="over the limit of bytes"),
        pytest.param(b'{"a": 1, "a": 2}', id="a key twice"),
        pytest.param(b'{"a": 1, "\\u0061": 2}', id="a key twice, once in disguise"),
        pytest.param(b"[[[[[[1]]]]]]", id="nested too deep"),
        pytest.param(b'{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}', id="objects nested too deep"),
        pytest.param(b'["\\"", [[[[[[1]]]]]]]', id="nested too deep behind an escaped quote"),
        pytest.param(b"[" * 900, id="only opening"),
        pytest.param(b"]" * 900, id="only closing"),
        pytest.param(b"\xff\xfe[\x001\x00]\x00", id="UTF-16"),
        pytest.param(b'["\\ud800"]', id="half a surrogate pair"),
        pytest.param(b'{"\\udc00": 1}', id="half a pair in a key"),
        pytest.param(b'["\x01"]', id="a control character"),
        pytest.param(b"[1] 2", id="something behind"),
    ],
)
def test_what_is_not_plain_json_is_refused(data: bytes) -> None:
    with pytest.raises(UsageError):
        parse(data)


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"\xef\xbb\xbf[1]", [1]),
        (b'["[[[[[[[[", "\\"[[[[[[", "\\\\"]', ["[[[[[[[[", '"[[[[[[', "\\"]),
        (b'["\\ud83d\\ude00"]', ["😀"]),
        (b"[[[[[1]]]]]", [[[[[1]]]]]),
        (b"[[[[[1]]]],[[[[2]]]]]", [[[[[1]]]], [[[[2]]]]]),
        (b'["\\\\\\"[[[[[[", [[]]]', ['\\"[[[[[[', [[]]]),
        (b"12345678901234567890123", 12345678901234567890123),
        (b"[0.1, 1e3]", [0.1, 1000.0]),
    ],
)
def test_what_is_plain_json_is_taken(data: bytes, value: object) -> None:
    assert parse(data) == value


def test_exactly_so_many_bytes_are_taken_and_one_more_is_not() -> None:
    assert parse_json(b'"abc"', limit=5, depth=1, error=UsageError) == "abc"
    with pytest.raises(UsageError):
        parse_json(b'"abc"', limit=4, depth=1, error=UsageError)


def test_a_digit_bomb_is_refused() -> None:
    with pytest.raises(UsageError):
        parse_json(b"9" * 20_000, limit=MAX_FORM_BYTES, depth=5, error=UsageError)


def test_a_form_is_an_object_of_bounded_size() -> None:
    for data in (b"[]", b'"text"', b"null", b'{"a":"' + b"x" * MAX_FORM_BYTES + b'"}'):
        with pytest.raises(FormInvalidError):
            read_form(data)


def test_reading_the_largest_form_costs_bounded_memory() -> None:
    data = b'{"a":[' + b"{}," * 10_900 + b"1]}"
    assert len(data) < MAX_FORM_BYTES
    assert peak_bytes(lambda: read_form(data)) < 4 * 2**20


def test_a_good_form_passes() -> None:
    SCHEMA.check(GOOD)
    SCHEMA.check(
        GOOD | {"mobile": "13800000000", "born": "1899-01-01", "income": 12.34, "household": []}
    )


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": 7}, "name"),
        ({"id": "451423189901010010"}, "id"),
        ({"mobile": "12800000000"}, "mobile"),
        ({"mobile": "1380000000０"}, "mobile"),
        ({"born": "1899-02-30"}, "born"),
        ({"income": 0.001}, "income"),
        ({"income": -(10**400)}, "income"),
        ({"household": [{}]}, "household[0]"),
        ({"other": 1}, "other"),
    ],
)
def test_the_refusal_names_the_field(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(FormInvalidError) as caught:
        SCHEMA.check(GOOD | changed)
    assert field in caught.value.detail
    assert "$" not in caught.value.detail


@pytest.mark.parametrize(
    ("rule", "value", "words"),
    [
        ({"type": "integer"}, "机密", "应是整数"),
        ({"type": ["string", "null"]}, 1, "应是空（null）或文字"),
        ({"enum": ["是", "否"]}, "机密", "只能填：是、否"),
        ({"minLength": 2}, "密", "至少 2 个字"),
        ({"maximum": 5}, 6, "不能大于 5"),
        ({"pattern": "^[0-9]+$"}, "机密", "写法不对，应是规定的写法（见事项说明）"),
        ({"pattern": "^[0-9]{16,19}$"}, "机密", "写法不对，应是16 到 19 位数字"),
        ({"pattern": "^[0-9]{9}$"}, "机密", "写法不对，应是9 位数字"),
        ({"pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}, "机密", "写法不对，应是年和月，如 2026-01"),
        (
            {"pattern": r"^[0-9]{1,4}(\.[0-9]{1,2})?$"},
            "机密",
            "写法不对，应是数字，小数点前最多 4 位，小数点后最多 2 位",
        ),
        ({"format": "date"}, "机密", "写法不对，应是日期，如 2026-01-31"),
        ({"anyOf": [{"type": "integer"}]}, "机密", "不符合规定（anyOf）"),
    ],
)
def test_a_broken_rule_is_told_in_chinese_by_the_title(
    rule: dict[str, Any], value: object, words: str
) -> None:
    schema = FormSchema({"properties": {"a": rule | {"title": "甲"}}})
    with pytest.raises(FormInvalidError) as caught:
        schema.check({"a": value})
    assert caught.value.detail == f"甲（a）：{words}"


def test_what_is_missing_is_named_by_its_title() -> None:
    inner = {"properties": {"b": {"title": "乙"}}, "required": ["b"]}
    schema = FormSchema({"properties": {"l": {"title": "表", "items": inner}}})
    with pytest.raises(FormInvalidError) as caught:
        schema.check({"l": [{}]})
    assert caught.value.detail == "l[0]：缺少必填栏目“乙（l[0].b）”"


def test_json_that_is_none_is_told_by_its_place() -> None:
    with pytest.raises(FormInvalidError, match="第 2 行第 9 个字"):
        read_form(b'{"a": 1,\n "b": 2,}')


def test_every_missing_field_is_named_at_once() -> None:
    with pytest.raises(FormInvalidError, match=r"“name”.*“id”"):
        SCHEMA.check({})


@given(FORMS)
def test_any_form_passes_its_schema_or_is_refused_as_invalid(form: dict[str, Any]) -> None:
    with suppress(FormInvalidError):
        SCHEMA.check(form)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "objekt"},
        {"properties": []},
        {"pattern": "("},
        {"$ref": "http://example.org/schema"},
        {"properties": {"a": {"$ref": "other.json"}}},
        {"allOf": [{"$dynamicRef": "other#x"}]},
        {"$ref": "#/$defs/missing"},
        {"$ref": "https://json-schema.org/draft/2020-12/schema"},
        {"$ref": "#"},
        {"properties": {"name": {"type": "string", "pattern": r"^(a|a)*\1$"}}},
        {"properties": {"name": {"type": "string", "pattern": "^(a+)+$"}}},
    ],
)
def test_a_schema_that_can_t_be_used_is_refused(schema: dict[str, Any]) -> None:
    (first, *_) = FormSchema(schema).findings("x")
    assert (first.item, first.place.split(".")[0], first.level) == ("x", "schema", Level.ERROR)


LOOSE: dict[str, Any] = DOCUMENT | {
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 3},
        "count": {"type": "integer", "minimum": 1, "exclusiveMaximum": 9},
        "household": DOCUMENT["properties"]["household"],
    },
}
LOOSE_FORMS = st.fixed_dictionaries(
    {"name": st.text(max_size=4) | JSON_VALUES},
    optional={
        "count": st.integers(-1, 10) | st.floats(0, 3) | JSON_VALUES,
        "household": st.lists(st.fixed_dictionaries({}, optional={"name": st.none()}), max_size=3),
        "other": st.none(),
    },
)


ANOTHER = Draft202012Validator(LOOSE)


@given(LOOSE_FORMS)
def test_another_implementation_of_the_standard_judges_alike(form: dict[str, Any]) -> None:
    try:
        FormSchema(LOOSE).check(form)
    except FormInvalidError:
        assert not ANOTHER.is_valid(form)
    else:
        assert ANOTHER.is_valid(form)


def test_a_good_schema_passes() -> None:
    assert SCHEMA.findings("x") == []


@given(
    st.from_regex(
        r"[1-9]\d{5}(18|19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|1\d|2[0-8])\d{3}", fullmatch=True
    )
)
def test_resident_ids_are_those_of_the_standard(body: str) -> None:
    if body.isascii():
        good = ric.calc_check_digit(body + "0")
        for digit in "0123456789X":
            assert is_resident_id(body + digit) is (digit == good)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "1" * 15,
        "45142318990230001X",
        "４５１４２３１８９９０１０１００１X",
        RESIDENT + "\n",
        "45142300000101001X",
    ],
)
def test_other_strings_are_no_resident_ids(value: str) -> None:
    assert not is_resident_id(value)


def max_depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(max_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(max_depth, value), default=0)
    return 0


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"a":' + b"9" * 5000 + b"}", "太大"),
        (b'{"a":"\\ud800"}', "半个字符"),
        (b'{"a":"\xff"}', "另存为 UTF-8"),
    ],
)
def test_no_word_of_a_library_reaches_a_clerk(data: bytes, words: str) -> None:
    with pytest.raises(FormInvalidError) as caught:
        read_form(data)
    assert words in caught.value.detail
