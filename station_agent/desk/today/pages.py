"""The first page: what came back, what has not left yet; what waits longest is first."""

from aiohttp import web

from runtime.web.page import Page
from station_agent.desk.keys import DESK, opened_of
from station_agent.desk.rights import DeskRight
from station_agent.store.applications import ApplicationState as State

routes = web.RouteTableDef()

_NOT_LEFT = frozenset({State.SAVED.value})
_RESULTS = frozenset({State.DECIDED.value, State.REJECTED.value})
_SHOWN = 20  # of each pile; the rest stands in the list


@routes.get("/today")
async def today(request: web.Request) -> web.Response:
    """Today's work."""
    page = Page(request).needs(DeskRight.WORK)
    status = await request.app[DESK].status.told(opened_of(page).vault)
    oldest_first = sorted(status.applications, key=lambda one: one.saved_ms)
    returned = [one for one in oldest_first if one.state == State.RETURNED.value]
    waiting = [one for one in oldest_first if one.state in _NOT_LEFT]
    results = [one for one in oldest_first if one.state in _RESULTS]
    return page.show(
        "desk/today.html",
        returned=returned[:_SHOWN],
        waiting=waiting[:_SHOWN],
        results=results[-_SHOWN:],
        counts={"returned": len(returned), "waiting": len(waiting), "results": len(results)},
        station=status,
        drafts=(await request.app[DESK].drafts.told(opened_of(page))).open,
        leaving=await request.app[DESK].drafts.leaving(opened_of(page)),
    )
