"""A forgotten password from the desk to the console and back: real programs, a real Chromium."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from examples.sandbox import Program
from tests.browser.console import MARKS, Console
from tests.system.patterns import add_station
from tests.system.waiting import until

pytestmark = [*MARKS, pytest.mark.slow]

FANG, OLD, NEW = "韦小芳", "旧的口令已经忘掉", "新的口令可要记牢"


class Village(Console):
    """A county with its console, a hub, and a station with one clerk."""

    station: Program
    desk: str

    async def found(self) -> None:
        box = self.sandbox
        await box.run(
            "yizhan-county", "publish", self.county.data, "examples/longzhou/catalogue.json"
        )
        hub = await box.hub("hub", "451423103", "金龙镇便民服务中心")
        await box.start(hub)
        self.station = await add_station(box, hub, 1)
        self.desk = (await box.ask(self.station, "desk", "--json"))["url"]
        word = box.folder / "word"
        word.write_text(OLD, "utf-8")
        argv = ("add", self.station.data, FANG, "--password-file", word)
        await box.run("yizhan-station", "clerk", *argv)


@pytest_asyncio.fixture(loop_scope="session")
async def village(tmp_path: Path) -> AsyncIterator[Village]:
    async with Village(tmp_path) as made:
        await made.found()
        yield made


async def ask_the_county(page: Page, desk: str) -> str:
    """She asks at the desk; the code that she reads out."""
    await page.goto(f"{desk}/login")
    await page.get_by_role("link", name="忘记口令").click()
    await page.get_by_label("姓名").fill(FANG)
    await page.get_by_label("新口令", exact=True).fill(NEW)
    await page.get_by_label("再输一次新口令").fill(NEW)
    await page.get_by_role("button", name="向县里申请").click()
    await expect(page.get_by_role("heading", name="等县里放行")).to_be_visible()
    return await page.locator("main .aloud code").inner_text()


async def release(page: Page, village: Village, code: str) -> None:
    """One types what she hears, another confirms."""
    await village.log_in(page, "security")
    await page.get_by_role("link", name="放行村站电脑").click()
    await expect(page.get_by_text(FANG)).to_be_visible()
    await expect(page.get_by_text(code)).to_have_count(0)
    await page.get_by_label("电话里听到的核对码").fill(code)
    await page.get_by_role("button", name="提出放行").click()
    await expect(page.get_by_text("须由另一人确认。")).to_be_visible()
    await page.context.clear_cookies()
    await village.log_in(page, "system")
    await page.goto(f"{village.url}/proposals")
    page.once("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="确认执行").click()
    await expect(page.get_by_text("已确认并执行")).to_be_visible()


async def test_she_asks_reads_out_a_code_and_is_let_in_again(village: Village, page: Page) -> None:
    code = await ask_the_county(page, village.desk)
    desks = ("yizhan-county", "desk-release", "list", village.county.data)

    async def came() -> bool:
        return FANG in await village.sandbox.run(*desks)

    await until(came)
    await page.context.clear_cookies()
    await release(page, village, code)
    forgot = ("yizhan-station", "clerk", "forgot", village.station.data)

    async def answered() -> bool:
        return "县里已放行" in await village.sandbox.run(*forgot)

    await until(answered)
    await page.goto(f"{village.desk}/forgot")
    await page.get_by_label("申请时选的新口令").fill(NEW)
    await page.get_by_role("button", name="启用新口令并登录").click()
    await expect(page.get_by_role("heading", name="今天要做的")).to_be_visible()
