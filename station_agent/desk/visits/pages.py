"""Visits to households: which were recorded, by whom, and how far each is.

Source: docs/operations.md, "Written at the desk".
"""

from aiohttp import web

from runtime.web.page import Page
from station_agent.desk.keys import DESK, note_list, opened_of
from station_agent.desk.rights import DeskRight

routes = web.RouteTableDef()

_SHOWN = 200  # the newest


@routes.get("/visits")
async def visits(request: web.Request) -> web.Response:
    """The newest first."""
    page = Page(request).needs(DeskRight.WORK)
    await note_list(page)
    found = await request.app[DESK].follow_ups.about(opened_of(page), "visit")
    return page.show("desk/visits.html", visits=found[::-1][:_SHOWN], count=len(found))
