"""The review tray on a page: what withdrawn or lost PCs had sealed, for a person to judge.

It shows what citizens wrote, so each look at it stands in the audit record.
"""

from aiohttp import web

from central.county.review.calls import ACCEPT, REJECT, REVIEW
from central.staff.roles import Right
from central.web.page import Page
from protocol.errors import PageMissingError

routes = web.RouteTableDef()

_ENVELOPE = "{envelope:[0-9a-f]{64}}"


@routes.get("/tray")
async def listed(request: web.Request) -> web.Response:
    """What waits, by station."""
    return await _show(Page(request).needs(Right.GRANT))


@routes.post(f"/tray/{_ENVELOPE}/{{verb}}")
async def judge(request: web.Request) -> web.Response:
    """Make one a case, or do not take it; its station is told either way."""
    page = Page(request).needs(Right.GRANT)
    envelope, verb = request.match_info["envelope"], request.match_info["verb"]
    if verb == "accept":
        answer = await page.run(ACCEPT, envelope=envelope)
        return await _show(page, case=answer["case"])
    if verb == "reject":
        await page.run(REJECT, envelope=envelope, note=await page.field("note"))
        return page.go("/tray")
    raise PageMissingError(verb[:20])


async def _show(page: Page, *, case: str = "") -> web.Response:
    after = page.request.query.get("after", "")
    found = await page.run(REVIEW, after=after)
    last = f"{found[-1]['station']}:{found[-1]['envelope']}" if found else ""
    return page.show("console/tray.html", found=found, last=last, case=case)
