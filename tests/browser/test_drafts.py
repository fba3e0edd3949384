"""What is typed at the desk is on disk a moment later, in a real Chromium."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from protocol.errors import DiskFullError, ReadOnlyError, StoreError
from station_agent.app import Station
from station_agent.clerks.calls import AddClerk
from station_agent.clerks.unlocking import Opened
from tests.browser.console import MARKS
from tests.browser.desk import FANG, WORD, first_clerk, logs_in, running
from tests.builders.clerk import CLERK, status_of
from tests.station_agent.desk.visitor import open_visitor
from tests.station_agent.power import Fuse, fit_fuse
from tests.station_agent.village import Village

pytestmark = [*MARKS, pytest.mark.slow]

SAVED = re.compile(r"草稿，还没有交出去。已存 \d\d:\d\d:\d\d")
NOT_SAVED = "没有存上"


@pytest.fixture
def village(tmp_path: Path) -> Village:
    return Village(tmp_path / "station", url="https://127.0.0.1:9")


@asynccontextmanager
async def desk(village: Village, page: Page) -> AsyncIterator[tuple[Station, str]]:
    """In this process, so that its disk and its clock obey; the clerk is logged in."""
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await page.goto(f"{visitor.url}/today")
        await logs_in(page)
        await expect(page.get_by_role("heading", name="今天要做的")).to_be_visible()
        yield station, visitor.url


async def begins(page: Page, url: str) -> Locator:
    """The field of a new form, with the caret in it."""
    await page.goto(f"{url}/items/pension/form")
    field = page.get_by_role("textbox")
    await field.focus()
    return field


async def names(station: Station) -> list[str]:
    """For whom each draft on the disk is."""
    opened = Opened(vault=station.clerks.vault.unlock(WORD, FANG), clerk=FANG)
    return [one.who for one in (await station.drafts.told(opened)).open]


async def test_a_kill_in_the_middle_of_a_field_costs_what_followed_the_last_pause(
    page: Page, village: Village
) -> None:
    async with village.open():
        pass
    async with running(village) as agent:
        await first_clerk(page, village)
        field = await begins(page, agent.url)
        await page.keyboard.type("黄秀英，住在")
        await expect(page.get_by_text(SAVED)).to_be_visible()
        form = page.url
        await page.keyboard.type("平")
        await agent.power_cut()
        await expect(page.get_by_role("alert").filter(has_text=NOT_SAVED)).to_be_visible()
        await expect(field).to_have_value("黄秀英，住在平")
    await page.goto("about:blank")  # the whole PC went
    async with running(village):
        await page.goto(form)
        await logs_in(page)
        await expect(page.get_by_role("textbox")).to_have_value("黄秀英，住在")
        await page.get_by_role("textbox").fill("黄秀英")
        await page.get_by_role("button", name="核对").click()
        await page.get_by_role("link", name="下一步：核对").click()
        await page.get_by_role("button", name="交给县里").click()
        await expect(page.get_by_role("status")).to_contain_text("已存在本机")
    async with village.open() as station:
        assert (await status_of(station))["counts"]["saved"] == 1
        rows = await station.database.read(lambda tx: tx.rows("SELECT * FROM drafts"))
        assert rows == []


async def test_while_the_agent_is_gone_the_page_keeps_what_was_typed_and_saves_it_later(
    page: Page, village: Village
) -> None:
    async with village.open():
        pass
    async with running(village) as agent:
        await first_clerk(page, village)
        field = await begins(page, agent.url)
        await page.keyboard.type("黄")
        await expect(page.get_by_text(SAVED)).to_be_visible()
        await agent.power_cut()
        await page.keyboard.type("秀英")
        await expect(page.get_by_role("alert").filter(has_text="没有应答")).to_be_visible()
        await expect(field).to_have_value("黄秀英")
    async with running(village):  # it knows nobody: the page asks for her, and has lost nothing
        await expect(page.get_by_role("heading", name="登录")).to_be_visible()
        await logs_in(page)
        await expect(page.get_by_role("textbox")).to_have_value("黄秀英")
        await expect(page.get_by_role("textbox")).to_be_focused()
        await expect(page.get_by_text(SAVED)).to_be_visible()


@pytest.mark.parametrize("error", [DiskFullError, ReadOnlyError])
async def test_a_disk_that_takes_nothing_is_told_until_it_does(
    page: Page, village: Village, error: type[StoreError]
) -> None:
    fuse = Fuse()
    fuse.failure = error("")
    async with desk(village, page) as (station, url):
        field = await begins(page, url)
        take_out = fit_fuse(station, fuse)
        fuse.blows_at = "INSERT INTO drafts"
        await page.keyboard.type("黄秀英")
        box = page.get_by_role("alert").filter(has_text=NOT_SAVED)
        await expect(box).to_contain_text(error().words())
        await expect(field).to_have_value("黄秀英")
        assert await names(station) == []
        await expect(page.get_by_text(SAVED)).to_be_visible()  # the fuse blows once
        await expect(box).to_be_hidden()
        take_out()
        assert await names(station) == ["黄秀英"]


async def test_after_three_failures_nothing_more_is_taken_in_until_one_comes_through(
    page: Page, village: Village
) -> None:
    async with desk(village, page) as (_, url):
        field = await begins(page, url)
        await page.route("**/draft/*", lambda route: route.abort())
        await page.keyboard.type("黄")
        await expect(field).not_to_be_editable()
        await page.keyboard.type("秀英")
        await expect(field).to_have_value("黄")
        await page.unroute("**/draft/*")
        await expect(page.get_by_text(SAVED)).to_be_visible()
        await expect(field).to_be_editable()


async def test_nothing_is_saved_while_an_input_method_composes(
    page: Page, village: Village
) -> None:
    async with desk(village, page) as (station, url):
        await begins(page, url)
        keys = await page.context.new_cdp_session(page)
        for text in ("h", "hu", "huang"):
            await keys.send(
                "Input.imeSetComposition",
                {"text": text, "selectionStart": len(text), "selectionEnd": len(text)},
            )
        await page.wait_for_timeout(1500)
        assert await names(station) == []
        await keys.send("Input.insertText", {"text": "黄"})
        await expect(page.get_by_text(SAVED)).to_be_visible()
        assert await names(station) == ["黄"]


async def test_leaving_a_field_saves_it_at_once_and_so_does_leaving_the_page(
    page: Page, village: Village
) -> None:
    async with desk(village, page) as (station, url):
        await begins(page, url)
        async with page.expect_request("**/draft/*") as asked:
            await page.keyboard.type("黄")
            await page.keyboard.press("Tab")
        await (await asked.value).response()
        assert await names(station) == ["黄"]
        await page.get_by_role("textbox").focus()
        await page.keyboard.type("秀英", delay=5)
        await page.reload()
        await page.reload()  # what the first one sent as it went is there by now
        await expect(page.get_by_role("textbox")).to_have_value("黄秀英")


async def test_locking_by_hand_saves_first_and_leads_back_to_the_field(
    page: Page, village: Village
) -> None:
    async with desk(village, page) as (station, url):
        await begins(page, url)
        await page.keyboard.type("黄秀英")
        await page.evaluate("document.querySelector(\"form[action='/logout']\").requestSubmit()")
        await expect(page.get_by_role("heading", name="登录")).to_be_visible()
        assert await names(station) == ["黄秀英"]
        await logs_in(page)
        await expect(page.get_by_role("textbox")).to_be_focused()
        await expect(page.get_by_role("textbox")).to_have_value("黄秀英")


async def test_a_page_that_nobody_uses_covers_itself_and_leads_back_to_the_field(
    page: Page, village: Village
) -> None:
    await page.clock.install()
    async with desk(village, page) as (station, url):
        await begins(page, url)
        await page.keyboard.type("黄秀英")
        await page.clock.run_for(1500)
        await expect(page.get_by_text(SAVED)).to_be_visible()
        await page.route("**/lock?live", lambda route: route.abort())  # no answer comes
        await page.clock.run_for(602_000)
        await expect(page.get_by_role("dialog", name="已锁定")).to_be_visible()
        await expect(page.get_by_role("textbox")).to_be_hidden()
        await page.unroute("**/lock?live")
        await page.clock.run_for(6_000)
        await expect(page.get_by_role("textbox")).to_be_visible()  # it was used elsewhere
        await village.clock.advance(601)
        await page.clock.run_for(602_000)
        await expect(page.get_by_role("heading", name="登录")).to_be_visible()
        await page.clock.resume()
        await logs_in(page)
        await expect(page.get_by_role("textbox")).to_be_focused()
        await expect(page.get_by_role("textbox")).to_have_value("黄秀英")
        assert await names(station) == ["黄秀英"]


async def test_a_date_that_is_set_back_uncovers_nothing(page: Page, village: Village) -> None:
    await page.clock.install()
    async with desk(village, page) as (_, url):
        await begins(page, url)
        await page.keyboard.type("黄秀英")
        await page.clock.run_for(1500)
        await expect(page.get_by_text(SAVED)).to_be_visible()
        await page.route("**/lock?live", lambda route: route.abort())  # no answer comes
        await page.clock.set_system_time(0)  # the battery of the PC is empty
        await page.clock.run_for(602_000)
        await expect(page.get_by_role("dialog", name="已锁定")).to_be_visible()
        await expect(page.get_by_role("textbox")).to_be_hidden()
