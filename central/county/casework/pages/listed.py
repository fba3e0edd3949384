"""The list of cases on a page: filtered by the address, found by number or name by a form.

A name never stands in an address: it would stay in the browser's history and in its neighbours'.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from aiohttp import web

from central.accounts.roles import Right
from central.county.casework.calls import OPEN, CaseLines, ListCases
from central.county.casework.models import MAX_APPLICANT_CHARS
from central.county.casework.pages.keys import CASES, TOWNSHIPS
from protocol.errors import CaseUnknownError, YizhanError
from runtime.web.page import Page

routes = web.RouteTableDef()

STATES = (OPEN, "received", "complete", "returned", "decided")
_MOST_CHARS = 100
_PLACE_CHARS = 80
_NUMBER = re.compile(r"(?=.*[0-9])[0-9A-Za-z][0-9A-Za-z \-]*")  # of a case, a block, or an id


@routes.get("/cases")
async def listed(request: web.Request) -> web.Response:
    """Cases that fit, newest first."""
    page = Page(request).needs(Right.CASES)
    wanted = _wanted(page, request.query)
    return await _show(page, wanted, await request.app[CASES].listed(page.actor, wanted))


@routes.post("/cases/find")
async def find(request: web.Request) -> web.Response:
    """The case of a number, or the cases of whoever is called like that."""
    page = Page(request).needs(Right.CASES)
    text = await page.field("text", most=MAX_APPLICANT_CHARS)
    after = await page.field("after", most=_PLACE_CHARS)
    cases = request.app[CASES]
    if not text:
        return page.go("/cases")
    if _NUMBER.fullmatch(text):
        try:
            return page.go(f"/cases/{await cases.number(page.actor, text)}")
        except CaseUnknownError as exc:
            none = CaseLines(cases=(), more="")
            return await _show(page, ListCases(), none, text=text, error=exc)
    wanted = ListCases(name=text, after=after)
    return await _show(page, wanted, await cases.listed(page.actor, wanted), text=text)


async def _show(
    page: Page,
    wanted: ListCases,
    found: CaseLines,
    *,
    text: str = "",
    error: YizhanError | None = None,
) -> web.Response:
    asked = {"state": wanted.state, "item": wanted.item, "hub": wanted.hub}
    asked = {name: value for name, value in asked.items() if value}
    return page.show(
        "cases/listed.html",
        status=400 if error else 200,
        found=found,
        wanted=wanted,
        asked=asked,
        more=urlencode({**asked, "after": found.more}),
        states=STATES,
        townships=page.request.app[TOWNSHIPS](),
        text=text,
        error=error,
    )


def _wanted(page: Page, query: Mapping[str, str]) -> ListCases:
    """From the address; what is no filter is ignored."""
    state, hub = query.get("state", ""), query.get("hub", "")
    item = query.get("item", "")[:_MOST_CHARS].strip()
    return ListCases(
        state=state if state in STATES else "",
        item=item if item.isprintable() else "",
        hub=hub if hub in page.request.app[TOWNSHIPS]() else "",
        after=query.get("after", "")[:_PLACE_CHARS],
    )
