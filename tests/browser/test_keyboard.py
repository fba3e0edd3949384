"""A handler's day by keyboard alone: no step of it needs a mouse."""

import pytest
from playwright.async_api import Locator, Page, expect

from central.county.casework.calls import ListCases
from tests.browser.console import MARKS
from tests.browser.test_ways import HANDLER
from tests.browser.world import World

pytestmark = [*MARKS, pytest.mark.slow, pytest.mark.timeout(600)]

TWICE = "451423-025"  # an item for which somebody applied twice
_MOST_TABS = 60  # more than that nobody presses
_IS_FOCUSED = "one => one === document.activeElement"


async def tab_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Go there with the key for it."""
    for _ in range(_MOST_TABS):
        await page.keyboard.press(key)
        if await wanted.evaluate(_IS_FOCUSED):
            return
    raise AssertionError(f"{_MOST_TABS} presses did not lead to {wanted}")


async def back_to(page: Page, wanted: Locator) -> None:
    """The same, the other way."""
    await tab_to(page, wanted, key="Shift+Tab")


async def press(page: Page, wanted: Locator) -> None:
    await tab_to(page, wanted)
    await page.keyboard.press("Enter")


async def test_a_case_is_found_by_one_character_taken_and_asked_to_be_corrected(
    world: World, page: Page
) -> None:
    listed = await world.shown.county.case_room.list.page(ListCases(item=TWICE), limit=9)
    found = next(one for one in listed.cases if one.state == "complete" and one.applicant)
    await world.enter(page, HANDLER, "/cases")
    await tab_to(page, page.get_by_label("申请人姓名"))
    await page.keyboard.type(str(found.applicant)[-1])
    await page.keyboard.press("Enter")
    await press(page, page.get_by_role("link", name=found.case))
    await press(page, page.get_by_role("link", name="接办", exact=True))
    await press(page, page.get_by_role("button", name="接办"))
    await expect(page.get_by_role("status").first).to_contain_text("已办：接办")
    await press(page, page.get_by_role("link", name="告知补正"))
    await tab_to(page, page.locator("input[name=mark]").first)
    await page.keyboard.press("Space")
    await tab_to(page, page.locator("input[name^='words.']").first)
    await page.keyboard.type("请补签名")
    await page.keyboard.press("Enter")  # at once: there may be a hundred fields behind it
    await expect(page.get_by_role("status").first).to_contain_text("已办：告知补正")
    await expect(page.locator("main")).to_contain_text("请补签名")


async def test_several_are_ticked_and_looked_at_before_they_are_decided(
    world: World, page: Page
) -> None:
    await world.enter(page, HANDLER, "/worklist?whose=all")
    tick = page.locator("input[name=case]").first
    case = await tick.get_attribute("value")
    await tab_to(page, tick)
    await page.keyboard.press("Space")
    await back_to(page, page.get_by_role("link", name="跳到批量决定"))  # over fifty rows
    await page.keyboard.press("Enter")
    await tab_to(page, page.get_by_label("理由"))
    await page.keyboard.type("符合条件")
    await press(page, page.get_by_role("button", name="看勾选的"))
    await expect(page.locator("main")).to_contain_text(str(case))


async def test_the_telephone_is_answered(world: World, page: Page) -> None:
    listed = await world.shown.county.case_room.list.page(ListCases(), limit=1)
    await world.enter(page, HANDLER, "/telephone")
    await tab_to(page, page.get_by_label("编号"))
    await page.keyboard.type(listed.cases[0].case)
    await page.keyboard.press("Tab")
    await page.keyboard.type("0000")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.get_by_label("编号")).to_have_value(listed.cases[0].case)
