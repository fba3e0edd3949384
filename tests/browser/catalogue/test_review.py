"""A draft of the catalogue in a real browser: refused, edited, its approval voided, published."""

import json
import re
from pathlib import Path
from typing import Any

import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.console import MARKS, Console

pytestmark = MARKS

LONGZHOU = Path(__file__).parents[3] / "examples" / "longzhou" / "catalogue.json"
WIDTHS = (1024, 390)


async def propose(console: Console, name: str, *more: object) -> Any:
    """The first item of the sample county gets another name, as a draft of the author's."""
    document = json.loads(LONGZHOU.read_text("utf-8"))
    document["items"][0]["name"] = name
    file = console.sandbox.folder / f"{name}.json"
    file.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    command = ("yizhan-county", "catalogue", "propose", console.county.data, file)
    return json.loads(await console.sandbox.run(*command, "--author", "editor", *more, "--json"))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def county(console: Console) -> Console:
    """The sample county's catalogue is published, and there is one account for each right."""
    for name, role in (("editor", "author"), ("second", "reviewer"), ("third", "publisher")):
        await console.add_staff(name, role)
    await console.sandbox.run("yizhan-county", "publish", console.county.data, LONGZHOU)
    return console


async def no_wider_than_the_window(page: Page) -> None:
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 768})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_each_begins_where_the_own_work_is(county: Console, page: Page) -> None:
    for name, path in (("editor", "/catalogue"), ("second", "/catalogue/drafts")):
        await page.context.clear_cookies()
        await county.log_in(page, name)
        await expect(page).to_have_url(f"{county.url}{path}")
        await expect(
            page.locator("header nav").get_by_role("link", name="事项目录")
        ).to_be_visible()


async def log_in_as(county: Console, page: Page, name: str, path: str) -> None:
    await page.context.clear_cookies()
    await county.enter(page, name)
    await page.goto(f"{county.url}{path}")


async def approve(page: Page) -> None:
    await page.get_by_label("已看完改动和检查结果").check()
    await page.get_by_role("button", name="审核通过").click()


async def go_on(county: Console, page: Page, draft: str) -> None:
    """The author sees why it was sent back, and goes on from there."""
    await log_in_as(county, page, "editor", draft)
    await expect(page.locator("main")).to_contain_text("名称与国家目录不一致")
    await page.get_by_role("link", name="接着改").click()
    await expect(page.get_by_label("事项名称")).to_have_value("城乡养老参保")


async def refuse_a_day_that_is_over(county: Console, page: Page, draft: str) -> None:
    """The publisher is told in words of the page, and what was typed stays to be mended."""
    await log_in_as(county, page, "third", draft)
    day = page.get_by_label("起用日期")
    await day.fill("2020-01-01")
    await page.get_by_role("button", name="发布").click()
    await expect(page.get_by_role("alert")).to_contain_text("起用日期 2020-01-01 已经过去")
    await expect(page.get_by_role("alert")).not_to_contain_text("--from")
    await expect(day).to_have_value("2020-01-01")
    await day.fill("")


async def refuse(county: Console, page: Page, first: dict[str, Any]) -> None:
    """The second person reads old and new side by side, and sends the draft back to its author."""
    await log_in_as(county, page, "second", "/catalogue/drafts")
    await expect(page.locator("main")).to_contain_text("本县没有要求第二人审核")
    await page.get_by_role("link", name=f"草稿 {first['draft']}", exact=True).click()
    row = page.locator("table.compare tbody tr").first
    await expect(row.locator("del")).to_have_text("城乡居民基本养老保险参保登记")
    await expect(row.locator("ins")).to_have_text("城乡养老参保")
    await expect(page.locator(".digest")).to_have_text(first["digest"])
    await no_wider_than_the_window(page)
    await expect(page.get_by_role("button", name="发布")).to_have_count(0)
    await page.get_by_label("要改什么").fill("名称与国家目录不一致")
    await page.get_by_role("button", name="退回").click()
    await expect(page.locator("main")).to_contain_text("已退回，待修改")
    await go_on(county, page, f"/catalogue/drafts/{first['draft']}")


async def go_back(county: Console, page: Page) -> None:
    """An author, and nobody else, makes a draft of the first release."""
    await expect(page.get_by_role("button", name=re.compile("退回到"))).to_have_count(0)
    await log_in_as(county, page, "editor", "/catalogue/history/1")
    await page.get_by_role("button", name="退回到这一版").click()
    await expect(page.locator("h1")).to_contain_text("待审核")


async def test_the_whole_way_of_a_draft(county: Console, page: Page) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    first = await propose(county, "城乡养老参保")
    draft = f"/catalogue/drafts/{first['draft']}"
    await refuse(county, page, first)
    second = await propose(county, "城乡居民养老参保", "--draft", first["draft"])
    await log_in_as(county, page, "second", draft)
    third = await propose(county, "养老参保登记", "--draft", first["draft"])  # while it is read
    await approve(page)
    await expect(page.get_by_role("alert")).to_contain_text("草稿内容与指明的摘要不符")
    await expect(page.locator(".digest")).to_have_text(third["digest"])
    await approve(page)
    await expect(page.locator("h1")).to_contain_text("审核通过，待发布")

    await propose(county, "城乡居民养老参保", "--draft", first["draft"])  # an edit voids it
    await log_in_as(county, page, "third", draft)
    await expect(page.locator("h1")).to_contain_text("待审核")
    await expect(page.get_by_role("button", name="发布")).to_have_count(0)
    await expect(page.locator(".steps")).to_contain_text("修改，原审核作废 editor")
    await log_in_as(county, page, "second", draft)
    await approve(page)
    await expect(page.locator(".digest")).to_have_text(second["digest"])

    await refuse_a_day_that_is_over(county, page, draft)
    await page.get_by_role("button", name="发布").click()
    await expect(page.get_by_role("status")).to_contain_text("目录第 2 版")
    await page.goto(f"{county.url}/catalogue/history")
    await expect(page.locator("tbody tr").first).to_contain_text("second")
    await expect(page.locator("tbody tr").nth(1)).to_contain_text("未经第二人审核")
    await no_wider_than_the_window(page)
    await page.get_by_role("link", name="第 2 版").click()
    await expect(page.locator("ins").first).to_have_text("城乡居民养老参保")
    await go_back(county, page)


async def test_nobody_approves_what_is_one_s_own(county: Console, page: Page) -> None:
    """On a page the account counts; who writes and who approves are not the same role either."""
    page.on("dialog", lambda dialog: dialog.accept())
    document = ("yizhan-county", "catalogue", "export", county.county.data, "--to")
    file = county.sandbox.folder / "own.json"
    await county.sandbox.run(*document, file)
    text = file.read_text("utf-8").replace("城乡居民", "城乡", 1)
    file.write_text(text, "utf-8")
    command = ("yizhan-county", "catalogue", "propose", county.county.data, file)
    made = await county.sandbox.run(*command, "--author", "ＳＥＣＯＮＤ", "--json")
    draft = f"/catalogue/drafts/{json.loads(made)['draft']}"

    await log_in_as(county, page, "second", draft)
    await approve(page)
    await expect(page.get_by_role("alert")).to_contain_text("不能是同一个人")
    await log_in_as(county, page, "editor", draft)
    await expect(page.get_by_role("button", name="审核通过")).to_have_count(0)
    await page.get_by_role("button", name="撤回").click()
    await expect(page.locator("h1")).to_contain_text("已撤回")
