"""A page of another user's server on this PC: what a real browser lets it see and do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Page, expect

from station_agent.clerks.calls import AddClerk
from tests.browser.console import MARKS
from tests.builders.clerk import CLERK
from tests.station_agent.desk.visitor import FANG, WORD, open_visitor
from tests.station_agent.village import Village

pytestmark = MARKS

TRAP = """<!doctype html><meta charset="utf-8"><title>a game</title>
<iframe src="DESK/today"></iframe>
<form method="post" action="DESK/logout"><button>play</button></form>
<script>
fetch("DESK/today", {credentials: "include"})
.then((answer) => answer.text(), () => "blocked")
.then((text) => { document.title = text; });
</script>
"""


@asynccontextmanager
async def trap(desk: str) -> AsyncIterator[tuple[str, list[str]]]:
    """The server of another user: its URL, and the cookies that it learns."""
    learnt: list[str] = []

    async def show(request: web.Request) -> web.Response:
        learnt.append(request.headers.get("Cookie", ""))
        return web.Response(text=TRAP.replace("DESK", desk), content_type="text/html")

    app = web.Application()
    app.router.add_get("/", show)
    async with TestServer(app, host="127.0.0.1") as server:
        yield str(server.make_url("/")), learnt


async def test_it_learns_the_cookie_and_neither_reads_nor_frames_nor_changes(
    page: Page, tmp_path: Path
) -> None:
    village = Village(tmp_path / "station")
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await page.goto(f"{visitor.url}/login")
        await page.get_by_label("姓名").fill(FANG)
        await page.get_by_label("口令").fill(WORD)
        await page.get_by_role("button", name="登录").click()
        await expect(page.get_by_role("heading", name="今天要做的")).to_be_visible()
        async with trap(visitor.url) as (url, learnt):
            await page.goto(url)
            assert any("yizhan-" in cookie for cookie in learnt)  # all ports share it
            await expect(page).to_have_title("blocked")
            assert "今天要做的" not in "".join([await one.content() for one in page.frames])
            await page.get_by_role("button", name="play").click()
            await expect(page.get_by_text("page.foreign")).to_be_visible()
        await page.goto(f"{visitor.url}/today")
        await expect(page.get_by_role("heading", name="今天要做的")).to_be_visible()
