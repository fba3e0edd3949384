"""On English pages the program's own words are English; only what the county wrote is Chinese."""

import json
import re

from playwright.async_api import Page, expect

from tests.browser.catalogue.catalogue import LONGZHOU
from tests.browser.console import MARKS, Console
from tests.builders.catalogue.full_item import CODE, LIBRARY, full_item

pytestmark = MARKS

_CHINESE = re.compile("[\u4e00-\u9fff]+")
_COUNTY = LONGZHOU.read_text("utf-8") + json.dumps([full_item(), LIBRARY], ensure_ascii=False)


async def chinese_of(page: Page, where: str) -> list[str]:
    """What is Chinese there and stands nowhere in the county's catalogue."""
    texts = await page.locator(where).all_inner_texts()
    found = [run for text in texts for run in _CHINESE.findall(text)]
    return [run for run in found if run not in _COUNTY]


async def read_english(county: Console, page: Page, name: str) -> None:
    await county.add_staff(name, "author")
    await county.enter(page, name)
    await page.goto(f"{county.url}/language/en?back=/catalogue")


async def test_what_is_found_in_an_item_is_told_in_english(county: Console, page: Page) -> None:
    await read_english(county, page, "reader")
    await page.goto(f"{county.url}/catalogue/items/{CODE}/edit")
    await page.locator("#limits > summary").click()
    await page.locator("[name='limits.promised']").fill("soon")
    await page.locator("#contact > summary").click()
    await page.locator("[name=complaint]").fill("8812345")
    await page.get_by_role("button", name="Check", exact=True).click()
    await expect(page.locator("#findings li.bad").first).to_contain_text("a limit is written 5wd")
    assert await chinese_of(page, "#findings li, .fault, .doubt") == []
    await page.locator("[name='limits.promised']").fill("40wd")
    await page.get_by_role("button", name="Check", exact=True).click()
    told = page.locator("#findings li")
    await expect(told.first).to_contain_text("working days are promised, the law gives")
    assert await told.count() > 3
    assert await chinese_of(page, "#findings li, .fault, .doubt") == []
    assert await chinese_of(page, ".sections select option") == []  # codes of the standard


async def test_hints_of_forms_rules_of_markets_and_changes_are_english(
    county: Console, page: Page
) -> None:
    await read_english(county, page, "translator")
    for code in (CODE, "451423-001", "451423-059"):
        await page.goto(f"{county.url}/catalogue/items/{code}/form")
        assert await chinese_of(page, "form.card small") == [], code
    await page.goto(f"{county.url}/catalogue/calendar?month=2026-10")
    assert await chinese_of(page, "#rules td") == []
    assert await chinese_of(page, "td.day .why") == []
    await page.goto(f"{county.url}/catalogue/due?from=2026-02-10&limit=7d")
    await expect(page.locator(".why-days")).to_contain_text(
        "2026-02-16 Mon, Spring Festival: day 6"
    )
    assert await chinese_of(page, ".why-days") == []
    await page.goto(f"{county.url}/catalogue/items/{CODE}")
    for part, told in (
        ("#fees", "0.5 yuan per 页, the first 2 页 free"),
        ("#materials", "“是否残疾” is “是”"),
        ("#form", "at most 30 characters"),
    ):
        await expect(page.locator(part)).to_contain_text(told)
    assert await chinese_of(page, "#fees td, #materials td, #form td, #rules td") == []
    await page.goto(f"{county.url}/catalogue/items/{CODE}/fee?fact.原因=丢失补领&fact.页数=6")
    await expect(page.locator(".fees tbody")).to_contain_text("4页 × 0.5 yuan")
    assert await chinese_of(page, ".fees td, .card p .line, .fees th") == []
    await page.goto(f"{county.url}/catalogue/materials/id-card/edit")
    await page.get_by_label("Copies").fill("3")
    await page.get_by_role("button", name="Save as a draft").click()
    await page.get_by_role("link", name="See the draft").first.click()
    assert await chinese_of(page, ".change th, .change .facts-line") == []
