"""How the county stands, on one page: charts as SVG, each with its numbers beside it.

Source: docs/monitoring.md, "Dashboard".
"""

from aiohttp import web

from central.accounts.roles import Right
from central.county.dashboard.calls import ShowDashboard
from central.county.dashboard.pages.keys import DASHBOARD_OF
from runtime.web.page import Page

routes = web.RouteTableDef()

DAYS = (7, 30, 90)
LIGHTS = {
    "green": "绿灯",
    "yellow": "黄灯",
    "blue": "蓝灯",
    "red": "红灯",
    "deep-red": "深红灯",
}


@routes.get("/dashboard")
async def show(request: web.Request) -> web.Response:
    """Counts alone: of no person, and of no case."""
    page, days = Page(request).needs(Right.LOOK), request.query.get("days", "")
    wanted = int(days) if days in map(str, DAYS) else DAYS[1]
    found = await request.app[DASHBOARD_OF].show(page.actor, ShowDashboard(days=wanted))
    return page.show("dashboard/show.html", found=found, days=DAYS, wanted=wanted, lights=LIGHTS)
