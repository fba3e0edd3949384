"""What the clerk did about what came back; and the whole way of an application on one page."""

from aiohttp import web

from protocol.ids import ApplicationId
from runtime.web.page import Page
from station_agent.desk.keys import DESK, opened_of
from station_agent.desk.rights import DeskRight

routes = web.RouteTableDef()

_ONE = "/applications/{application:[0-9a-f]{32}}"


@routes.post(f"{_ONE}/noted")
async def noted(request: web.Request) -> web.Response:
    """The clerk has read a notice; her name stands with that."""
    page = Page(request).needs(DeskRight.WORK)
    await request.app[DESK].status.marking.note(opened_of(page), _application(request))
    return page.go(f"/applications/{_application(request)}")


@routes.get(f"{_ONE}/chain")
async def chain(request: web.Request) -> web.Response:
    """Every stop with its time, and whose signature proves it; to look at, and on paper."""
    page, desk = Page(request).needs(DeskRight.WORK), request.app[DESK]
    application = _application(request)
    return page.show(
        "desk/chain.html",
        one=await desk.results.told(opened_of(page), application),
        stops=await desk.status.chain.stops(application, opened_of(page).vault),
    )


def _application(request: web.Request) -> ApplicationId:
    return ApplicationId(request.match_info["application"])
