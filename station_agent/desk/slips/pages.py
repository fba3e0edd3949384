"""The slip of an application on paper: A5 or a roll of 80 mm, printed by the browser.

A page can't know whether paper came out, so the clerk is asked, and each copy has its number.
"""

from aiohttp import web

from protocol.errors import UsageError
from runtime.web.page import Page
from station_agent.desk.keys import DESK, opened_of
from station_agent.desk.rights import DeskRight
from station_agent.desk.slips.sheet import sheet_of

routes = web.RouteTableDef()

_SLIP = "/applications/{application:[0-9a-f]{32}}/slip"
_COPY = _SLIP + "/{copy:[1-9][0-9]{0,5}}"
_PAPERS = ("a5", "roll")


@routes.post(_SLIP)
async def begin(request: web.Request) -> web.Response:
    """One more copy; each has an address of its own, so that a reload prints none."""
    return await _begin(Page(request).needs(DeskRight.WORK), _paper(request.query.get("paper", "")))


@routes.get(_COPY)
async def sheet(request: web.Request) -> web.Response:
    """A copy as it is printed, with what the clerk does about it beside the paper."""
    page, desk = Page(request).needs(DeskRight.WORK), request.app[DESK]
    slip, copy = await desk.slips.copy(request.match_info["application"], _number(request))
    return page.show(
        "desk/slip.html",
        paper=_paper(request.query.get("paper", "")),
        papers=_PAPERS,
        **await sheet_of(page, slip, copy),
    )


@routes.post(_COPY)
async def seen(request: web.Request) -> web.Response:
    """Whether it came out; if not, the next copy."""
    page, desk = Page(request).needs(DeskRight.WORK), request.app[DESK]
    application, said = request.match_info["application"], await page.field("came_out")
    if said not in ("yes", "no"):
        raise UsageError("came_out: yes | no")
    await desk.slips.note_outcome(application, _number(request), came_out=said == "yes")
    if said == "no":
        return await _begin(page, _paper(await page.field("paper")))
    return page.go(f"/applications/{application}")


async def _begin(page: Page, paper: str) -> web.Response:
    application = page.request.match_info["application"]
    copy = await page.request.app[DESK].slips.begin_copy(opened_of(page), application)
    return page.go(f"/applications/{application}/slip/{copy}?paper={paper}")


def _number(request: web.Request) -> int:
    return int(request.match_info["copy"])


def _paper(said: str) -> str:
    return said if said in _PAPERS else _PAPERS[0]
