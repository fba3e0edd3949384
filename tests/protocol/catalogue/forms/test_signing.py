"""Who signs for another has a witness, neither clerk nor signer; numbers tell birth and sex."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.catalogue.forms.derive import with_derived
from protocol.catalogue.forms.schema import FormSchema
from tests.builders.strategies import FORMS

RESIDENT = "451423189912310072"  # born on the last day of 1899, male
OTHER = "45142318991231003X"
PERSON: dict[str, Any] = {
    "id": {"type": "string", "title": "身份证号", "format": "cn-resident-id"},
    "born": {
        "type": "string",
        "title": "出生日期",
        "format": "date",
        "derived": {"from": "id", "what": "birth_date"},
    },
    "sex": {"type": "string", "title": "性别", "derived": {"from": "id", "what": "sex"}},
}
SCHEMA: dict[str, Any] = {
    "additionalProperties": False,
    "properties": {
        **PERSON,
        "members": {"type": "array", "title": "成员", "items": {"properties": PERSON}},
        "signed": {"title": "签署", "field": "signing"},
    },
}
FORM = FormSchema(SCHEMA)
OWN = {"way": "签名", "paper": "原件留存"}
PROXY = {
    "way": "代签",
    "paper": "已拍照上传",
    "signer": "样一",
    "witness": "样二",
    "clerk": "样三",
    "date": "2026-11-29",
}


def told(form: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one.code, one.anchor) for one in FORM.faults(form)]


@pytest.mark.parametrize(
    ("signed", "faults"),
    [
        (OWN, []),
        (OWN | {"way": "捺印", "witness": "样二", "clerk": "样三"}, []),
        (OWN | {"way": "画押"}, [("form.choice", "f-signed-way")]),
        ({"way": "签名"}, [("form.missing", "f-signed-paper")]),
        (OWN | {"signer": "样一"}, [("form.signing", "f-signed-signer")]),
        (OWN | {"other": 1}, [("form.unknown-field", "f-signed-other")]),
        (PROXY, []),
        (PROXY | {"witness": "样三"}, [("form.witness", "f-signed-witness")]),
        (PROXY | {"witness": " 样 三"}, [("form.witness", "f-signed-witness")]),
        (PROXY | {"witness": "样一"}, [("form.witness", "f-signed-witness")]),
        (
            OWN | {"way": "捺印", "witness": "样三", "clerk": "样三"},
            [("form.witness", "f-signed-witness")],
        ),
        (
            {"way": "代签", "paper": "原件留存"},
            [
                ("form.missing", "f-signed-signer"),
                ("form.missing", "f-signed-witness"),
                ("form.missing", "f-signed-clerk"),
            ],
        ),
        (PROXY | {"witness": " 　"}, [("form.missing", "f-signed-witness")]),
        (PROXY | {"witness": "样　一"}, [("form.witness", "f-signed-witness")]),
        (
            {"way": "监护人签名", "paper": "原件留存", "signer": "样一"},
            [("form.missing", "f-signed-relation")],
        ),
        (
            {"way": "监护人签名", "paper": "原件留存", "signer": "样一", "relation": "母亲"},
            [],
        ),
    ],
)
def test_how_a_form_was_signed(signed: dict[str, Any], faults: list[tuple[str, str]]) -> None:
    assert told({"signed": signed}) == faults


def test_each_row_of_a_table_may_be_signed() -> None:
    rows = {"items": {"properties": {"signed": {"field": "signing"}}}}
    form = FormSchema({"properties": {"heirs": {"type": "array", **rows}}})
    assert form.fits({"heirs": [{"signed": OWN}, {"signed": PROXY}]})
    found = form.faults({"heirs": [{"signed": OWN}, {"signed": {"way": "画押"}}]})
    assert [(one.code, one.anchor) for one in found] == [
        ("form.choice", "f-heirs-1-signed-way"),
        ("form.missing", "f-heirs-1-signed-paper"),
    ]
    (fault,) = form.faults({"heirs": [{"signed": PROXY | {"witness": "样一"}}]})
    assert (fault.code, fault.anchor) == ("form.witness", "f-heirs-0-signed-witness")


def test_birth_and_sex_are_what_the_number_says() -> None:
    assert told({"id": RESIDENT, "born": "1899-12-31", "sex": "男"}) == []
    assert told({"id": RESIDENT, "born": "1899-12-30", "sex": "女"}) == [
        ("form.derived", "f-born"),
        ("form.derived", "f-sex"),
    ]
    (fault,) = FORM.faults({"id": RESIDENT, "born": "1900-01-01"})
    assert str(fault) == "出生日期（born）：与“身份证号（id）”不一致，请核对两处"
    assert told({"members": [{}, {"id": OTHER, "sex": "女"}]}) == [
        ("form.derived", "f-members-1-sex")
    ]
    assert told({"born": "1899-12-30"}) == []


def test_what_is_known_is_filled_and_nothing_else_is_touched() -> None:
    form = {"id": RESIDENT, "sex": "女", "members": [{"id": OTHER}, {}], "x": 1}
    assert with_derived(form, SCHEMA) == {
        "id": RESIDENT,
        "born": "1899-12-31",
        "sex": "女",
        "members": [{"id": OTHER, "born": "1899-12-31", "sex": "男"}, {}],
        "x": 1,
    }


IDS = st.sampled_from([RESIDENT, OTHER, "1", ""])


@given(
    FORMS,
    st.fixed_dictionaries({}, optional={"id": IDS, "members": st.lists(st.builds(dict, id=IDS))}),
)
def test_what_was_filled_in_by_itself_is_no_fault(
    other: dict[str, Any], form: dict[str, Any]
) -> None:
    made = with_derived(other | form, SCHEMA)
    assert [
        one for one in FORM.faults(form | with_derived(form, SCHEMA)) if "derived" in one.code
    ] == []
    assert with_derived(made, SCHEMA) == made
