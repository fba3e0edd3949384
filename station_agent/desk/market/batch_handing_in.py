"""Handing a batch in as a task with a page of its own, and printing the slips of all of it.

Source: docs/operations.md, "Market day".
"""

from functools import partial

from aiohttp import web

from protocol.errors import UsageError
from runtime.web.page import Page, is_fragment
from station_agent.desk.keys import DESK, opened_of
from station_agent.desk.rights import DeskRight
from station_agent.desk.slips.sheet import sheet_of

routes = web.RouteTableDef()

_BATCH = "/batches/{batch:[0-9a-f]{32}}"
_TASK = "{number:[0-9a-f]{24}}"


@routes.post(_BATCH + "/hand-in")
async def hand_in(request: web.Request) -> web.Response:
    """Begin to hand in what can be; whoever presses it again doubles nothing."""
    page, batch = Page(request).needs(DeskRight.WORK), request.match_info["batch"]
    day, service = await page.field("day", most=20), request.app[DESK].batches()
    body = partial(service.hand_in, page.actor, opened_of(page), batch, day)
    task = page.site.tasks.start(page.login.name, "batch", body, subject=batch)
    return page.go(f"/batches/{batch}/done/{task.number}")


@routes.get(f"{_BATCH}/done/{_TASK}")
async def done(request: web.Request) -> web.Response:
    """How far it has got, or what came of it."""
    page, batch = Page(request).needs(DeskRight.WORK), request.match_info["batch"]
    task = page.site.tasks.of(page.login.name, request.match_info["number"])
    if is_fragment(request):
        return page.bar(task)
    return page.show("desk/batch_done.html", task=task, batch=batch, url=request.path)


@routes.post(_BATCH + "/slips")
async def print_slips(request: web.Request) -> web.Response:
    """Begin a copy of the slip of each row that has none yet, and on to the sheets."""
    page, batch = Page(request).needs(DeskRight.WORK), request.match_info["batch"]
    desk, opened = request.app[DESK], opened_of(page)
    for row in (await desk.batches().batches.find(opened, batch)).handed_in:
        slip = await desk.slips.text(row.application)
        if not slip.copies:
            await desk.slips.begin_copy(opened, row.application)
    return page.go(f"/batches/{batch}/slips")


@routes.get(_BATCH + "/slips")
async def slips(request: web.Request) -> web.Response:
    """The newest copy of each, one after another."""
    page, batch = Page(request).needs(DeskRight.WORK), request.match_info["batch"]
    desk = request.app[DESK]
    found = await desk.batches().batches.find(opened_of(page), batch)
    sheets = []
    for row in found.handed_in:
        slip = await desk.slips.text(row.application)
        if slip.copies:
            sheets.append(await sheet_of(page, slip, slip.copies[-1]))
    return page.show("desk/batch_slips.html", batch=batch, sheets=sheets)


@routes.post(_BATCH + "/slips/seen")
async def seen(request: web.Request) -> web.Response:
    """Whether all of them came out."""
    page, batch = Page(request).needs(DeskRight.WORK), request.match_info["batch"]
    said, desk = await page.field("came_out"), request.app[DESK]
    if said not in ("yes", "no"):
        raise UsageError("came_out: yes | no")
    for row in (await desk.batches().batches.find(opened_of(page), batch)).handed_in:
        slip = await desk.slips.text(row.application)
        if slip.copies:
            newest = slip.copies[-1].copy
            await desk.slips.note_outcome(row.application, newest, came_out=said == "yes")
    return page.go(f"/batches/{batch}")
