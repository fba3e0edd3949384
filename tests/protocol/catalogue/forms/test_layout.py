"""One layout for page, paper and the county's view; what is filled in comes back as it was."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.catalogue.forms.entry import read_entry
from protocol.catalogue.forms.faults import FormFault
from protocol.catalogue.forms.layout import layout, widget_of
from protocol.catalogue.forms.parts import Block, Cell, Layout, Widget
from protocol.catalogue.forms.proof.sample import sample_form
from protocol.catalogue.forms.schema import FormSchema
from protocol.catalogue.forms.shown import hidden, shown
from tests.builders.strategies import FORMS
from tests.protocol.catalogue.forms.proof.test_branches import FIELDS

RESIDENT = "451423189912310072"
SCHEMA: dict[str, Any] = {
    "title": "临时救助申请表",
    "required": ["name", "members"],
    "properties": {
        "id": {"title": "身份证号", "format": "cn-resident-id"},
        "name": {"title": "姓名", "type": "string", "maxLength": 30},
        "born": {"title": "出生日期", "format": "date"},
        "phone": {"title": "电话", "format": "cn-mobile"},
        "account": {"title": "账号", "pattern": "^[0-9]{16,19}$", "mask": True},
        "income": {"title": "收入", "format": "cn-fen"},
        "poor": {"title": "低保", "type": "boolean"},
        "cause": {"title": "原因", "type": "string", "maxLength": 500, "examples": ["火灾"]},
        "spouse": {"title": "配偶", "type": "string"},
        "members": {
            "title": "成员",
            "maxItems": 3,
            "items": {
                "required": ["who"],
                "properties": {
                    "who": {"title": "姓名", "type": "string"},
                    "age": {"title": "年龄", "type": "integer"},
                },
            },
        },
        "skills": {"title": "技能", "items": {"type": "string"}},
        "signed": {"title": "签署", "field": "signing"},
    },
    "sections": [{"title": "申请人", "fields": ["name", "id", "phone"]}],
    "rules": [
        {
            "when": {"properties": {"poor": {"const": True}}},
            "then": "show",
            "fields": ["spouse"],
            "message": "低保户才填",
        }
    ],
}
FORM: dict[str, Any] = {
    "name": "样福丽",
    "id": RESIDENT,
    "born": "1899-12-31",
    "phone": "19900002835",
    "account": "6217000012345678",
    "income": 1234567,
    "poor": False,
    "members": [{"who": "样一", "age": 3}, {"who": "样二"}],
    "skills": ["木工", "瓦工"],
    "signed": {"way": "捺印", "paper": "原件留存"},
}
SCHEMED = FormSchema(SCHEMA)


def parts(found: Layout) -> dict[str, Cell | Block]:
    return {part.name: part for section in found.sections for part in section.parts}


def cell(name: str, form: dict[str, Any] = FORM, **asked: Any) -> Cell:
    found = parts(layout(SCHEMED, form, **asked))[name]
    assert isinstance(found, Cell)
    return found


def block(name: str, form: dict[str, Any] = FORM, **asked: Any) -> Block:
    found = parts(layout(SCHEMED, form, **asked))[name]
    assert isinstance(found, Block)
    return found


def test_fields_stand_in_their_sections_and_then_in_the_order_of_the_schema() -> None:
    found = layout(SCHEMED, FORM)
    assert (found.title, [section.title for section in found.sections]) == (
        "临时救助申请表",
        ["申请人", ""],
    )
    assert list(parts(found))[:5] == ["name", "id", "phone", "born", "account"]


@pytest.mark.parametrize(
    ("name", "text", "masked", "typed"),
    [
        ("born", "1899年12月31日", "1899年12月31日", "1899-12-31"),
        ("id", RESIDENT, "451423********0072", RESIDENT),
        ("phone", "19900002835", "199****2835", "19900002835"),
        ("account", "6217000012345678", "************5678", "6217000012345678"),
        ("income", "12,345.67 元", "12,345.67 元", "12345.67"),
        ("poor", "否", "否", "false"),
        ("skills", "木工、瓦工", "木工、瓦工", "木工\n瓦工"),
        ("spouse", "—", "—", ""),
    ],
)
def test_values_are_shown_as_people_read_them(
    name: str, text: str, masked: str, typed: str
) -> None:
    assert (cell(name).text, cell(name).typed) == (text, typed)
    assert cell(name, masked=True).text == masked


def test_a_number_tells_birth_and_sex_unless_it_is_masked() -> None:
    assert cell("id").note == "1899-12-31 男"
    assert cell("id", masked=True).note == ""
    assert cell("id", {"id": "1"}).note == ""


def test_english_pages_have_english_words_for_what_is_no_data() -> None:
    assert cell("poor", language="en").text == "No"
    assert cell("born", language="en").text == "1899-12-31"


def test_what_is_required_shown_and_hinted() -> None:
    assert cell("name").required
    assert not cell("phone").required
    assert cell("cause").hint == "如：火灾"
    assert (cell("spouse").there, cell("spouse").when) == (False, "低保户才填")
    assert cell("spouse", FORM | {"poor": True}).there


def test_a_table_has_rows_to_fill_in_up_to_its_bound() -> None:
    table = block("members")
    assert (table.heads, table.must, table.filled) == (("姓名", "年龄"), (True, False), 2)
    assert [[one.text for one in row] for row in table.rows] == [
        *(["样一", "3"], ["样二", "—"], ["—", "—"])
    ]
    assert table.rows[1][0].name == "members.1.who"
    assert len(block("members", {}, spare_rows=5).rows) == 3
    assert len(block("members", spare_rows=0).rows) == 2


def test_faults_stand_at_their_fields() -> None:
    form = FORM | {"name": 7, "members": [{"age": "x"}]}
    faults = SCHEMED.faults(form)
    assert [one.code for one in cell("name", form, faults=faults).faults] == ["form.type"]
    (row, *_) = block("members", form, faults=faults).rows
    assert [[fault.code for fault in one.faults] for one in row] == [
        ["form.missing"],
        ["form.type"],
    ]
    assert row[0].anchor == "f-members-0-who"


def test_a_field_that_is_not_shown_is_not_required_though_its_schema_says_so() -> None:
    schema = FormSchema(SCHEMA | {"required": ["spouse"]})
    for poor in (False, True):
        found = parts(layout(schema, FORM | {"poor": poor}))["spouse"]
        assert (found.there, found.required) == (poor, poor)


def test_of_many_examples_three_are_told() -> None:
    schema = FormSchema({"properties": {"a": {"type": "string", "examples": list("一二三四")}}})
    found = parts(layout(schema, {}))["a"]
    assert found.hint == "如：一、二、三"


def test_what_is_wrong_with_an_object_in_a_row_stands_at_its_first_cell() -> None:
    inner = {"type": "object", "properties": {"x": {"type": "string"}, "y": {"type": "string"}}}
    row = {"type": "object", "properties": {"n": {"type": "string"}, "o": inner}}
    schema = FormSchema({"properties": {"t": {"items": row}, "alone": inner}})
    whole = FormFault(code="f", path=("t", 0, "o"), label="o", words="缺")
    own = FormFault(code="f", path=("t", 0, "o", "x"), label="x", words="错")
    form = {"t": [{"n": "样", "o": {"y": "样"}}]}
    found = parts(layout(schema, form, faults=[whole, own], spare_rows=0))
    table, alone = found["t"], found["alone"]
    assert isinstance(table, Block)
    assert [cell.faults for cell in table.rows[0]] == [(), (whole, own), ()]
    assert isinstance(alone, Block)
    assert (alone.filled, block("signed").filled) == (0, 1)


def test_what_the_schema_does_not_know_is_shown_under_its_own_key() -> None:
    found = parts(layout(SCHEMED, FORM | {"zzz": {"a": [1, True]}, "members": "none"}))
    assert isinstance(found["zzz"], Cell)
    assert (found["zzz"].title, found["zzz"].text) == ("zzz", "a：1、是")
    assert isinstance(found["members"], Cell)
    assert found["members"].text == "none"


@pytest.mark.parametrize(
    ("schema", "widget"),
    [
        ({"enum": ["甲", "乙"]}, Widget.CHOICE),
        ({"enum": ["甲", "乙", "丙", "丁"]}, Widget.CHOICE),
        ({"enum": ["甲", "乙", "丙", "丁", "戊"]}, Widget.LIST),
        ({"type": "string", "maxLength": 60}, Widget.TEXT),
        ({"type": "string", "maxLength": 61}, Widget.LONG),
        ({"format": "cn-fen"}, Widget.MONEY),
        ({"type": "integer"}, Widget.NUMBER),
        ({"type": "boolean"}, Widget.YES_NO),
        ({"format": "date"}, Widget.DATE),
        ({"items": {"type": "string"}}, Widget.LINES),
    ],
)
def test_each_kind_of_field_has_its_widget(schema: dict[str, Any], widget: Widget) -> None:
    assert widget_of(schema) is widget


@pytest.mark.parametrize(
    ("text", "seen"),
    [("1", "*"), ("12", "*2"), ("12345678", "*******8"), ("123456789", "*****6789")],
)
def test_however_short_something_stays_hidden(text: str, seen: str) -> None:
    assert hidden(text) == seen


@given(FORMS, st.booleans())
def test_any_form_can_be_laid_out(form: dict[str, Any], masked: bool) -> None:
    found = parts(layout(SCHEMED, form, faults=SCHEMED.faults(form), masked=masked))
    assert set(found) == {*SCHEMA["properties"], *form}


def sent(found: Layout) -> dict[str, str]:
    """What a browser sends of a page that nobody has changed."""
    cells: list[Cell] = []
    for part in parts(found).values():
        cells += [part] if isinstance(part, Cell) else [one for row in part.rows for one in row]
    return {one.name: one.typed for one in cells}


def test_money_is_in_yuan_wherever_it_stands() -> None:
    schema = FormSchema(
        {
            "properties": {
                "paid": {"title": "已付", "items": {"format": "cn-fen"}},
                "grade": {"title": "档次", "format": "cn-fen", "enum": [10_000, 20_050]},
                "agreed": {"title": "是否同意", "items": {"type": "boolean"}},
            }
        }
    )
    form = {"paid": [1250, 5], "grade": 20_050, "agreed": [True, False]}
    found = parts(layout(schema, form))
    assert isinstance(found["paid"], Cell)
    assert (found["paid"].typed, found["paid"].text) == ("12.50\n0.05", "12.50 元、0.05 元")
    assert isinstance(found["grade"], Cell)
    assert found["grade"].typed == "200.50"
    assert found["grade"].choices == (("100.00", "100.00 元"), ("200.50", "200.50 元"))
    assert read_entry(schema, sent(layout(schema, form))) == form


def test_personal_data_is_hidden_in_lists_and_rows_as_well() -> None:
    member = {"properties": {"id": {"format": "cn-resident-id", "title": "身份证号"}}}
    schema = FormSchema(
        {
            "properties": {
                "phones": {"items": {"format": "cn-mobile"}},
                "member": member,
                "rows": {"items": member},
                "nested": {"properties": {"inner": member}},
            }
        }
    )
    form = {
        "phones": ["19900002835"],
        "member": {"id": RESIDENT},
        "rows": [{"id": RESIDENT}],
        "nested": {"inner": {"id": RESIDENT}},
    }
    texts = []
    for part in parts(layout(schema, form, masked=True)).values():
        cells = [part] if isinstance(part, Cell) else [one for row in part.rows for one in row]
        texts += [one.text for one in cells if one.filled]
    assert texts == [
        "199****2835",
        "451423********0072",
        "451423********0072",
        "身份证号：451423********0072",
    ]


def test_what_was_filled_in_comes_back_as_it_was() -> None:
    assert read_entry(SCHEMED, sent(layout(SCHEMED, FORM))) == FORM


@given(st.sets(st.sampled_from(sorted(FIELDS))), st.booleans())
def test_whatever_the_kind_of_field(names: set[str], full: bool) -> None:
    schema = FormSchema({"properties": {name: FIELDS[name] for name in sorted(names)}})
    form = sample_form(schema, full=full)
    assert form is not None
    assert read_entry(schema, sent(layout(schema, form))) == form


@pytest.mark.parametrize(
    ("schema", "text", "value"),
    [
        ({"format": "cn-fen"}, "12.5", 1250),
        ({"format": "cn-fen"}, "１，２３４．５６", 123456),
        ({"format": "cn-fen"}, "-0.05", -5),
        ({"format": "cn-fen"}, "0.29", 29),
        ({"format": "cn-fen"}, "1.15", 115),
        ({"format": "cn-fen"}, "99,999,999.99", 9_999_999_999),
        ({"format": "cn-fen"}, "12,5", "12,5"),
        ({"format": "cn-fen"}, "1２，５０", "12,50"),
        ({"format": "cn-fen"}, "12.345", "12.345"),
        ({"format": "cn-fen"}, "十二", "十二"),
        (
            {"format": "cn-resident-id"},
            " ４５１４２３１８９９１２３１００３ｘ",
            "45142318991231003X",
        ),
        ({"format": "cn-mobile"}, "１９９０００００００１", "19900000001"),
        ({"format": "date"}, "２０２６－０１－３１", "2026-01-31"),
        ({"format": "date"}, "2026年2月9日", "2026-02-09"),
        ({"format": "date"}, "2024/2/29", "2024-02-29"),
        ({"format": "date"}, "2026/2/29", "2026/2/29"),
        ({"format": "date"}, "昨天", "昨天"),
        ({"type": "integer"}, "４００", 400),
        ({"type": "integer"}, "1,000", 1000),
        ({"type": "integer"}, "1,00", "1,00"),
        ({"type": "integer"}, "4.5", "4.5"),
        ({"type": "integer"}, "007", "007"),
        ({"type": "number"}, "4.5", 4.5),
        ({"type": "boolean"}, "true", True),
        ({"type": "boolean"}, "maybe", "maybe"),
        ({"type": "integer", "enum": [1, 2]}, "2", 2),
        ({"type": "string"}, "  样  ", "样"),
        ({"type": "string"}, "   ", None),
        ({"items": {"type": "integer"}}, "1\n\n x \n", [1, "x"]),
    ],
)
def test_what_is_typed_is_read_by_its_type_or_stays_as_it_is(
    schema: dict[str, Any], text: str, value: object
) -> None:
    made = read_entry(FormSchema({"properties": {"a": schema}}), {"a": text, "other": "x"})
    assert made == ({} if value is None else {"a": value})


def test_rows_keep_their_order_and_empty_ones_are_none() -> None:
    names = {
        "members.10.who": "丙",
        "members.2.who": "乙",
        "members.0.who": "",
        "members.x.who": "丁",
    }
    assert read_entry(SCHEMED, names) == {"members": [{"who": "乙"}, {"who": "丙"}]}


def test_nothing_is_a_dash() -> None:
    values: list[object] = [None, "", [], {}, 0, False]
    assert [shown(value, {}) for value in values] == ["—"] * 4 + ["0", "否"]
