"""What is being filled in and was not handed in: the list, and the bin with its way back."""

from collections.abc import Sequence

from aiohttp import web

from protocol.ids import ApplicationId
from runtime.web.page import Page
from station_agent.desk.keys import DESK, opened_of
from station_agent.desk.rights import DeskRight
from station_agent.desk.writing.fields import FORMS
from station_agent.followups.filings import Filing

routes = web.RouteTableDef()

_ID = "{application:[0-9a-f]{32}}"


@routes.get("/drafts")
async def listed(request: web.Request) -> web.Response:
    """The open ones; what was begun first is first."""
    page = Page(request).needs(DeskRight.WORK)
    found = await request.app[DESK].drafts.told(opened_of(page))
    written = await _binned(page)
    return page.show("desk/drafts.html", drafts=found.open, binned=len(found.bin) + len(written))


@routes.get("/drafts/bin")
async def thrown_away(request: web.Request) -> web.Response:
    """Those in the bin."""
    page = Page(request).needs(DeskRight.WORK)
    found = await request.app[DESK].drafts.told(opened_of(page))
    titles = {name: form.title for name, form in FORMS.items()}
    return page.show("desk/bin.html", drafts=found.bin, written=await _binned(page), titles=titles)


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


async def _binned(page: Page) -> Sequence[Filing]:
    """What was written about an application or to the county, and lies in the bin."""
    found = await page.request.app[DESK].filings.in_bin(opened_of(page))
    return [one for one in found if one.about in FORMS]
