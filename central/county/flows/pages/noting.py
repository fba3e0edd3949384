"""A handler's own note of a case: it saves itself, and says when it could not.

Source: docs/casework.md, "Notes"; runtime/web/static/note.js.
"""

from aiohttp import web

from central.accounts.roles import Right
from central.county.flows.notes import MAX_NOTE_LENGTH
from central.county.flows.pages.keys import FLOWS
from protocol.errors import YizhanError
from protocol.trust.schedule import local_time
from runtime.web.numbers import whole_number
from runtime.web.page import Page, is_fragment

routes = web.RouteTableDef()

CASE = "{case:[0-9A-Za-z-]{1,40}}"
_VERSION_DIGITS = 9
_REFUSED = 409


@routes.post(f"/cases/{CASE}/note")
async def keep(request: web.Request) -> web.Response:
    """Keep it; the window that asks is told when, or why not."""
    page = Page(request).needs(Right.CASES)
    case = request.match_info["case"]
    text = await page.field("note", most=MAX_NOTE_LENGTH)
    version = await page.field("version", most=_VERSION_DIGITS)
    number = whole_number(version) or 0
    if not is_fragment(request):  # a browser that runs no script
        await request.app[FLOWS].keep_note(page.actor, case, text, number)
        return page.go(f"/cases/{case}#note")
    try:
        kept = await request.app[FLOWS].keep_note(page.actor, case, text, number)
    except YizhanError as exc:
        return web.json_response({"words": exc.words(page.language)}, status=_REFUSED)
    at = f"{local_time(kept.saved_ms):%H:%M:%S}"
    return web.json_response({"version": kept.version, "at": at})
