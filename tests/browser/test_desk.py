"""A clerk takes her first application: a real Chromium, a running agent, its port from joining."""

from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser.console import MARKS
from tests.browser.desk import FANG, WORD, asked, first_clerk, running
from tests.station_agent.village import Village

pytestmark = MARKS


async def reads_out_and_hands_in(page: Page, name: str) -> None:
    """Back and forward, in both languages, and back after it was handed in."""
    for _ in range(2):  # over the papers, of which there are none
        await page.go_back()
    await expect(page.get_by_role("textbox")).to_have_value(name)
    for _ in range(2):
        await page.go_forward()
    await page.get_by_role("link", name="English").click()
    await expect(page.get_by_text(name)).to_be_visible()
    await page.get_by_role("link", name="中文").click()
    await page.get_by_role("link", name="回去改").click()
    await expect(page.get_by_role("textbox")).to_have_value(name)
    await page.get_by_role("button", name="核对").click()
    await page.get_by_role("link", name="下一步：核对").click()
    await page.get_by_role("button", name="交给县里").click()
    await expect(page.get_by_role("status")).to_contain_text("已存在本机")
    await page.go_back()
    await expect(page.get_by_role("link", name="← 全部申请")).to_be_visible()


async def take_in(page: Page, name: str) -> None:
    """In Chinese, by what people call it, with a field forgotten at first."""
    await page.get_by_role("link", name="受理").click()
    await page.get_by_role("textbox").fill("养老")
    await page.get_by_role("button", name="找").click()
    await page.get_by_role("link", name="养老保险").click()
    await expect(page.get_by_text("本事项不收费")).to_be_visible()
    await page.get_by_role("link", name="开始填表").click()
    await page.get_by_role("button", name="核对").click()
    faults = page.get_by_role("alert")
    await expect(faults).to_contain_text("有 1 处要改")
    await expect(faults).to_be_focused()
    await faults.get_by_role("link").click()
    await expect(page.get_by_role("textbox")).to_be_focused()
    await page.keyboard.type(name)
    await page.get_by_role("link", name="English").click()  # what was typed goes with her
    await expect(page.get_by_role("textbox")).to_have_value(name)
    await page.get_by_role("link", name="中文").click()
    await expect(page.get_by_role("textbox")).to_have_value(name)
    await page.get_by_role("button", name="核对").click()
    await page.get_by_role("link", name="下一步：核对").click()
    await expect(page.get_by_role("heading", name="核对并读给群众听")).to_be_visible()
    await reads_out_and_hands_in(page, name)


async def test_a_clerk_takes_her_first_application_in_both_languages(
    page: Page, tmp_path: Path
) -> None:
    village = Village(tmp_path / "station", url="https://127.0.0.1:9")
    async with village.open():
        pass
    async with running(village) as agent:
        await first_clerk(page, village)
        await take_in(page, "黄秀英<b>")
        await page.get_by_role("link", name="今天").click()
        await expect(page.get_by_role("link", name="黄秀英<b>")).to_be_visible()
        await expect(page.get_by_text("已存在本机，等待送出")).to_be_visible()
        await page.get_by_role("link", name="English").click()
        await expect(page.get_by_role("heading", name="To be done today")).to_be_visible()
        await page.get_by_role("link", name="All applications").click()
        await page.get_by_role("link", name="黄秀英<b>").click()
        await expect(page.get_by_text("Saved here, waits to leave")).to_be_visible()
    status = await asked(village, "status")
    assert status["counts"]["saved"] == 1  # type: ignore[index]
    async with running(village) as again:  # the same place; and she must log in anew
        assert again.url == agent.url
        await page.goto(f"{again.url}/today")
        await page.get_by_label("Name").fill(FANG)
        await page.get_by_label("Password").fill(WORD)
        await page.get_by_role("button", name="Log in").click()
        await expect(page.get_by_role("link", name="黄秀英<b>")).to_be_visible()
