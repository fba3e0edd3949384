"""The item has a new version: what becomes of what was typed, before anything is changed."""

from aiohttp import web

from runtime.web.page import Page
from station_agent.desk.intake.filling import filling_of
from station_agent.desk.keys import DESK, note_opening, opened_of
from station_agent.desk.rights import DeskRight

routes = web.RouteTableDef()

_VERSION = "/items/{code:[A-Za-z0-9._-]{1,50}}/version/{application:[0-9a-f]{32}}"


@routes.get(_VERSION)
async def look(request: web.Request) -> web.Response:
    """What is kept, what is dropped, and what is asked anew."""
    filling = await filling_of(Page(request).needs(DeskRight.WORK))
    await note_opening(filling.page, filling.application)
    return filling.page.show(
        "desk/version.html",
        item=filling.item,
        application=filling.application,
        version=filling.version,
        standing=filling.version.standing.value,
    )


@routes.post(_VERSION)
async def move(request: web.Request) -> web.Response:
    """On in the new version."""
    page = Page(request).needs(DeskRight.WORK)
    filling = await filling_of(page)
    versions = request.app[DESK].versions
    await versions.move(page.actor, opened_of(page), filling.application)
    return filling.go("form")
