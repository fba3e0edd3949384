"""Places of findings are said as the pages on which they are mended say them."""

from datetime import date
from typing import Any

import pytest

from central.county.catalogue.pages.editing.placed import Placed, Placing
from protocol.catalogue.findings import Finding, Level
from protocol.catalogue.items.entries import check_catalogue
from protocol.catalogue.lint.table import findings_of
from tests.builders.catalogue.full_item import CODE, LIBRARY, catalogue_file, full_item

ITEM_PAGE = f"/catalogue/items/{CODE}"
ENTRIES = check_catalogue(catalogue_file(full_item())).entries


def placed(item: str, place: str, language: Any = "zh") -> Placed:
    one = Finding(code="x", level=Level.WARNING, item=item, place=place, reason="r")
    (found,) = Placing(ENTRIES, str, language).of([one])
    return found


@pytest.mark.parametrize(
    ("place", "block", "number", "label", "anchor"),
    [
        ("limits.legal", "limits", 0, "法定时限", "limits.legal"),
        ("flow[2].limit", "flow", 3, "时限", "flow.2.limit"),
        ("materials[1]", "materials", 2, "", "materials.1"),
        ("legal_basis[0].text", "law", 1, "原文", "legal_basis.0.text"),
        ("owner.review_by", "basic", 0, "复核日期", "owner.review_by"),
        ("schema.properties.rooms", "form", 0, "表单（JSON Schema）", "schema"),
        ("fee_rules[0].form.parts[1].form", "fees", 0, "收费规则（JSON）", "fee_rules"),
        ("faq[0].answer", "faq", 1, "回答", "faq.0.answer"),
    ],
)
def test_a_place_in_an_item_leads_to_its_control(
    place: str, block: str, number: int, label: str, anchor: str
) -> None:
    found = placed(CODE, place)
    assert (found.name, found.key, found.page) == ("特困人员认定和供养待遇申请", CODE, ITEM_PAGE)
    assert (found.spot.block, found.spot.number, found.spot.label) == (block, number, label)
    assert found.edit == f"#f-{anchor}"


def test_where_in_a_form_or_a_rule_is_told_by_titles() -> None:
    assert placed(CODE, "schema.properties.household.items.properties.member_name").spot.rest == (
        "共同生活成员 · 成员姓名"
    )
    price = placed(CODE, "fee_rules[0].form.parts[1].form.price")
    assert price.spot.rest == "1 · 组成 · 复印费 · 单价"


def test_a_place_in_a_paper_leads_to_its_page() -> None:
    found = placed("", "materials.id-card.faults[1].say")
    assert (found.name, found.page) == ("居民身份证", "/catalogue/materials/id-card")
    assert (found.spot.section, found.spot.number) == ("退回时常见的问题", 2)
    assert found.edit == "#f-faults.1.say"
    assert placed("", "materials.bank-card").edit == "#"


def test_the_calendar_is_named_and_what_is_none_of_these_stays() -> None:
    assert (placed("", "calendar.years").name, placed("", "calendar.years").page) == (
        "工作日历",
        "/catalogue/calendar",
    )
    assert placed("", "market_days.451423103", "en").name == "market days"
    assert placed("", "title").spot.rest == "title"
    assert placed("451423-gone", "name").page == ""


def test_all_that_lint_finds_in_a_full_item_and_its_library_has_a_page() -> None:
    changed = full_item(
        limits={"legal": "5wd", "promised": "20wd", "starts": "village"}, contact="", faq=None
    )
    library = {**LIBRARY, "unused": {"name": "没人要的材料"}}
    entries = check_catalogue(catalogue_file(changed, materials=library)).entries
    findings = findings_of(entries, date(2026, 11, 1))
    assert len(findings) > 3
    for one in Placing(entries, str, "zh").of(findings):
        assert one.name, one.spot.finding.where
        assert one.page, one.spot.finding.where
        assert one.edit, one.spot.finding.where
