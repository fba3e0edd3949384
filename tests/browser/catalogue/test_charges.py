"""A fee rule is written and tried in a real browser by those who know no JSON."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.catalogue.catalogue import no_wider_than_the_window
from tests.browser.console import MARKS, Console
from tests.builders.catalogue.full_item import CODE

pytestmark = [*MARKS, pytest.mark.slow]
_ITEM = f"/catalogue/items/{CODE}"


async def unfold(page: Page, *parts: str) -> None:
    for part in parts:
        await page.locator(f"#{part} > summary").click()


async def test_a_new_rule_is_written_checked_tried_and_saved(county: Console, page: Page) -> None:
    await county.add_staff("fees", "author")
    await county.enter(page, "fees")
    await page.goto(f"{county.url}{_ITEM}/edit")
    await unfold(page, "fees")
    await page.get_by_role("link", name="加一条收费标准").click()
    how = page.locator("#how")
    await page.locator("[name='how.kind']").select_option("分档累进（每档各按各的价）")
    await expect(page.locator("[name='how.percent']")).to_be_hidden()  # of another kind
    await how.get_by_label("数量是哪一项").fill("住房间数")
    await page.locator("[name='how.unit']").fill("间")
    await how.get_by_label("各档").fill("3：0\n10：5\n以上：10-20")
    await page.get_by_role("button", name="存为草稿", exact=True).click()
    await expect(how.locator("small.fault")).to_contain_text("幅度须先由县里定下一个数")
    await expect(page.locator("#rule small.fault").first).to_have_text("还没有填，这里必须填")
    tiers = how.get_by_label("各档")
    await expect(tiers).to_have_value("3：0\n10：5\n以上：10-20")  # what was typed is still there
    await no_wider_than_the_window(page)
    await tiers.fill("3：0\n10：5\n以上：20")
    await page.get_by_label("收费依据").fill("桂价费〔2026〕1号")
    await page.get_by_label("执收单位").fill("县民政局")
    await page.get_by_label("从哪天起").fill("2027-01-01")
    await page.keyboard.press("Tab")
    found = page.locator("#findings")
    await expect(found).to_contain_text("超额累进，每间：3间以内 0元")
    await found.get_by_label("住房间数").fill("12")
    await page.keyboard.press("Tab")
    await expect(found.locator("tfoot")).to_contain_text("75.00")  # 3 × 0, 7 × 5, 2 × 20
    await page.get_by_role("button", name="存为草稿", exact=True).click()
    await expect(page.locator("#fees")).to_contain_text("超额累进，每间")
    await expect(page.locator("#fees")).to_contain_text("2025-01-01 至 2026-12-31")  # the old one


async def test_a_rule_that_is_there_is_changed_and_taken_out(county: Console, page: Page) -> None:
    await county.add_staff("fees2", "author")
    await county.enter(page, "fees2")
    await page.goto(f"{county.url}{_ITEM}/charges/1")
    await unfold(page, "examples")
    await page.locator("#examples >> details.item-row >> nth=0").locator("> summary").click()
    await page.locator("[name='examples.0.total']").fill("23")
    await page.get_by_role("button", name="存为草稿", exact=True).click()
    await expect(page.locator("#examples small.fault")).to_contain_text("算出 22.00")
    await page.locator("[name='examples.0.total']").fill("22")
    await page.get_by_role("button", name="存为草稿", exact=True).click()
    await expect(page.locator("#fees")).to_contain_text("登记费")
    draft = page.url.partition("draft=")[2].partition("&")[0]
    await page.goto(f"{county.url}{_ITEM}/charges/1?draft={draft}")
    await page.get_by_role("button", name="删去这条标准").click()
    await expect(page).to_have_url(f"{county.url}{_ITEM}?draft={draft}&saved=1#fees")
    await expect(page.locator("main")).not_to_contain_text("登记费")
    await page.goto(f"{county.url}{_ITEM}/charges/9")
    await expect(page.locator("main")).to_contain_text("没有")
