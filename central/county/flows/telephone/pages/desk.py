"""One form, one sentence. Neither number ever stands in an address."""

from aiohttp import web

from central.accounts.roles import Right
from central.county.flows.telephone.calls import LAST_CHARS, Inquire
from central.county.flows.telephone.pages.keys import TELEPHONE
from protocol.errors import RefusedError
from runtime.web.page import Page

routes = web.RouteTableDef()

_NUMBER_CHARS = 60


@routes.get("/telephone")
async def form(request: web.Request) -> web.Response:
    """Where both are typed in."""
    page = Page(request).needs(Right.CASES)
    return page.show("telephone/desk.html", number="", told=None, error=None)


@routes.post("/telephone")
async def inquire(request: web.Request) -> web.Response:
    """The sentence, or that both do not belong together."""
    page = Page(request).needs(Right.CASES)
    number = await page.field("number", most=_NUMBER_CHARS)
    last = await page.field("last", most=LAST_CHARS)
    try:
        told = await request.app[TELEPHONE].inquire(page.actor, Inquire(number=number, last=last))
    except RefusedError as exc:
        return page.show("telephone/desk.html", status=400, number=number, told=None, error=exc)
    return page.show("telephone/desk.html", number=number, told=told, error=None)
