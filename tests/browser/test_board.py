"""The hub's board in a real browser: numbers come and go by themselves, and sticks are moved."""

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.board import Board
from tests.browser.console import MARKS
from tests.system.conftest import sample_application
from tests.system.waiting import until

pytestmark = MARKS

NUMBER = 1  # of the sample application


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def board(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Board]:
    """A running county, hub and station, with accounts at the hub, without second factors."""
    async with Board(tmp_path_factory.mktemp("board")) as board:
        yield board


def words_of_the_form() -> list[str]:
    """Everything that a person has written there and that no page may show."""
    form = sample_application(NUMBER)["form"]
    return [value for value in form.values() if isinstance(value, str)]


async def read(page: Page) -> str:
    """The page's source, after a check that nothing of the form stands there."""
    text = await page.content()
    assert words_of_the_form()
    assert [word for word in words_of_the_form() if word in text] == []
    return text


async def test_numbers_come_while_the_county_is_away_and_go_when_it_is_back(
    board: Board, page: Page, tmp_path: Path
) -> None:
    await board.sandbox.stop(board.county)
    await board.log_in(page, "operator")
    row = page.get_by_role("row").filter(has_text="高山村")
    figures = page.get_by_role("list", name="总数")
    await expect(figures).to_contain_text("未连通", timeout=30_000)
    await page.get_by_text("operator", exact=True).click()
    logout = page.get_by_role("button", name="退出登录")
    await logout.focus()

    scan = tmp_path / "scan.jpg"
    scan.write_bytes(random.Random(1).randbytes(200_000))
    await board.submit(NUMBER, "--attach", f"id-card={scan}")

    async def is_whole() -> bool:
        return (await board.held())["blobs"] == 1

    await until(is_whole)
    await expect(row).to_contain_text("2 件", timeout=30_000)  # by itself: nobody loads the page
    await expect(figures).to_contain_text("1信封，代管中")
    await expect(figures).to_contain_text("1附件，代管中")
    await expect(row.get_by_role("progressbar")).to_be_visible()
    await expect(page.locator("#lines")).to_contain_text("等待线路连通")
    await expect(logout).to_be_focused()
    await read(page)

    await board.sandbox.start(board.county)

    async def has_left() -> bool:
        return not any((await board.held()).values())

    await until(has_left)
    await page.reload()
    for words in ("0信封，代管中", "0附件，代管中", "已连通"):
        await expect(figures).to_contain_text(words, timeout=30_000)
    await read(page)


async def test_a_stick_comes_from_the_village_and_goes_back_with_the_answer(
    board: Board, page: Page, tmp_path: Path
) -> None:
    stick, box = tmp_path / "stick", board.sandbox
    stick.mkdir()
    await box.stop(board.station)
    await board.submit(NUMBER)
    await box.run("yizhan-station", "stick", "export", board.station.data, stick)
    await board.log_in(page, "operator")
    await page.get_by_role("link", name="U 盘").click()
    await page.get_by_label("其他文件夹").fill(str(stick))
    await page.get_by_role("button", name="从 U 盘导入").press("Enter")  # by keyboard alone
    await expect(page.get_by_role("status")).to_contain_text("导入完成。信封 1 件")
    await expect(page).to_have_title("已完成 · 从 U 盘导入 · 金龙镇便民服务中心")
    await expect(page.get_by_role("heading", name="接下来")).to_be_visible()
    await read(page)

    async def answer_waits() -> bool:
        return await board.waiting() > 0

    await until(answer_waits)  # the county's receipt for the station, which is off
    await page.get_by_role("link", name="回到 U 盘").click()
    await page.get_by_label("其他文件夹").fill(str(stick))
    await page.get_by_label("给谁").select_option(label="高山村")
    await page.get_by_role("button", name="导出到 U 盘").click()
    await expect(page.get_by_role("status")).to_contain_text("导出完成。信封")
    await read(page)
    await box.run("yizhan-station", "stick", "import", board.station.data, stick)
    state = await box.ask(board.station, "status", "--json")
    assert state["applications"][-1]["state"] == "complete"

    await page.get_by_role("link", name="回到 U 盘").click()
    await expect(page.get_by_role("link", name=str(stick))).to_have_count(2)
    await read(page)
    assert {("hub.stick-import", "operator (web)"), ("hub.stick-export", "operator (web)")} <= set(
        board.actions()
    )
    await box.start(board.station)


async def test_what_is_wrong_with_a_stick_is_said_on_the_page(
    board: Board, page: Page, tmp_path: Path
) -> None:
    await board.log_in(page, "operator")
    await page.goto(f"{board.url}/sticks")
    await page.get_by_label("其他文件夹").fill(str(tmp_path / "none"))
    await page.get_by_role("button", name="从 U 盘导入").click()
    await expect(page.get_by_role("alert")).to_contain_text("stick.no-folder")
    await page.get_by_label("其他文件夹").fill(str(tmp_path))
    await page.get_by_role("button", name="从 U 盘导入").click()
    await expect(page.get_by_role("alert")).to_contain_text("stick.none")


async def test_an_auditor_sees_numbers_and_moves_no_stick(board: Board, page: Page) -> None:
    await board.log_in(page, "audit")
    await expect(page.get_by_role("row").filter(has_text="高山村")).to_be_visible()
    await expect(page.get_by_role("link", name="U 盘")).to_have_count(0)
    await page.goto(f"{board.url}/sticks")
    await expect(page.get_by_role("alert")).to_contain_text("login.forbidden")


async def test_the_board_speaks_english_and_fits_a_telephone(board: Board, page: Page) -> None:
    await page.set_viewport_size({"width": 400, "height": 800})
    await board.log_in(page, "operator")
    await page.get_by_role("link", name="English").click()
    await expect(page.get_by_role("heading", name="Set aside")).to_be_visible()
    await expect(page.get_by_role("columnheader", name="Last heard")).to_be_attached()
    for path in ("/board", "/sticks"):
        await page.goto(f"{board.url}{path}")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 400
