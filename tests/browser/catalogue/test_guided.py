"""A field and a simple fee are added to an item in a real browser, without JSON."""

from playwright.async_api import Page, expect

from tests.browser.console import MARKS, Console
from tests.builders.catalogue.full_item import CODE

pytestmark = MARKS


async def test_a_field_and_a_fee_are_added_by_those_who_know_no_json(
    county: Console, page: Page
) -> None:
    await county.add_staff("guided", "author")
    await county.enter(page, "guided")
    await page.goto(f"{county.url}/catalogue/items/{CODE}/edit")
    await page.locator("#form > summary").click()
    field = page.get_by_role("group", name="加一个栏目")
    await field.get_by_label("新栏目名称").fill("养了几头牛")
    await field.get_by_label("填什么").select_option("整数")
    await page.locator("#fees > summary").click()
    fee = page.get_by_role("group", name="加一条简单的收费")
    for label, value in (("金额", "5"), ("收费依据", "示例"), ("由谁收", "县民政局")):
        await fee.get_by_label(label).fill(value)
    await fee.get_by_label("从哪天起").fill("2027-01-01")
    for width in (390, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.get_by_role("button", name="检查").click()
    schema = page.get_by_label("表单（JSON Schema）")
    assert "养了几头牛" in await schema.input_value()
    assert "示例" in await page.get_by_label("收费规则（JSON）").input_value()
    await expect(page.get_by_label("新栏目名称")).to_have_value("")  # it is added once
    await page.get_by_role("button", name="存为草稿").click()
    await expect(page.locator("#form")).to_contain_text("养了几头牛")
    await expect(page.locator("#fees")).to_contain_text("5元")
