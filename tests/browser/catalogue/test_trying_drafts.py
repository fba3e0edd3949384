"""What a draft would cost and ask, tried out in a real browser before anybody approves it."""

import json

from playwright.async_api import Page, expect

from tests.browser.catalogue.catalogue import no_wider_than_the_window
from tests.browser.console import MARKS, Console
from tests.builders.catalogue.full_item import CODE, full_item

pytestmark = MARKS


async def save_a_draft(county: Console, page: Page, name: str) -> None:
    """An item whose fee and form are others, as a draft of its author; its page is shown."""
    item = full_item()
    rules = item["fee_rules"]
    rules[0]["examples"] = rules[0]["relief"] = []
    rules[0]["form"] = {"kind": "fixed", "amount": "7"}
    schema = item["schema"]
    schema["properties"]["newly_asked"] = {"type": "string", "title": "新问的", "maxLength": 9}
    schema["required"] = [*schema.get("required", []), "newly_asked"]
    await county.add_staff(name, "author")
    await county.enter(page, name)
    await page.goto(f"{county.url}/catalogue/items/{CODE}/edit")
    for part, label, value in (
        ("fees", "收费规则（JSON）", rules),
        ("form", "表单（JSON Schema）", schema),
        ("examples", "样例（JSON）", []),
    ):
        await page.locator(f"#{part} > summary").click()
        await page.get_by_label(label).fill(json.dumps(value, ensure_ascii=False))
    await page.get_by_role("button", name="存为草稿").click()
    await expect(page.get_by_text("请另一人审核。")).to_be_visible()


async def test_a_fee_of_a_draft_is_tried_out_beside_the_present_one(
    county: Console, page: Page
) -> None:
    await save_a_draft(county, page, "fees")
    await page.get_by_role("link", name="试算收费").click()
    await expect(page.get_by_role("status")).to_contain_text("还没有发布")
    await expect(page.locator(".fees tfoot")).to_contain_text("7.00")
    await expect(page.locator("dl.facts")).to_contain_text("草稿")
    await page.get_by_label("哪一天").fill("2000-01-01")
    await page.get_by_role("button", name="计算").click()
    await expect(page.get_by_role("status")).to_contain_text("还没有发布")  # it is the draft still
    await expect(page.get_by_text("这一天没有生效的收费标准")).to_be_visible()
    await no_wider_than_the_window(page)
    await page.get_by_role("link", name="看现行的").click()
    await expect(page.get_by_label("页数（页）")).to_be_visible()


async def test_a_form_of_a_draft_is_filled_in_checked_and_printed(
    county: Console, page: Page
) -> None:
    await save_a_draft(county, page, "forms")
    draft = page.url.partition("draft=")[2].partition("&")[0]
    await page.get_by_role("link", name="试填表单").click()
    await page.get_by_label("住房间数").first.fill("多")
    await page.get_by_role("button", name="核对").click()
    await expect(page.locator("section.trouble")).to_contain_text("新问的")  # asked by the draft
    await page.get_by_label("新问的").fill("填了")
    await page.get_by_role("button", name="核对").click()
    await expect(page.get_by_label("新问的")).to_have_value("填了")
    await expect(page.locator("section.trouble")).not_to_contain_text("新问的")
    await expect(page.get_by_role("status").first).to_contain_text("还没有发布")
    await no_wider_than_the_window(page)
    await page.get_by_role("button", name="打印已填的表").click()
    await expect(page.locator("body")).to_contain_text("填了")
    await expect(page.locator("body")).to_contain_text(f"草稿 {draft}")  # nobody hands it in
    await page.goto(f"{county.url}/catalogue/items/{CODE}/form")
    await expect(page.get_by_label("新问的")).to_have_count(0)
