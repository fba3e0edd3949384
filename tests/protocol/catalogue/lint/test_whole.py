"""The rules that only see something when the items lie side by side."""

from datetime import date
from typing import Any

import pytest

from protocol.catalogue.findings import Level
from protocol.catalogue.lint.table import WHOLE, findings_of
from tests.builders.catalogue.catalogue_items import LIBRARY, entries_of, good

TODAY = date(2026, 11, 29)
_OTHER = {"id": "451423-002", "name": "特困人员救助供养", "aliases": ["五保"]}
_ANSWER = "请到窗口咨询工作人员。"
_SHORT = "不收费。"


def _faq(*questions: str, answer: str = _ANSWER) -> list[dict[str, str]]:
    return [{"question": one, "answer": answer} for one in questions]


# code: what the second item has that fires it, and what lies just inside
CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("same-name", {"name": good()["name"]}, {"name": "特困人员救助供养"}),
    ("same-alias", {"aliases": ["五保", "低保"]}, {"aliases": ["五保", "低保户"]}),
    ("same-answers", {"faq": _faq("一", "二", "三", "四")}, {"faq": _faq("一", "二", "三")}),
    (
        "same-answers",
        {"faq": _faq("一", "二", "三", "四")},
        {"faq": _faq("一", "二", "三", "四", answer=_SHORT)},
    ),
]


def _codes(second: dict[str, Any], **library: Any) -> list[str]:
    found = findings_of(
        entries_of(good(), good(**{**_OTHER, **second}), library={**LIBRARY, **library}), TODAY
    )
    return [one.code for one in found]


def test_every_rule_is_tried() -> None:
    tried = {f"lint.{code}" for code, *_ in CASES} | {"lint.library-unused", "lint.same-code"}
    assert tried == {rule.code for rule in WHOLE}


def test_two_good_items_leave_nothing_to_say() -> None:
    assert _codes({}) == []


@pytest.mark.parametrize(("code", "fires", "inside"), CASES)
def test_a_rule_finds_its_fault_and_no_more(
    code: str, fires: dict[str, Any], inside: dict[str, Any]
) -> None:
    assert _codes(fires) == [f"lint.{code}"]
    assert _codes(inside) == []


def test_codes_that_differ_in_capitals_alone_are_one_to_who_types_them() -> None:
    entries = entries_of(*(good(**{**_OTHER, "id": one}) for one in ("X-1", "x-1", "x-2")))
    found = [one for one in findings_of(entries, TODAY) if one.code == "lint.same-code"]
    assert [(one.level, one.item, one.place) for one in found] == [(Level.ERROR, "x-1", "id")]
    assert found[0].reason == "编号与事项 X-1 只差大小写"


def test_a_material_that_nothing_asks_for_is_named() -> None:
    found = findings_of(
        entries_of(good(), library={**LIBRARY, "seal": {"name": "村委会印章"}}), TODAY
    )
    assert [(one.code, one.item, one.place) for one in found] == [
        ("lint.library-unused", "", "materials.seal")
    ]
    assert "村委会印章" in found[0].reason


def test_of_the_same_answer_the_first_place_is_named() -> None:
    found = findings_of(
        entries_of(good(), good(**{**_OTHER, "faq": _faq("一", "二", "三", "四")})), TODAY
    )
    assert [(one.item, one.place) for one in found] == [("451423-002", "faq[0].answer")]
