"""The page of line and stick: what waits for what, one button each, and what went and came.

Nothing here waits for the line: an exchange and a stick are tasks with pages of their own.

Source: docs/operations.md, "Line and stick".
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from aiohttp import web

from protocol.errors import StickMissingError, StickNothingError, UsageError, YizhanError, from_code
from runtime.actor import PROGRAM
from runtime.control.calls import Nothing
from runtime.control.owner import Report
from runtime.sticks.calls import ExportStick, ImportStick
from runtime.sticks.places import Place
from runtime.web.page import Page, is_fragment
from station_agent.desk.keys import DESK
from station_agent.desk.line.carried import BothWays
from station_agent.desk.rights import DeskRight

routes = web.RouteTableDef()

TASK = "{number:[0-9a-f]{24}}"
SHOWN = 20  # refused files that are named one by one
_LOOK_S = 5.0  # at folders; a drive that is gone may take minutes
_TITLES = ("exchange", "stick")


@routes.get("/line")
async def shown(request: web.Request) -> web.Response:
    """How line, budget and PC are, which sticks are there, and the code for a helper."""
    return await _show(Page(request).needs(DeskRight.WORK))


@routes.get("/situation")
async def situation(request: web.Request) -> web.Response:
    """The digits to read out to whoever helps: for anybody at this PC, also while it is locked."""
    page = Page(request)
    found = await request.app[DESK].situation.situation(PROGRAM, Nothing())
    if is_fragment(request):
        return web.Response(text=found.code)
    return page.show("desk/situation.html", digits=found.code)


@routes.post("/line/exchange")
async def exchange(request: web.Request) -> web.Response:
    """Exchange now."""
    page = Page(request).needs(DeskRight.WORK)
    body = partial(request.app[DESK].exchange.now, page.actor, Nothing())
    task = page.site.tasks.start(page.login.name, "exchange", body, in_bytes=True)
    return page.go(f"/line/{task.number}")


@routes.post("/line/stick")
async def carry(request: web.Request) -> web.Response:
    """Take in what a stick brings, and put on it what waits; one of those that are mounted."""
    page = Page(request).needs(DeskRight.WORK)
    named = await page.field("folder")
    if named not in [one.path for one in await _places(page)]:
        return await _show(page, error=UsageError("没有找到这个 U 盘。请重新插好，再按一次"))
    body = partial(_both_ways, page, Path(named))
    task = page.site.tasks.start(
        page.login.name, "stick", body, subject=Path(named).name, in_bytes=True
    )
    return page.go(f"/line/{task.number}")


@routes.get(f"/line/{TASK}")
async def watch(request: web.Request) -> web.Response:
    """How far it has got, or what came of it."""
    page = Page(request).needs(DeskRight.WORK)
    task = page.site.tasks.of(page.login.name, request.match_info["number"])
    url = f"/line/{task.number}"
    if not is_fragment(request):
        return page.show(
            "desk/moved.html",
            task=task,
            url=url,
            shown=SHOWN,
            reason=lambda code: from_code(code, ""),
        )
    response = page.show("tasks/bar.html", task=task, url=url)
    if task.ended:
        response.headers["HX-Redirect"] = url
    return response


async def _both_ways(page: Page, folder: Path, report: Report) -> BothWays:
    """Results first: should the stick be pulled out early, they are here already."""
    stick = page.request.app[DESK].stick
    came = None
    with suppress(StickMissingError, StickNothingError):  # a fresh one, or of another village
        came = await stick.take_in(page.actor, ImportStick(folder=folder), report)
    went = await stick.export(page.actor, ExportStick(folder=folder), report)
    return BothWays(came=came, went=went)


async def _show(page: Page, *, error: YizhanError | None = None) -> web.Response:
    desk = page.request.app[DESK]
    tasks = [one for one in page.site.tasks.by(page.login.name) if one.title in _TITLES]
    return page.show(
        "desk/line.html",
        status=200 if error is None else 400,
        found=await desk.situation.situation(page.actor, Nothing()),
        places=await _places(page),
        tasks=tasks,
        error=error,
    )


async def _places(page: Page) -> Sequence[Place]:
    try:
        async with asyncio.timeout(_LOOK_S):
            return await asyncio.to_thread(page.request.app[DESK].sticks)
    except TimeoutError:
        return []
