"""The fields and conditions of a form are edited in a real browser by those who know no JSON."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.catalogue.catalogue import no_wider_than_the_window
from tests.browser.console import MARKS, Console
from tests.builders.catalogue.full_item import CODE

pytestmark = [*MARKS, pytest.mark.slow]
_FIELDS = f"/catalogue/items/{CODE}/fields"


async def opened(page: Page, part: str, number: int) -> str:
    """Unfold the row of a list; where it is."""
    found = f"#{part} >> details.item-row >> nth={number - 1}"
    await page.locator(found).locator("> summary").click()
    return found


async def test_a_field_is_renamed_and_moved_by_its_button(county: Console, page: Page) -> None:
    await county.add_staff("forms", "author")
    await county.enter(page, "forms")
    await page.goto(f"{county.url}/catalogue/items/{CODE}/edit")
    await page.locator("#form > summary").click()
    await page.get_by_role("link", name="逐栏修改表单").click()
    await expect(page.locator("#findings")).to_contain_text("没有改动，草稿接着用")
    first = page.locator(await opened(page, "fields", 1))
    await first.locator("[name='fields.0.title']").fill("户主姓名")
    await page.keyboard.press("Tab")  # the field is left: it has changed
    await expect(page.locator("#findings")).to_contain_text("草稿接着用，村里须再核对一遍")
    await first.get_by_role("button", name="下移").click()
    moved = page.locator("[name='fields.1.title']")
    await expect(moved).to_have_value("户主姓名")
    await expect(moved).to_be_visible()  # the row that was moved is unfolded
    await no_wider_than_the_window(page)
    await page.get_by_role("button", name="存为草稿").click()
    await expect(page.locator("#form")).to_contain_text("户主姓名")


async def test_a_field_that_must_be_filled_is_added_and_the_page_says_what_becomes_of_drafts(
    county: Console, page: Page
) -> None:
    await county.add_staff("fields", "author")
    await county.enter(page, "fields")
    await page.goto(f"{county.url}{_FIELDS}")
    new = page.locator("#fields >> details.item-row", has_text="加一条").first
    await new.locator("> summary").click()
    await new.get_by_label("栏目叫什么").fill("养了几头牛")
    await new.get_by_label("填什么").select_option("整数")
    await expect(new.get_by_label("最多几个字")).to_be_hidden()  # of texts alone
    await new.get_by_label("最大").fill("很多")
    await new.get_by_label("必须填写").select_option("是")
    await page.get_by_role("button", name="存为草稿").click()
    await expect(page.locator("small.fault", has_text="应是数字")).to_be_visible()
    most = page.get_by_label("最大").and_(page.locator("[aria-invalid]"))
    await expect(most).to_have_value("很多")  # what was typed is still there
    await most.fill("99")
    await page.get_by_role("button", name="存为草稿").click()
    await expect(page.locator("#findings")).to_contain_text("表单新增必填的“养了几头牛”")
    await expect(page.locator("#findings")).to_contain_text("旧草稿按旧版办到")
    await expect(page.locator("#examples")).to_contain_text("缺少必填栏目“养了几头牛")
    said = page.locator("[name='examples.0.answers']")
    await said.fill(f"{await said.input_value()}\n养了几头牛：3")
    await page.get_by_role("button", name="存为草稿").click()
    await expect(page.locator("#form")).to_contain_text("养了几头牛")


async def test_a_condition_is_written_without_json(county: Console, page: Page) -> None:
    await county.add_staff("rules", "author")
    await county.enter(page, "rules")
    await page.goto(f"{county.url}{_FIELDS}")
    await page.locator("#rules > summary").click()
    new = page.locator("#rules >> details.item-row", has_text="加一条").first
    await new.locator("> summary").click()
    await new.get_by_label("看哪一栏").first.select_option("rooms")
    await new.get_by_label("怎样比").first.select_option("不小于")
    await new.get_by_label("值").first.fill("6")
    await new.get_by_label("符合时").select_option("就必须填")
    await new.get_by_role("group", name="哪些栏目").get_by_label("村").first.check()
    await new.get_by_label("对填表人说的话").fill("六间以上的请写村名")
    await page.get_by_role("button", name="存为草稿").click()
    await expect(page.locator("main")).to_contain_text("六间以上的请写村名")


async def test_nobody_overwrites_unseen_what_another_has_saved(county: Console, page: Page) -> None:
    await county.add_staff("forms2", "author")
    await county.enter(page, "forms2")
    await page.goto(f"{county.url}{_FIELDS}")
    await page.evaluate("document.querySelector('[name=seen]').value = 'older'")
    await page.get_by_role("button", name="存为草稿").click()
    await expect(page.locator("#findings")).to_contain_text("您打开本页以后，别人改过这里")
    assert Path(page.url).name == "fields"
