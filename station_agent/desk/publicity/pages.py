"""Posters in the village: what is to be put up, the sheet, and what was recorded of each.

Source: docs/operations.md, "Publicity at the village".
"""

from aiohttp import web

from protocol.errors.clerk import FollowUpUnknownError
from runtime.web.page import Page
from station_agent.desk.keys import DESK, note_followed, note_list, opened_of
from station_agent.desk.rights import DeskRight
from station_agent.followups.publicity import PublicityShown, Stage

routes = web.RouteTableDef()

_ONE = "/publicity/{application:[0-9a-f]{32}}"


@routes.get("/publicity")
async def posters(request: web.Request) -> web.Response:
    """All tasks, what is to be done first."""
    page = Page(request).needs(DeskRight.WORK)
    await note_list(page)
    found = await request.app[DESK].publicity.every(opened_of(page))
    return page.show("desk/publicity.html", posters=found)


@routes.get(_ONE)
async def poster(request: web.Request) -> web.Response:
    """One of them, with what was recorded and the objections."""
    page = Page(request).needs(DeskRight.WORK)
    found = await _found(page)
    return page.show("desk/publicity_one.html", one=found)


@routes.get(f"{_ONE}/sheet")
async def sheet(request: web.Request) -> web.Response:
    """The poster on A4; none is printed of what has come down."""
    page = Page(request).needs(DeskRight.WORK)
    found = await _found(page)
    if found.stage is Stage.DONE:
        raise FollowUpUnknownError(found.application[:8])
    return page.show("desk/poster.html", one=found)


async def _found(page: Page) -> PublicityShown:
    """The task of an address; that the clerk opened it is written down."""
    application = page.request.match_info["application"]
    found = await page.request.app[DESK].publicity.one(opened_of(page), application)
    await note_followed(page, application)
    return found
