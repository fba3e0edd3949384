"""What is being filled in and was not handed in: the list, and the bin with its way back."""

from aiohttp import web

from protocol.ids import ApplicationId
from runtime.web.page import Page
from station_agent.desk.keys import DESK, opened_of
from station_agent.desk.rights import DeskRight

routes = web.RouteTableDef()

_ID = "{application:[0-9a-f]{32}}"


@routes.get("/drafts")
async def listed(request: web.Request) -> web.Response:
    """The open ones; what was begun first is first."""
    page = Page(request).needs(DeskRight.WORK)
    found = await request.app[DESK].drafts.told(opened_of(page))
    return page.show("desk/drafts.html", drafts=found.open, binned=len(found.bin))


@routes.get("/drafts/bin")
async def thrown_away(request: web.Request) -> web.Response:
    """Those in the bin."""
    page = Page(request).needs(DeskRight.WORK)
    found = await request.app[DESK].drafts.told(opened_of(page))
    return page.show("desk/bin.html", drafts=found.bin)


@routes.post(f"/drafts/bin/{_ID}")
async def throw_away(request: web.Request) -> web.Response:
    """Into the bin."""
    page = Page(request).needs(DeskRight.WORK)
    application = ApplicationId(request.match_info["application"])
    await request.app[DESK].drafts.throw_away(page.actor, application)
    return page.go("/drafts/bin")


@routes.post(f"/drafts/back/{_ID}")
async def put_back(request: web.Request) -> web.Response:
    """Out of the bin, and on with it."""
    page = Page(request).needs(DeskRight.WORK)
    application = ApplicationId(request.match_info["application"])
    await request.app[DESK].drafts.put_back(page.actor, application)
    return page.go("/drafts")
