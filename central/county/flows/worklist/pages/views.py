"""Saving, renaming and removing views of the work list, and choosing the one to begin with."""

from urllib.parse import urlencode

from aiohttp import web

from central.accounts.roles import Right
from central.county.flows.worklist.pages.keys import VIEWS
from central.county.flows.worklist.saved.service import FILTERS, MAX_VIEW_NAME_CHARS
from protocol.errors import UsageError
from protocol.limits import MAX_NAME_CHARS
from runtime.web.page import Page

routes = web.RouteTableDef()

VIEW = "{view:[0-9a-f]{16}}"
_CIRCLE_CHARS = 2 * MAX_NAME_CHARS + 1


@routes.post("/worklist/views")
async def save(request: web.Request) -> web.Response:
    """Keep what is asked under a name."""
    page = Page(request).needs(Right.CASES)
    asked = {name: await page.field(name, most=MAX_NAME_CHARS) for name in FILTERS}
    if not all(text.isprintable() for text in asked.values()):
        raise UsageError("filter")
    view = await request.app[VIEWS].save(
        page.actor,
        await page.field("name", most=MAX_VIEW_NAME_CHARS),
        asked,
        await page.field("circle", most=_CIRCLE_CHARS),
    )
    if await page.field("first", most=3):
        await request.app[VIEWS].begin_with(page.actor, view)
    return _opened(page, view)


@routes.post(f"/worklist/views/{VIEW}/rename")
async def rename(request: web.Request) -> web.Response:
    """Call it otherwise."""
    page, view = Page(request).needs(Right.CASES), request.match_info["view"]
    name = await page.field("name", most=MAX_VIEW_NAME_CHARS)
    await request.app[VIEWS].retitle(page.actor, view, name)
    return _opened(page, view)


@routes.post(f"/worklist/views/{VIEW}/first")
async def first(request: web.Request) -> web.Response:
    """Begin with it, or not any more."""
    page, view = Page(request).needs(Right.CASES), request.match_info["view"]
    begins = await page.field("begins", most=3)
    await request.app[VIEWS].begin_with(page.actor, view if begins else "")
    return _opened(page, view)


@routes.post(f"/worklist/views/{VIEW}/remove")
async def remove(request: web.Request) -> web.Response:
    """Take it away."""
    page = Page(request).needs(Right.CASES)
    await request.app[VIEWS].remove(page.actor, request.match_info["view"])
    return page.go("/worklist?whose=all")


def _opened(page: Page, view: str) -> web.Response:
    return page.go(f"/worklist?{urlencode({'view': view})}")
