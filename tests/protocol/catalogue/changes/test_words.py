"""Every word of a catalogue has people's words, in both languages."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from protocol.catalogue.calendars import market
from protocol.catalogue.changes.choices import OF_FORMS, OF_ITEMS
from protocol.catalogue.changes.difference import differences
from protocol.catalogue.changes.naming import names_of
from protocol.catalogue.changes.terms import TERMS, Language
from protocol.catalogue.changes.words import Wording
from protocol.catalogue.fees import reading, rule
from protocol.catalogue.forms.keywords import KEYWORDS, TYPES
from protocol.catalogue.forms.kinds import KINDS
from protocol.catalogue.items import local, materials, model, parts
from protocol.catalogue.items.records import Record, keys_of
from tests.builders.catalogue.full_item import LIBRARY, full_item

LONGZHOU = Path(__file__).parents[4] / "examples" / "longzhou" / "catalogue.json"
RECORDS = [
    one
    for module in (local, materials, model, parts)
    for one in vars(module).values()
    if isinstance(one, type) and issubclass(one, Record) and one is not Record
]
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("record", RECORDS, ids=lambda one: one.__name__)
def test_every_key_of_an_item_has_its_word(record: type[Record]) -> None:
    assert keys_of(record) - TERMS.keys() == set()


def test_every_key_of_forms_fees_and_calendars_has_its_word() -> None:
    fees = rule._KEYS | rule._MORE | rule._RELIEF | {"facts", "total", "part", "upto", "price"}
    for must, may in reading._KEYS.values():
        fees |= must | may
    days = {"cal", "local", "years", "off", "work"}
    for _, keys, *_ in market._KINDS.values():
        days |= keys
    forms = {*KEYWORDS, "rules", "when", "then", "fields", "message", "sections", "required"}
    forms |= {
        "properties",
        "additionalProperties",
        "field",
        "allOf",
        "anyOf",
        "not",
        "contains",
        "age",
        "on",
    }
    assert (fees | days | forms) - TERMS.keys() == set()


def test_every_choice_has_its_word() -> None:
    assert OF_FORMS["type"].keys() == set(TYPES)
    assert OF_FORMS["format"].keys() == set(KINDS)
    assert reading._KEYS.keys() < OF_ITEMS["kind"].keys()
    assert market._KINDS.keys() == OF_ITEMS["cal"].keys()
    assert rule._ROUNDING.keys() == OF_ITEMS["rounding"].keys()


def test_no_english_word_is_chinese_and_no_chinese_word_is_english() -> None:
    both = [*TERMS.values()]
    both += [
        pair for part in (OF_ITEMS, OF_FORMS) for some in part.values() for pair in some.values()
    ]
    for chinese, english in both:
        assert CHINESE.search(chinese), chinese
        assert english.isascii(), english


def entry(raw: object) -> bytes:
    return json.dumps(raw, ensure_ascii=False).encode()


def told(old: dict[str, Any], new: dict[str, Any], language: Language = "zh") -> list[str]:
    (change,) = differences({"x-1": entry(old)}, {"x-1": entry(new)}, language)
    return list(change.lines)


def with_field(**field: Any) -> dict[str, Any]:
    form = {"type": "object", "properties": {"phone": {"title": "电话", **field}}}
    return {"id": "x-1", "name": "登记", "schema": form}


def test_a_new_field_is_told_without_a_word_of_the_schema() -> None:
    old, new = with_field(type="string"), with_field(type="string")
    new["schema"]["properties"]["note"] = {"type": "string", "title": "备注", "maxLength": 9}
    new["schema"]["required"] = ["note"]
    assert told(old, new) == [
        "表单 · 备注：（无） → 类型：文字，名称：备注，最多字数：9",
        "表单 · 必填项：（无） → 备注",
    ]
    assert told(old, new, "en") == [
        "form · 备注：（无） → type: text, title: 备注, most characters: 9",
        "form · required fields：（无） → 备注",
    ]


@pytest.mark.parametrize(
    ("field", "chinese", "english"),
    [
        ({"format": "cn-resident-id"}, "填写格式：（无） → 身份证号", "resident identity number"),
        ({"type": "integer"}, "类型：文字 → 整数", "whole number"),
        ({"enum": ["是", "否"]}, "选项：（无） → 是；否", "是; 否"),
        ({"mask": True}, "隐去中间几位：（无） → 是", "yes"),
        ({"derived": {"from": "phone", "what": "sex"}}, "依据栏目：电话，得出什么：性别", "sex"),
    ],
)
def test_what_a_field_takes_is_told(field: dict[str, Any], chinese: str, english: str) -> None:
    old, new = with_field(type="string"), with_field(**{"type": "string", **field})
    (line,) = told(old, new)
    assert line.startswith("表单 · 电话 · ")
    assert chinese in line
    assert told(old, new, "en")[0].endswith(english)


def test_a_condition_is_told_as_a_sentence() -> None:
    condition = {
        "properties": {"phone": {"const": "有"}, "age": {"minimum": 16, "maximum": 60}},
        "not": {"required": ["name"]},
    }
    wording = Wording(names={"phone": "电话", "age": "年龄", "name": "姓名"})
    assert wording.value(condition, ("materials", "x", "when")) == (
        "“电话”为“有”，并且“年龄”不小于 16，并且不大于 60，并且不是：“姓名”已填写"
    )
    english = Wording(language="en", names={"phone": "电话", "age": "年龄", "name": "姓名"})
    assert english.value(condition, ("when",)) == (
        "“电话” is “有” and “年龄” is at least 16 and is at most 60 and not: “姓名” is filled"
    )


def test_an_age_of_a_condition_is_told_with_its_day() -> None:
    condition = {"properties": {"born": {"age": {"on": "applied", "minimum": 60}}}}
    names = {"born": "出生日期", "applied": "申请日期"}
    said = Wording(names=names).value(condition, ("when",))
    assert said == "“出生日期”到“申请日期”的周岁不小于 60"
    english = Wording(language="en", names=names).value(condition, ("when",))
    assert english == "“出生日期” in full years on “申请日期” is at least 60"


def values(raw: object, path: tuple[str, ...] = ()) -> Iterator[tuple[object, tuple[str, ...]]]:
    if isinstance(raw, dict):
        raw.pop("id", None)  # opaque, an author's own
    yield raw, path
    if isinstance(raw, dict):
        for key, one in raw.items():
            yield from values(one, (*path, key))
    elif isinstance(raw, list):
        for one in raw:
            yield from values(one, path)


RAW = {"string", "integer", "number", "boolean", "array", "object", "required", "optional", "seen"}
RAW |= {"kept", "village", "township", "county", "promise", "acceptance", "decision", "delivery"}
RAW |= {"maxLength", "minLength", "properties", "additionalProperties", "enum", "format", "const"}
RAW |= {"attach", "copies", "originals", "effective_from", "per_unit", "lookup", "when", "then"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_of_the_sample_county_is_told_in_raw_words(language: Language) -> None:
    document = json.loads(LONGZHOU.read_text("utf-8"))
    items = [*document["items"], full_item()]
    raw, library = set[str](), {**LIBRARY, **document["materials"]}
    called = {key: one["name"] for key, one in library.items()}
    for item in [*items, *library.values()]:
        wording = Wording(language=language, names={**called, **names_of(item)})
        for value, path in values(item):
            if isinstance(value, dict) or path[-1:] in (("type",), ("kind",), ("attach",)):
                said = wording.value(value, path)
                raw |= set(re.findall("[A-Za-z_]+", said)) & RAW
    allowed = {"number", "required", "optional", "county", "village", "township", "kept", "seen"}
    allowed |= {
        "promise",
        "acceptance",
        "decision",
        "delivery",
        "attach",
        "copies",
        "originals",
        "format",
        "then",
    }
    assert raw - (allowed if language == "en" else set()) == set()
