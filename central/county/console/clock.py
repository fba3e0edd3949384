"""The page of the county's own clock: what it did, and an administrator's word on it."""

from aiohttp import web

from central.accounts.pages.operations import run
from central.accounts.roles import Right
from central.county.nodes.clock import CONFIRM, SHOW
from runtime.web.page import Page

routes = web.RouteTableDef()


@routes.get("/clock")
async def shown(request: web.Request) -> web.Response:
    """Whether the date of this machine can be believed."""
    page = Page(request).needs(Right.LOOK)
    return page.show("console/clock.html", found=await run(page, SHOW))


@routes.post("/clock")
async def confirm(request: web.Request) -> web.Response:
    """The date is right now."""
    page = Page(request).needs(Right.RUN)
    await run(page, CONFIRM)
    return page.go("/clock")
