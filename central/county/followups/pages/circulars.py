"""Circulars on pages: a list with a form for the next, and one by itself with who has read it."""

from aiohttp import web

from central.accounts.roles import Right
from central.county.followups.circular_calls import Circulars, SendCircular, ShowCircular
from central.county.followups.circular_operations import PAGE
from central.county.followups.pages.keys import CIRCULARS
from protocol.errors import UsageError
from protocol.limits import MAX_NAME_CHARS, MAX_NOTE_CHARS
from runtime.system import SystemRandomness
from runtime.web.page import Page

routes = web.RouteTableDef()

_ID_BYTES, _ID_CHARS = 16, 32


@routes.get("/circulars")
async def listed(request: web.Request) -> web.Response:
    """The newest first, each with how many stations have not read it."""
    return await _list(Page(request).needs(Right.CASES))


@routes.post("/circulars")
async def send(request: web.Request) -> web.Response:
    """Send one to every station."""
    page = Page(request).needs(Right.CASES)
    own, title = await page.field("circular", most=_ID_CHARS), await page.field("title")
    words = await page.field("words")
    try:
        wanted = SendCircular(circular=own, title=title, words=words)
        sent = await request.app[CIRCULARS].send(page.actor, wanted)
    except UsageError as exc:
        return await _list(page, error=exc, title=title, words=words)
    return page.go(f"/circulars/{sent.circular}?sent")


@routes.get("/circulars/{circular:[0-9a-f]{32}}")
async def one(request: web.Request) -> web.Response:
    """One of them: what it says, and by station who has read it."""
    page = Page(request).needs(Right.CASES)
    wanted = ShowCircular(circular=request.match_info["circular"])
    found = await request.app[CIRCULARS].one(page.actor, wanted)
    return page.show("circulars/one.html", one=found, sent="sent" in request.query)


async def _list(
    page: Page, *, error: UsageError | None = None, title: str = "", words: str = ""
) -> web.Response:
    wanted = Circulars(after=page.request.query.get("after", "")[:_ID_CHARS])
    found = await page.request.app[CIRCULARS].circulars(page.actor, wanted)
    return page.show(
        "circulars/listed.html",
        status=400 if error else 200,
        found=found,
        more=found[-1].circular if len(found) == PAGE else "",
        own=SystemRandomness().token(_ID_BYTES).hex(),
        most_title=MAX_NAME_CHARS,
        most=MAX_NOTE_CHARS,
        error=error,
        title=title,
        words=words,
    )
