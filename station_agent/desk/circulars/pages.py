"""Circulars of the county: a list, each by itself, and the button by which a clerk confirms it.

Source: docs/operations.md, "Circulars".
"""

from aiohttp import web

from runtime.web.page import Page
from station_agent.desk.keys import DESK, opened_of
from station_agent.desk.rights import DeskRight

routes = web.RouteTableDef()

_ONE = "/circulars/{circular:[0-9a-f]{32}}"


@routes.get("/circulars")
async def listed(request: web.Request) -> web.Response:
    """The newest first."""
    page = Page(request).needs(DeskRight.WORK)
    opened = opened_of(page)
    found = await request.app[DESK].circulars.every(opened)
    return page.show("desk/circulars.html", circulars=found, clerk=opened.clerk)


@routes.get(_ONE)
async def one(request: web.Request) -> web.Response:
    """One of them, and who has read it."""
    page = Page(request).needs(DeskRight.WORK)
    opened = opened_of(page)
    found = await request.app[DESK].circulars.one(opened, request.match_info["circular"])
    return page.show("desk/circular.html", one=found, clerk=opened.clerk)


@routes.post(_ONE)
async def confirm(request: web.Request) -> web.Response:
    """Whoever is logged in has read it."""
    page = Page(request).needs(DeskRight.WORK)
    circular = request.match_info["circular"]
    await request.app[DESK].circulars.confirm_as(page.actor, opened_of(page), circular)
    return page.go(f"/circulars/{circular}")
