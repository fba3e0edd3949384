"""A note saves itself in a real browser; what could not be saved shouts, and is not lost."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from importlib import resources

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Page, expect

from tests.browser.console import MARKS

pytestmark = MARKS
SCRIPT = (resources.files("runtime.web") / "static" / "note.js").read_text("utf-8")
FORM = """<!doctype html><meta charset="utf-8"><form action="/note" method="post" data-note
  data-saved="已存 %" data-failed="没有存上" data-expired="登录已过期">
  <input type="hidden" name="version" value="0"><textarea name="note"></textarea>
  <p id="note-said" role="status"></p><button>保存</button></form>
  <script src="/note.js"></script>"""


@dataclass
class County:
    """What answers the page: it may be away, know no login, or have another note."""

    status: int = 200
    kept: list[str] = field(default_factory=list)

    async def keep(self, request: web.Request) -> web.Response:
        form = await request.post()
        if self.status != 200:
            words = {"words": "另一个窗口改过"}
            return web.json_response(words, status=self.status)
        assert form["version"] == str(len(self.kept))
        self.kept.append(str(form["note"]))
        return web.json_response({"version": len(self.kept), "at": "14:32:05"})


@pytest_asyncio.fixture(loop_scope="session")
async def county(page: Page) -> AsyncIterator[County]:
    made = County()

    async def shown(_: web.Request) -> web.Response:
        return web.Response(text=FORM, content_type="text/html")

    async def script(_: web.Request) -> web.Response:
        return web.Response(text=SCRIPT, content_type="text/javascript")

    app = web.Application()
    app.add_routes([web.get("/", shown), web.get("/note.js", script), web.post("/note", made.keep)])
    async with TestServer(app) as server:
        await page.goto(str(server.make_url("/")))
        yield made


async def test_it_saves_itself_and_says_when(county: County, page: Page) -> None:
    area, said = page.locator("textarea"), page.locator("#note-said")
    await expect(page.get_by_role("button")).to_be_hidden()
    await area.fill("先打电话")
    await expect(said).to_have_text("已存 14:32:05")
    await area.fill("先打电话。打过了")
    await area.blur()
    await expect(said).to_have_text("已存 14:32:05")
    assert county.kept[0] == "先打电话"
    while len(county.kept) < 2:
        await page.wait_for_timeout(50)
    assert county.kept == ["先打电话", "先打电话。打过了"]


@pytest.mark.parametrize(("status", "words"), [(500, "没有存上"), (401, "登录已过期")])
async def test_a_save_that_failed_shouts_keeps_the_words_and_is_tried_again(
    county: County, page: Page, status: int, words: str
) -> None:
    county.status = status
    area, said = page.locator("textarea"), page.locator("#note-said")
    await area.fill("不能丢的字")
    await expect(said).to_have_attribute("role", "alert")
    await expect(said).to_have_text(words)
    await expect(area).to_have_value("不能丢的字")
    assert county.kept == []
    county.status = 200
    await expect(said).to_have_text("已存 14:32:05", timeout=15_000)
    assert county.kept == ["不能丢的字"]


async def test_a_window_that_is_older_stops_and_keeps_the_words(county: County, page: Page) -> None:
    county.status = 409
    await page.locator("textarea").fill("旧窗口")
    await expect(page.locator("#note-said")).to_have_text("另一个窗口改过")
    county.status = 200
    await page.wait_for_timeout(6000)
    assert county.kept == []
    await expect(page.locator("textarea")).to_have_value("旧窗口")
