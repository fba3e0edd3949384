"""A draft is found again, taken over, binned, carried over and copied into, in Chromium."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from station_agent.app import Station
from station_agent.clerks.calls import AddClerk, Proof
from tests.browser.console import MARKS
from tests.browser.desk import FANG, WORD, logs_in
from tests.builders.clerk import CLERK
from tests.station_agent.desk.visitor import open_visitor
from tests.station_agent.drafts import item_versions, two_items
from tests.station_agent.drafts.item_versions import ITEM, TEXTS, UNTIL
from tests.station_agent.drafts.two_items import ID, PERSON
from tests.station_agent.drafts.typing import FIRST, types
from tests.station_agent.village import Village

pytestmark = [*MARKS, pytest.mark.slow]

MEI, HERS = "陆秋梅", "刘三姐对歌不怕难"


@pytest.fixture
def village(tmp_path: Path) -> Village:
    return Village(tmp_path / "station", url="https://127.0.0.1:9")


@asynccontextmanager
async def desk(village: Village, station: Station, page: Page) -> AsyncIterator[str]:
    """With both clerks; the first one is logged in."""
    async with open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        by = Proof(clerk=FANG, password=WORD)
        await station.clerks.add(CLERK, AddClerk(name=MEI, password=HERS, by=by))
        await page.goto(f"{visitor.url}/today")
        await logs_in(page)
        await expect(page.get_by_role("heading", name="今天要做的")).to_be_visible()
        yield visitor.url


async def test_a_colleague_is_offered_the_draft_goes_on_with_it_and_bins_it(
    page: Page, village: Village
) -> None:
    async with village.open() as station, desk(village, station, page) as url:
        await page.goto(f"{url}/items/pension")
        await page.get_by_role("link", name="开始填表").click()
        await page.get_by_role("textbox").type("黄秀英")
        await expect(page.get_by_text("已存")).to_be_visible()
        await page.get_by_text(FANG).click()
        await page.get_by_role("button", name="退出登录").click()
        await logs_in(page, MEI, HERS)
        await expect(page.get_by_role("textbox")).to_be_focused()  # where it was locked
        await page.goto(f"{url}/items/pension")
        await page.get_by_role("link", name="开始填表").click()
        await expect(page.get_by_role("heading", name="有没交出去的草稿")).to_be_visible()
        await page.get_by_role("row", name="黄秀英").get_by_role("link", name="继续填").click()
        await expect(page.get_by_text(f"由{FANG}填过")).to_be_visible()
        await page.get_by_role("textbox").fill("黄秀英妹")
        await page.get_by_role("link", name="草稿", exact=True).click()
        await expect(page.get_by_role("row", name="黄秀英妹")).to_contain_text(f"{FANG}、{MEI}")
        await page.get_by_role("link", name="继续填").click()
        await page.get_by_role("button", name="放进回收站").click()
        await page.get_by_role("button", name="取回").click()
        await expect(page.get_by_role("row", name="黄秀英妹")).to_be_visible()


async def test_a_new_version_is_shown_before_the_draft_goes_over(
    page: Page, village: Village
) -> None:
    async with village.open() as station:
        await item_versions.publish(village, station, 2, 1)
        await types(station, TEXTS, FIRST, item=ITEM)
        await item_versions.publish(village, station, 3, 4, until=UNTIL)
        async with desk(village, station, page) as url:
            await page.goto(f"{url}/drafts")
            await page.get_by_role("link", name="继续填").click()
            await expect(page.get_by_text(f"按旧版交到 {UNTIL}")).to_be_visible()
            await page.get_by_role("link", name="看看有什么变化").click()
            await page.get_by_role("link", name="继续用旧版").click()
            await expect(page.get_by_role("textbox", name="电话")).to_have_value("0771")
            await page.get_by_role("link", name="看看有什么变化").click()
            await page.get_by_role("button", name="换成新版").click()
            await expect(page.get_by_label("备注")).to_have_value("独居")
            await page.get_by_text("现在不再问的").click()
            await expect(page.locator("s")).to_have_text("0771")
            await page.get_by_role("button", name="核对").click()
            await page.get_by_role("alert").get_by_role("link", name="卡号").click()
            await page.keyboard.type("6217")
            await page.get_by_role("button", name="核对").click()
            await page.get_by_role("button", name="交给县里").click()
            await expect(page.get_by_role("status")).to_contain_text("已存在本机")


async def test_the_number_that_was_typed_brings_the_warning_and_what_can_be_copied(
    page: Page, village: Village
) -> None:
    async with village.open() as station:
        await two_items.publish(village, station)
        await two_items.hands_in(station, PERSON, FIRST)
        async with desk(village, station, page) as url:
            await page.goto(f"{url}/items/stove/form")
            await page.get_by_label("身份证号").type(ID)
            await expect(page.get_by_text("同一位群众的这个事项")).to_be_visible()
            await expect(page.get_by_label("身份证号")).to_be_focused()
            await page.get_by_role("link", name="照抄其中几项").click()
            await page.get_by_role("checkbox", name="电话").check()
            await page.get_by_role("button", name="抄进来").click()
            await expect(page.get_by_role("textbox", name="电话")).to_have_value(PERSON["phone"])
            await expect(page.get_by_label("姓名")).to_have_value("")
