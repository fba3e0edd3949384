"""The one button of an application that does not get on: offer it again, and exchange.

Source: docs/operations.md, "After handing in".
"""

from functools import partial

from aiohttp import web

from runtime.control.calls import Nothing
from runtime.web.page import Page
from station_agent.desk.followups.address import ONE
from station_agent.desk.keys import DESK
from station_agent.desk.rights import DeskRight

routes = web.RouteTableDef()


@routes.post(f"{ONE}/again")
async def again(request: web.Request) -> web.Response:
    """Offer again whatever was set aside, and exchange now; the page shows how far it is."""
    page = Page(request).needs(DeskRight.WORK)
    exchange = request.app[DESK].exchange
    await exchange.retry(page.actor, Nothing())
    body = partial(exchange.now, page.actor, Nothing())
    task = page.site.tasks.start(page.login.name, "exchange", body, in_bytes=True)
    return page.go(f"/line/{task.number}")
