"""The page of the county's own clock: what it did, and an administrator's word on it."""

from aiohttp import web

from central.accounts.roles import Right
from central.county.console.keys import CLOCK
from runtime.control.calls import Nothing
from runtime.web.page import Page

routes = web.RouteTableDef()


@routes.get("/clock")
async def shown(request: web.Request) -> web.Response:
    """Whether the date of this machine can be believed."""
    page = Page(request).needs(Right.LOOK)
    found = await request.app[CLOCK].show(page.actor, Nothing())
    return page.show("console/clock.html", found=found)


@routes.post("/clock")
async def confirm(request: web.Request) -> web.Response:
    """The date is right now."""
    page = Page(request).needs(Right.RUN)
    await request.app[CLOCK].confirm(page.actor, Nothing())
    return page.go("/clock")
