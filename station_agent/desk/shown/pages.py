"""Where each application is, by what is proved; and one of them with its result."""

from aiohttp import web

from protocol.errors.slips import SlipNoneError
from runtime.web.page import Page
from station_agent.desk.keys import DESK, opened_of
from station_agent.desk.rights import DeskRight
from station_agent.slips.calls import ShowSlip, SlipText

routes = web.RouteTableDef()

_SHOWN = 200  # newest ones on the page


@routes.get("/applications")
async def listed(request: web.Request) -> web.Response:
    """The newest ones, the newest first."""
    page = Page(request).needs(DeskRight.WORK)
    status = await request.app[DESK].status.told(opened_of(page).vault, _SHOWN)
    newest_first = sorted(status.applications, key=lambda one: -one.saved_ms)
    return page.show("desk/applications.html", applications=newest_first, station=status)


@routes.get("/applications/{application:[0-9a-f]{32}}")
async def one(request: web.Request) -> web.Response:
    """One; that the clerk opened it is written down."""
    page = Page(request).needs(DeskRight.WORK)
    wanted = request.match_info["application"]
    shown = await request.app[DESK].results.told(opened_of(page), wanted)
    return page.show(
        "desk/application.html",
        one=shown,
        slip=await _slip(page, wanted),
        saved_now="saved" in request.query,
        error=None,
    )


async def _slip(page: Page, application: str) -> SlipText | None:
    """What was printed for the citizen; None where another PC sealed it."""
    try:
        return await page.request.app[DESK].slips.show(
            page.actor, ShowSlip(application=application)
        )
    except SlipNoneError:
        return None
