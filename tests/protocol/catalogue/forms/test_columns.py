"""An object in the rows of a table is filled in, checked and read like any other field."""

from typing import Any

from protocol.catalogue.forms.entry import read_entry
from protocol.catalogue.forms.layout import layout
from protocol.catalogue.forms.parts import Block
from protocol.catalogue.forms.schema import FormSchema

SCHEMA: dict[str, Any] = {
    "properties": {
        "members": {
            "type": "array",
            "title": "家庭成员",
            "maxItems": 3,
            "items": {
                "required": ["who", "signed"],
                "properties": {
                    "who": {"type": "string", "title": "姓名"},
                    "home": {
                        "title": "住址",
                        "type": "object",
                        "required": ["village"],
                        "properties": {
                            "village": {"type": "string", "title": "村"},
                            "rooms": {"type": "integer", "title": "间数"},
                        },
                    },
                    "signed": {"title": "签署", "field": "signing"},
                },
            },
        }
    }
}
FORM = {
    "members": [
        {
            "who": "样一",
            "home": {"village": "板池村", "rooms": 3},
            "signed": {"way": "signature"},
        },
        {"who": "样二", "signed": {"way": "proxy", "signer": "样三", "witness": "样四"}},
    ]
}


def block_of(form: dict[str, Any], **more: Any) -> Block:
    (section,) = layout(FormSchema(SCHEMA), form, **more).sections
    (found,) = section.parts
    assert isinstance(found, Block)
    return found


def test_each_field_of_an_object_has_a_column() -> None:
    block = block_of(FORM, spare_rows=1)
    assert block.heads[:4] == ("姓名", "住址 · 村", "住址 · 间数", "签署 · 签署方式")
    assert block.must[:3] == (True, True, False)
    first, second, third = block.rows
    assert [cell.typed for cell in first[:4]] == ["样一", "板池村", "3", "signature"]
    assert first[1].name == "members.0.home.village"
    assert [cell.typed for cell in second[:3]] == ["样二", "", ""]
    assert not any(cell.filled for cell in third)


def test_what_the_page_sends_back_is_the_form() -> None:
    cells = [cell for row in block_of(FORM).rows for cell in row]
    assert read_entry(FormSchema(SCHEMA), {cell.name: cell.typed for cell in cells}) == FORM


def test_what_is_wrong_in_an_object_stands_at_its_cell() -> None:
    schema = FormSchema(SCHEMA)
    form = {"members": [{"who": "样一", "home": {"rooms": 2}, "signed": {"way": "proxy"}}]}
    faults = schema.faults(form)
    block = block_of(form, faults=faults, spare_rows=0)
    told = {cell.name: cell.faults for cell in block.rows[0] if cell.faults}
    assert "members.0.home.village" in told
    assert "members.0.signed.paper" in told
    shown = {fault for found in told.values() for fault in found}
    assert shown == set(faults)  # none is told of nowhere


def test_an_object_that_is_missing_is_told_at_its_first_column() -> None:
    form = {"members": [{"who": "样一"}]}
    faults = FormSchema(SCHEMA).faults(form)
    block = block_of(form, faults=faults, spare_rows=0)
    told = [cell.name for cell in block.rows[0] if cell.faults]
    assert told == ["members.0.signed.way"]


def test_what_is_no_object_there_is_shown_as_it_stands() -> None:
    block = block_of({"members": [{"who": "样一", "home": "板池村"}]}, spare_rows=0)
    assert block.heads[1] == "住址"
    assert "板池村" in block.rows[0][1].text
