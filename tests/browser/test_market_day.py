"""Market day and practice: numbers, a stack of people and a training desk, in a real Chromium."""

from pathlib import Path
from types import SimpleNamespace
from typing import cast

from playwright.async_api import Page, expect

from tests.browser.console import MARKS
from tests.browser.desk import asked, first_clerk, logs_in, running
from tests.station_agent.village import Village

pytestmark = MARKS


async def a_station(tmp_path: Path) -> Village:
    village = Village(tmp_path / "station", url="https://127.0.0.1:9")
    async with village.open():
        pass
    return village


async def test_waiting_numbers_survive_a_power_cut_and_skipped_ones_come_back(
    page: Page, tmp_path: Path
) -> None:
    village = await a_station(tmp_path)
    async with running(village) as agent:
        await first_clerk(page, village)
        for _ in range(3):
            await page.goto(f"{agent.url}/queue")
            await page.get_by_role("button", name="发一个号").click()  # and on to its paper
        await page.goto(f"{agent.url}/queue")
        await page.get_by_role("button", name="叫下一个：1 号").click()
        await page.get_by_role("button", name="没有人来，过号").click()
        await page.get_by_role("button", name="叫下一个：2 号").click()
        await expect(page.locator("p.called")).to_have_text("2 号")
        await agent.power_cut()
    async with running(village) as again:
        await page.goto(f"{again.url}/queue")
        await logs_in(page)
        await page.goto(f"{again.url}/queue")
        await expect(page.locator("p.called")).to_have_text("2 号")
        await expect(page.locator("p.numbers span")).to_have_text(["3"])
        await page.get_by_role("button", name="回到原来的位置").click()
        await page.get_by_role("button", name="叫下一个：1 号").click()
        await expect(page.locator("p.called")).to_have_text("1 号")
        await page.goto(f"{again.url}/queue-screen")  # without a login, and with numbers alone
        await expect(page.locator("p.big")).to_contain_text("1")


async def test_a_table_of_people_becomes_one_application_each_and_none_twice(
    page: Page, tmp_path: Path
) -> None:
    village = await a_station(tmp_path)
    async with running(village) as agent:
        await first_clerk(page, village)
        await page.goto(f"{agent.url}/find")
        await page.get_by_role("textbox").fill("养老")
        await page.get_by_role("button", name="找").click()
        await page.get_by_role("link", name="养老保险").click()
        await page.get_by_role("link", name="给一批人办").click()
        await page.get_by_role("button", name="下一步：填各人的表").click()
        await page.get_by_label("一人一行").fill("黄秀英\n韦小宝\n农大山")
        await page.get_by_role("button", name="加进表里").click()
        await expect(page.get_by_text("可以交 3 人")).to_be_visible()
        table = page.url
        await page.get_by_role("button", name="交给县里（3 件）").click()
        await expect(page.get_by_role("status")).to_contain_text("存在本机、等待送出：3 件")
        await page.goto(table)
        await expect(page.get_by_role("button", name="交给县里（0 件）")).to_be_disabled()
        await agent.power_cut()
    status = await asked(village, "status")
    assert status["counts"]["saved"] == 3  # type: ignore[index]


async def test_practice_is_marked_on_every_page_and_reaches_nobody(
    page: Page, tmp_path: Path
) -> None:
    village = await a_station(tmp_path)
    folder = tmp_path / "practice"
    async with running(village):
        await asked(village, "train", str(folder))
    practice = cast("Village", SimpleNamespace(data=folder))
    async with running(practice) as agent:
        await first_clerk(page, practice)
        marked = page.locator("body.training[data-mark='练习']")
        await expect(marked).to_be_visible()
        await page.goto(f"{agent.url}/find")
        await expect(marked).to_be_visible()
        await page.get_by_role("textbox").fill("养老")
        await page.get_by_role("button", name="找").click()
        await page.get_by_role("link", name="养老保险").click()
        await page.get_by_role("link", name="开始填表").click()
        await page.get_by_role("textbox").fill("练习的人")
        await page.get_by_role("button", name="核对").click()
        await page.get_by_role("link", name="下一步：核对").click()
        await page.get_by_role("button", name="交给县里").click()
        await expect(page.get_by_role("status")).to_contain_text("已存在本机")
        await expect(marked).to_be_visible()
    counts = [(await asked(one, "status"))["counts"] for one in (practice, village)]
    assert [one.get("saved", 0) for one in counts] == [1, 0]  # type: ignore[attr-defined]
