"""What is typed into the controls becomes the item, and what is not touched stays as it was."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from multidict import MultiDict

from central.county.catalogue.pages.editing.controls import Drawing, anchor_of
from central.county.catalogue.pages.editing.entry import Entered, entered
from central.county.catalogue.pages.editing.inputs import PARTS, Part
from central.county.catalogue.pages.editing.results import Results
from protocol.catalogue.findings import Finding, Level
from tests.builders.catalogue.full_item import CODE, ITEM, full_item


def typed(
    raw: dict[str, Any],
    parts: Sequence[Part] = PARTS,
    was: Mapping[str, Sequence[int]] | None = None,
) -> MultiDict[str]:
    """What a browser sends of the page of ``raw``, untouched: line ends become CR LF."""
    sent: MultiDict[str] = MultiDict()
    drawing = Drawing(raw=raw, library={"id-card": "身份证"}, words=str, parts=parts, was=was or {})
    for block in drawing.blocks():
        for row in block.rows:
            sent.add(f"{row.before}@order", str(row.number))
            sent.add(f"{row.before}@was", str(row.was))
            more = [row.more] if row.more else []
            for control in (*row.controls, *more):
                for value in control.values:
                    sent.add(control.name, value.replace("\n", "\r\n"))
        if block.list_name:
            sent.add(f"{block.list_name}.@count", str(len(block.rows)))
        for control in block.controls:
            for value in control.values:
                sent.add(control.name, value.replace("\n", "\r\n"))
    return sent


def after(raw: dict[str, Any], **changed: str) -> Entered:
    sent = typed(raw)
    for name, value in changed.items():
        sent[name.replace("__", ".")] = value
    return entered(raw, sent)


@pytest.mark.parametrize(
    "raw",
    [
        full_item(),
        full_item(unknown={"a": [1]}, urgent=None, aliases=None, special=[]),
        full_item(conditions="一段话", materials=[]),
        full_item(conditions=["第一条\n有两行", "第二条"], flow=None, fee_rules=None),
        full_item(publicity={"fields": ["rooms", "village", "gone"]}),  # another order; no field
        {"id": "x"},
    ],
)
def test_a_page_that_is_sent_as_it_came_changes_nothing(raw: dict[str, Any]) -> None:
    found = after(raw)
    assert (found.raw, found.faults) == (raw, [])
    assert json.dumps(found.raw) == json.dumps(raw)  # not even the order of keys


@pytest.mark.parametrize(
    ("name", "value", "path", "wanted"),
    [
        ("name", " 新名称 ", ["name"], "新名称"),
        ("aliases", "低保\r\n\r\n 五保 ", ["aliases"], ["低保", "五保"]),
        ("urgent", "yes", ["urgent"], True),
        ("urgent", "no", ["urgent"], False),
        ("urgent", "", ["urgent"], None),
        ("limits__promised", "１０ｗｄ", ["limits", "promised"], "10wd"),
        ("limits__promised", "１０ 个工作日", ["limits", "promised"], "10wd"),
        ("limits__promised", "3天", ["limits", "promised"], "3d"),
        ("limits__promised", "很快", ["limits", "promised"], "很快"),
        ("owner__review_by", "2027-01-01", ["owner", "review_by"], "2027-01-01"),
        ("publicity__counts", "yes", ["publicity", "counts"], True),
        ("sensitive__name", "", ["sensitive"], None),  # an object that is empty goes
        ("flow__0__procedure", "两行\r\n说明", ["flow", 0, "procedure"], "两行\n说明"),
        ("questions__0__refuse_if", "yes", ["questions", 0, "refuse_if"], True),
        ("materials__0__copies", "0", ["materials", 0, "copies"], 0),
        ("materials__0__copies", "两份", ["materials", 0, "copies"], "两份"),  # for the checks
        ("schema", '{"type": "object"}', ["schema"], {"type": "object"}),
        ("fee_rules", "", ["fee_rules"], None),
        ("materials__2__@more", '{"each": "household"}', ["materials", 2, "each"], "household"),
        ("materials__2__@more", "", ["materials", 2, "later"], None),
    ],
)
def test_a_control_changes_what_it_stands_for_and_nothing_else(
    name: str, value: str, path: list[Any], wanted: Any
) -> None:
    before = full_item()
    found = after(before, **{name: value}).raw
    changed = found
    for key in path[:-1]:
        changed = changed[key]
    if wanted is None:
        assert path[-1] not in changed
    else:
        assert changed[path[-1]] == wanted
        assert type(changed[path[-1]]) is type(wanted)
    assert {key for key in before.keys() | found.keys() if before.get(key) != found.get(key)} <= {
        path[0]
    }


def test_rows_are_added_with_ids_of_their_own_moved_and_removed() -> None:
    before = full_item()
    sent = typed(before)
    sent["flow.7.name"], sent["flow.7.kind"], sent["flow.7.@order"] = "归档", "delivery", "8"
    sent["flow.6.@order"] = "1"
    sent["flow.0.@order"] = "2"
    sent["flow.1.@drop"] = "1"
    flow = entered(before, sent).raw["flow"]
    assert [node["id"] for node in flow] == ["g", "a", "c", "d", "e", "f", "n1"]
    assert flow[-1] == {"name": "归档", "kind": "delivery", "id": "n1"}


def test_a_list_whose_rows_are_all_removed_goes_but_for_the_materials() -> None:
    sent = typed(full_item())
    for name in ("faq.0", "special.0", *(f"materials.{n}" for n in range(6))):
        sent[f"{name}.@drop"] = "1"
    found = entered(full_item(), sent).raw
    assert "faq" not in found
    assert "special" not in found
    assert found["materials"] == []


@pytest.mark.parametrize(
    ("name", "text", "place", "words"),
    [
        ("schema", '{"type": }', "schema", "第 1 行第 10 个字处不是 JSON：这里缺一个值"),
        ("schema", '{"a": 1，"b": 2}', "schema", "用了全角标点"),
        ("schema", '{"a"：1}', "schema", "用了全角标点"),
        ("schema", "{a: 1}", "schema", "应是加半角双引号的栏目名"),
        ("schema", '{"a": 1} 元', "schema", "后面多出来了"),
        ("schema", '{"a": "一}', "schema", "没有成对"),
        ("schema", '{"a": "一\n二"}', "schema", "不能换行"),
        ("schema", '{"a": "\\q"}', "schema", "反斜杠"),
        ("schema", '{"a": 1,\n "a": 2}', "schema", "不能读作 JSON"),
        ("fee_rules", "[NaN]", "fee_rules", "不能读作 JSON"),
        ("materials__1__@more", "[]", "materials[1]", "应是一组栏目"),
        ("examples", "[" * 3000, "examples", "JSON"),
    ],
)
def test_text_that_is_no_json_is_told_by_its_place_and_kept_to_be_mended(
    name: str, text: str, place: str, words: str
) -> None:
    found = after(full_item(), **{name: text})
    assert [one.place for one in found.faults] == [place]
    assert words in found.faults[0].reason
    assert found.raw == full_item()  # nothing of it was taken
    blocks = Drawing(raw=found.raw, unread=found.unread, findings=found.faults, words=str).blocks()
    controls = [one for block in blocks for one in block.controls]
    controls += [row.more for block in blocks for row in block.rows if row.more]
    assert text in [value for control in controls for value in control.values]


@pytest.mark.parametrize(
    ("place", "anchor"),
    [
        ("name", "name"),
        ("limits.promised", "limits.promised"),
        ("flow[2].limit", "flow.2.limit"),
        ("schema.properties.a.title", "schema"),
        ("materials[1].one_of[0].use", "materials.1"),
        ("nothing", ""),
        ("", ""),
    ],
)
def test_a_finding_leads_to_its_control(place: str, anchor: str) -> None:
    blocks = Drawing(raw=full_item(), words=str).blocks()
    names = [one.name for block in blocks for one in block.controls]
    rows = [row for block in blocks for row in block.rows]
    names += [one.name for row in rows for one in row.controls]
    names += [row.before.rstrip(".") for row in rows]
    finding = Finding(code="x", level=Level.ERROR, item="x", place=place, reason="r")
    assert anchor_of(finding, names) == anchor


@pytest.mark.parametrize("value", [None, 7, "text", [], [7, "x", None], {}, {"a": 1}, True])
def test_an_item_of_any_shape_can_be_edited(value: Any) -> None:
    for key in ITEM:
        raw = {**full_item(), key: value}
        found = after(raw)
        assert found.faults == []
        assert {name: one for name, one in found.raw.items() if name != key} == {
            name: one for name, one in raw.items() if name != key
        }


@pytest.mark.parametrize(
    ("place", "section", "number", "label", "rest"),
    [
        ("limits.promised", "办理时限", 0, "承诺时限", ""),
        ("flow[2].limit", "办理流程", 3, "时限", ""),
        ("materials[1].one_of[0].use", "申请材料", 2, "", "one_of.0.use"),
        ("schema.properties.a.title", "申请表栏目", 0, "表单（JSON Schema）", "properties.a.title"),
        ("flow", "办理流程", 0, "", ""),
        ("legal_basis", "法律依据", 0, "", ""),
        ("nothing", "", 0, "", ""),
        ("", "", 0, "", ""),
    ],
)
def test_a_finding_is_told_by_the_words_of_the_page(
    place: str, section: str, number: int, label: str, rest: str
) -> None:
    blocks = Drawing(raw=full_item(), words=str).blocks()
    finding = Finding(code="x", level=Level.ERROR, item=CODE, place=place, reason="错", todo="改")
    (spot,) = Results.of([finding], blocks, checked=True).spots
    assert (spot.section, spot.number, spot.label, spot.rest) == (section, number, label, rest)


def test_what_is_made_public_is_chosen_from_the_forms_fields_by_their_titles() -> None:
    raw = full_item(publicity={"window": "7d", "fields": ["rooms", "gone"]})
    raw["schema"]["properties"]["other"] = {"type": "string", "title": "村"}
    parts = {block.key: block for block in Drawing(raw=raw, words=str).blocks()}
    (control,) = (one for one in parts["publicity"].controls if one.name == "publicity.fields")
    choices = dict(control.choices)
    assert choices["name"] == "姓名"
    assert (choices["village"], choices["other"]) == ("村（village）", "村（other）")
    assert choices["gone"] == "gone"  # what stands there is not left out
    assert "household.member_name" not in choices
    assert control.values == ["rooms", "gone"]
    sent = typed(raw)
    sent.popall("publicity.fields")
    for name in ("village", "rooms"):
        sent.add("publicity.fields", name)
    assert entered(raw, sent).raw["publicity"]["fields"] == ["village", "rooms"]
