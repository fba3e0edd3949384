"""A slip that somebody brings: what it says, and whether it is true. The same on every site.

Whoever has no site saves the page that stands alone, with the keys as the roster has them now.
"""

from aiohttp import web

from protocol.errors.slips import SlipError
from protocol.limits import MAX_SLIP_CHARS
from runtime.node.slip_page import NAME
from runtime.node.slips import SlipShown, SlipVerifier, VerifySlip
from runtime.web.downloads import file_response
from runtime.web.page import Page

routes = web.RouteTableDef()

SLIPS = web.AppKey("SLIPS", SlipVerifier)


@routes.get("/slips")
async def ask(request: web.Request) -> web.Response:
    """The form: a scanner types into it, or a person."""
    return _form(Page(request))


@routes.post("/slips")
async def verify(request: web.Request) -> web.Response:
    """What the slip says, with what that proves and what it does not."""
    page = Page(request)
    text = await page.field("text", most=MAX_SLIP_CHARS)
    try:
        shown = await request.app[SLIPS].verify(page.actor, VerifySlip(text=text))
    except SlipError as exc:
        return _form(page, text, error=exc)
    return _form(page, text, shown=shown)


@routes.get("/slips/page")
async def alone(request: web.Request) -> web.Response:
    """The file that needs no site and no network."""
    Page(request).login  # noqa: B018 - for whoever is logged in
    return file_response(NAME, request.app[SLIPS].page(), save=True)


def _form(
    page: Page, text: str = "", *, shown: SlipShown | None = None, error: SlipError | None = None
) -> web.Response:
    page.login  # noqa: B018 - for whoever is logged in
    return page.show(
        "slips/verify.html",
        status=200 if error is None else 400,
        text=text,
        slip=shown,
        error=error,
        most=MAX_SLIP_CHARS,
    )
