"""The difference between two releases in words, and what becomes of forms that were begun."""

import json
from datetime import date
from typing import Any

import pytest

from protocol.catalogue.changes.classes import Class
from protocol.catalogue.changes.difference import differences, in_words
from protocol.catalogue.changes.drafts import drafts_entry, drafts_of

TODAY = date(2026, 11, 29)
ITEM: dict[str, Any] = {
    "id": "x-1",
    "name": "养老保险登记",
    "version": 1,
    "conditions": ["年满16周岁"],
    "contact": "0771-1",
    "materials": [
        {"id": "card", "name": "居民身份证", "copies": 1},
        {"id": "book", "name": "户口簿"},
    ],
    "schema": {
        "type": "object",
        "title": "登记表",
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "title": "姓名", "maxLength": 50},
            "phone": {"type": "string", "title": "电话"},
        },
    },
}


def entry(raw: dict[str, Any]) -> bytes:
    return json.dumps(raw, ensure_ascii=False, sort_keys=True).encode()


def changed(**more: Any) -> dict[str, Any]:
    return {**ITEM, "version": 2, **more}


def schema(**more: Any) -> dict[str, Any]:
    return changed(schema={**ITEM["schema"], **more})


NAME, PHONE = ITEM["schema"]["properties"]["name"], ITEM["schema"]["properties"]["phone"]
CARD, BOOK = ITEM["materials"]


@pytest.mark.parametrize(
    ("new", "expected", "words"),
    [
        (changed(contact="0771-2"), Class.HARMLESS, "咨询方式：0771-1 → 0771-2"),
        (changed(name="新名"), Class.HARMLESS, "名称：养老保险登记 → 新名"),
        (changed(aliases=["低保"]), Class.HARMLESS, "俗称：（无） → 低保"),
        (changed(conditions=["年满18周岁"]), Class.LOOK, "受理条件：年满16周岁 → 年满18周岁"),
        (changed(limits={"promised": "5wd"}), Class.LOOK, "办理时限"),
        (changed(mode="告知"), Class.LOOK, ""),
        (changed(fee_rules=[{"basis": "文"}]), Class.LOOK, ""),
        (changed(unheard_of=1), Class.LOOK, "unheard_of：（无） → 1"),
        (changed(urgent=True), Class.LOOK, "加急：（无） → 是"),
        (
            changed(materials=[{**CARD, "copies": 2}, BOOK]),
            Class.LOOK,
            "材料 · 居民身份证 · 复印件份数：1 → 2",
        ),
        (
            changed(materials=[BOOK, CARD]),
            Class.HARMLESS,
            "材料 · 次序：居民身份证；户口簿 → 户口簿；居民身份证",
        ),
        (changed(materials=[CARD]), Class.LOOK, "材料 · 户口簿"),
        (
            changed(materials=[{**CARD, "when": {"required": ["phone"]}}, BOOK]),
            Class.OLD,
            "材料 · 居民身份证 · 何时需要：（无） → “电话”已填写",
        ),
        (
            changed(materials=[{**CARD, "attach": "required"}, BOOK]),
            Class.OLD,
            "材料 · 居民身份证 · 随申请上传：（无） → 必须上传",
        ),
        (
            changed(materials=[CARD, BOOK, {"id": "p", "name": "照片", "attach": "required"}]),
            Class.OLD,
            "材料 · 照片",
        ),
        (
            changed(materials=[CARD, BOOK, {"id": "p", "name": "照片"}]),
            Class.LOOK,
            "材料 · 照片",
        ),
        (
            schema(properties={"name": {**NAME, "maxLength": 60}, "phone": PHONE}),
            Class.HARMLESS,
            "表单 · 姓名 · 最多字数：50 → 60",
        ),
        (
            schema(properties={"name": {**NAME, "maxLength": 49}, "phone": PHONE}),
            Class.OLD,
            "表单 · 姓名 · 最多字数：50 → 49",
        ),
        (schema(required=[]), Class.HARMLESS, "表单 · 必填项"),
        (schema(required=["name", "phone"]), Class.OLD, "表单 · 必填项：姓名 → 姓名；电话"),
        (schema(properties={"name": NAME}), Class.OLD, "表单 · 电话"),
        (
            schema(properties={"name": NAME, "phone": PHONE, "town": {"type": "string"}}),
            Class.LOOK,
            "表单 · town",
        ),
        (changed(drafts_until="2027-03-01"), Class.OLD, "旧草稿可用至：（无） → 2027-03-01"),
    ],
)
def test_each_change_is_told_and_classed(new: dict[str, Any], expected: Class, words: str) -> None:
    (change,) = differences({"x-1": entry(ITEM)}, {"x-1": entry(new)})
    assert change.kind == "changed"
    assert change.drafts is expected
    assert change.reason
    assert any(line.startswith(words) for line in change.lines), change.lines
    assert not any("version" in one.place for one in change.fields)


def test_the_gravest_change_of_an_item_counts() -> None:
    new = changed(contact="0771-2", schema={**ITEM["schema"], "required": ["name", "phone"]})
    (change,) = differences({"x-1": entry(ITEM)}, {"x-1": entry(new)})
    assert change.drafts is Class.OLD
    assert change.reason == "“电话”改为必填"


def test_new_and_withdrawn_items_and_other_entries_are_told_items_first() -> None:
    old = {
        "x-1": entry(ITEM),
        "@m.card": entry({"name": "身份证"}),
        "@about": entry({"title": "A"}),
    }
    new = {"x-2": entry({**ITEM, "id": "x-2"}), "@m.card": entry({"name": "居民身份证"})}
    lines = list(in_words(differences(old, new)))
    assert lines == [
        "撤下 x-1 养老保险登记：旧草稿按旧版办理（事项撤下后，旧草稿仍可办到期限）",
        "新增 x-2 养老保险登记：不影响草稿（以前没有）",
        "撤下 @about 目录说明：不影响草稿（不再使用）",
        "修改 @m.card 居民身份证：草稿须重新核对（引用它的事项一并改变，草稿须重新核对）",
        "    名称：身份证 → 居民身份证",
    ]


def test_what_publishing_makes_is_no_change() -> None:
    made = {"@review": b"{}", "@gone": b'{"a":1}', "@drafts": b"{}", "@find": b"{}"}
    assert differences({}, {**made, "@next.2027-01-01.a": b"{}"}) == ()
    assert differences(made, {}) == ()


def test_a_long_value_is_cut_and_many_places_end() -> None:
    old = {**ITEM, "faq": [{"question": "0"}]}
    new = changed(contact="长" * 300, faq=[{"question": str(n)} for n in range(300)])
    (change,) = differences({"x-1": entry(old)}, {"x-1": entry(new)})
    assert len(change.fields) == 100
    assert any("（共 300 字）" in one.new and len(one.new) < 230 for one in change.fields)


def test_drafts_of_an_old_version_go_on_for_thirty_days_or_as_the_item_says() -> None:
    base = {"x-1": entry(ITEM), "x-2": entry({**ITEM, "id": "x-2", "version": 4})}
    breaking = schema(required=["name", "phone"])
    wanted = {
        "x-1": entry(breaking),
        "x-2": entry({**breaking, "id": "x-2", "drafts_until": "2027-06-30"}),
    }
    changes = differences(base, wanted)
    found = drafts_entry(changes, base, wanted, begins=TODAY, today=TODAY)
    assert drafts_of(found) == {
        "x-1": {"until": "2026-12-29", "version": 1},
        "x-2": {"until": "2027-06-30", "version": 4},
    }
    last = drafts_entry((), found, wanted, begins=TODAY, today=TODAY.replace(month=12, day=29))
    assert drafts_of(last).keys() == {"x-1", "x-2"}
    later = drafts_entry((), found, wanted, begins=TODAY, today=TODAY.replace(month=12, day=30))
    assert drafts_of(later).keys() == {"x-2"}


@pytest.mark.parametrize(
    "wanted",
    [
        {"x-1": changed(contact="0771-2")},
        {"x-1": changed(conditions=["年满18周岁"])},
        {"x-1": ITEM, "x-2": {**ITEM, "id": "x-2", "drafts_until": "2027-06-30"}},
    ],
    ids=["harmless", "to be looked at", "a new item, of which nobody has a draft"],
)
def test_no_old_version_goes_on_where_drafts_need_none(wanted: dict[str, dict[str, Any]]) -> None:
    base = {"x-1": entry(ITEM)}
    made = {key: entry(one) for key, one in wanted.items()}
    assert drafts_entry(differences(base, made), base, made, begins=TODAY, today=TODAY) == {}


def test_a_day_for_old_drafts_that_stands_as_before_makes_no_later_change_graver() -> None:
    old = entry({**ITEM, "drafts_until": "2027-03-01"})
    new = entry(changed(contact="0771-2", drafts_until="2027-03-01"))
    (change,) = differences({"x-1": old}, {"x-1": new})
    assert change.drafts is Class.HARMLESS


def test_what_differs_far_behind_in_a_long_value_is_seen() -> None:
    old = {**ITEM, "contact": f"{'长' * 500}甲{'尾' * 500}"}
    new = {**ITEM, "contact": f"{'长' * 500}乙{'尾' * 500}"}
    (change,) = differences({"x-1": entry(old)}, {"x-1": entry(new)})
    (field,) = change.fields
    assert ("甲" in field.old, "乙" in field.new, "乙" in field.old) == (True, True, False)
    assert field.new.startswith("…长")
    assert field.new.endswith("尾…（共 1001 字）")
    assert len(field.new) < 230


def test_a_paper_beside_a_group_of_papers_is_told_by_itself() -> None:
    group = {"group": "cards", "name": "银行账户", "one_of": [{"id": "bank", "name": "银行卡"}]}
    old = changed(materials=[*ITEM["materials"], group])
    book = {"id": "book", "name": "户口簿", "copies": 2}
    named = {**group, "name": "收款账户"}
    new = changed(materials=[ITEM["materials"][0], book, named])
    (change,) = differences({"x-1": entry(old)}, {"x-1": entry(new)})
    assert [one.place for one in change.fields] == ["materials.book.copies", "materials.cards.name"]
