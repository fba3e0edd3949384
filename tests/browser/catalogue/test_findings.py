"""What was found in a draft, told in words, each with a link to where it is mended."""

import re

from playwright.async_api import Page, expect

from tests.browser.catalogue.catalogue import no_wider_than_the_window
from tests.browser.console import MARKS, Console
from tests.builders.catalogue.full_item import CODE

pytestmark = MARKS
_RAW = re.compile(r"[a-z_]+(\[\d+\])?\.[a-z_]+")  # limits.legal, flow[2].limit


async def draft_with_doubts(county: Console, page: Page, name: str) -> str:
    """The address of a draft whose item says something doubtful."""
    await county.add_staff(name, "author")
    await county.enter(page, name)
    await page.goto(f"{county.url}/catalogue/items/{CODE}/edit")
    await page.locator("#contact > summary").click()
    await page.get_by_label("投诉方式").fill("8812345")
    await page.locator("#flow > summary").click()
    await page.locator("#flow .item-row > summary").nth(1).click()
    await page.locator("[name='flow.1.post']").fill("")
    await page.get_by_role("button", name="存为草稿").click()
    await page.get_by_role("link", name="看这份草稿").click()
    await expect(page.locator("h1")).to_contain_text("草稿")
    return page.url


async def test_a_finding_of_a_draft_leads_to_its_field(county: Console, page: Page) -> None:
    await draft_with_doubts(county, page, "finder")
    places = page.locator("table.findings").first.locator("tbody th")
    await expect(places.filter(has_text="投诉方式").first).to_contain_text("特困人员认定")
    for text in await page.locator("table.findings tbody th").all_inner_texts():
        assert not _RAW.search(text), text
    await no_wider_than_the_window(page)
    row = places.filter(has_text="办理流程 第 2 条").first
    await row.get_by_role("link").click()
    await expect(page.locator("[name='flow.1.post']")).to_be_in_viewport()  # it was unfolded


async def test_the_places_are_english_on_an_english_page(county: Console, page: Page) -> None:
    path = await draft_with_doubts(county, page, "reader-of-english")
    await page.goto(f"{county.url}/language/en?back={path.removeprefix(county.url)}")
    places = page.locator("table.findings").first.locator("tbody th")
    await expect(places.filter(has_text="Complaints").first).to_be_visible()
    await places.filter(has_text="Complaints").first.get_by_role("link").click()
    await expect(page.locator("[name=complaint]")).to_be_focused()
