"""Nodes."""

from aiohttp import web

from central.staff.roles import Right
from central.web.page import Page

routes = web.RouteTableDef()


@routes.get("/nodes")
async def listed(request: web.Request) -> web.Response:
    """All nodes."""
    return Page(request).needs(Right.LOOK).show("console/home.html")
