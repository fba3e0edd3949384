"""Whoever withdraws an item in a real browser sees first how many applications are under way."""

import json

from playwright.async_api import Page, expect

from tests.browser.catalogue.catalogue import no_wider_than_the_window
from tests.browser.console import MARKS, Console
from tests.browser.test_console import SAMPLE

pytestmark = MARKS


async def test_applications_under_way_are_counted_before_an_item_is_withdrawn(
    county: Console, page: Page
) -> None:
    box, folder, item = county.sandbox, county.sandbox.folder, SAMPLE["item"]
    county.county.node = "451423"  # a parent may be named by its division code
    station = await box.station("village", "451423103298", "板池村", county.county)
    (folder / "form.json").write_text(json.dumps(SAMPLE["form"], ensure_ascii=False), "utf-8")
    await county.add_staff("remover", "author")
    await county.enter(page, "remover")
    await page.goto(f"{county.url}/catalogue/items/{item}/withdraw")
    await expect(page.locator("#under-way")).to_contain_text("县里没有还没办结的")
    await box.run("yizhan-station", "exchange", station.data)
    await box.ask(station, "submit", "--item", item, "--form", folder / "form.json")
    await box.run("yizhan-station", "exchange", station.data)
    await page.reload()
    await expect(page.locator("#under-way")).to_contain_text("县里还有 1 件没有办结")
    await no_wider_than_the_window(page)
    await page.get_by_label("已看懂上面的后果").check()
    await page.get_by_role("button", name="提出撤下").click()
    await expect(page.locator(".change")).to_contain_text("在办 1 件")  # the reviewer sees it, too
    await page.get_by_role("link", name="English").click()
    await expect(page.locator(".change")).to_contain_text("1 case under way")
