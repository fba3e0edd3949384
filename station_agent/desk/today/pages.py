"""The first page: what is to be done, what waits longest first, and a button for each."""

from aiohttp import web

from runtime.web.page import Page
from station_agent.desk.keys import DESK, reader_of
from station_agent.desk.rights import DeskRight

routes = web.RouteTableDef()

_SHOWN = 20  # of each pile; the rest stands in the list


@routes.get("/today")
async def today(request: web.Request) -> web.Response:
    """Today's work."""
    page = Page(request).needs(DeskRight.WORK)
    desk, reader = request.app[DESK], reader_of(page)
    batches = await desk.batches().batches.listed(reader.opened)
    status = desk.status
    return page.show(
        "desk/today.html",
        piles=await status.listing.piles(reader.opened, reader.index, _SHOWN),
        station=await status.told(reader.opened.vault, 0),
        batches=[one for one in batches if one.rows > one.handed_in],
        drafts=(await desk.drafts.told(reader.opened)).open,
        owed=await desk.due.owed(reader.opened.vault, _SHOWN),
        under_way=await desk.due.under_way(reader.opened.vault, _SHOWN),
        names=reader.index.items,
        leaving=await desk.drafts.leaving(reader.opened),
    )
