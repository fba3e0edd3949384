"""Bad ratings on pages, what is done about one, and sums of all ratings.

Lists and sums show nobody's words. Source: docs/ratings.md, "Pages".
"""

import re
from urllib.parse import urlencode

from aiohttp import web

from central.accounts.roles import Right
from central.county.ratings.calls import DoCallback, ListCallbacks, ShowCallback, ShowSums
from central.county.ratings.pages.keys import RATINGS
from central.county.ratings.steps import BY_OTHERS
from central.county.ratings.words import (
    ANSWERS,
    CALLS,
    DETAILS,
    DIMENSIONS,
    FINDINGS,
    LEVELS,
    LIGHTS,
    OTHERS,
    STATES,
    STEPS,
)
from protocol.errors import RefusedError, UsageError, YizhanError
from protocol.limits import MAX_NAME_CHARS, MAX_NOTE_CHARS
from runtime.web.page import Page

routes = web.RouteTableDef()

CASE = "{case:[0-9A-Za-z-]{1,40}}"
STEP = "{step:taken|returned|called|found|mended|answered|closed}"
MISSING = ("联系上评价人（或 3 次没有联系上）", "核实", "整改", "答复评价人")
WORDS = (
    *LEVELS.values(),
    *STATES.values(),
    *STEPS.values(),
    *CALLS.values(),
    *FINDINGS.values(),
    *ANSWERS.values(),
    *LIGHTS.values(),
    *DIMENSIONS.values(),
    *MISSING,
    OTHERS,
)
"""What is translated beside the templates."""

_SHOWN = 50  # on one page
_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])", re.ASCII)
_AFTER = re.compile(r"[0-9]{1,15}-[0-9a-f]{16}-[0-9a-f]{32}", re.ASCII)
_SAY = {
    "levels": LEVELS,
    "states": STATES,
    "steps": STEPS,
    "details": DETAILS,
    "lights": LIGHTS,
    "dimensions": DIMENSIONS,
}


@routes.get("/ratings")
async def listed(request: web.Request) -> web.Response:
    """Bad ratings, the oldest first."""
    page, query = Page(request).needs(Right.CASES), request.query
    state, after = query.get("state", ""), query.get("after", "")
    wanted = ListCallbacks(
        state=state if state in STATES else "",
        department=query.get("department", "")[:MAX_NAME_CHARS],
        overdue=state == "overdue",
        after=after if _AFTER.fullmatch(after) else "",
        limit=_SHOWN,
    )
    found = await request.app[RATINGS].list(page.actor, wanted)
    asked = {"state": state, "department": wanted.department, "after": found.more}
    more = urlencode({name: value for name, value in asked.items() if value})
    return page.show("ratings/listed.html", found=found, wanted=wanted, more=more, say=_SAY)


@routes.get("/ratings/sums")
async def sums(request: web.Request) -> web.Response:
    """Sums by item, department, township or month."""
    page, query = Page(request).needs(Right.LOOK), request.query
    by, month, until = (query.get(name, "") for name in ("by", "month", "until"))
    wanted = ShowSums(
        by=by if by in DIMENSIONS else "item",
        month=month if _MONTH.fullmatch(month) else "",
        until=until if _MONTH.fullmatch(until) and until >= month else "",
    )
    found = await request.app[RATINGS].sums(page.actor, wanted)
    return page.show("ratings/sums.html", found=found, say=_SAY)


@routes.get(f"/ratings/of/{CASE}")
async def one(request: web.Request) -> web.Response:
    """One bad rating; that somebody saw it is recorded."""
    return await _show(Page(request).needs(Right.CASES))


@routes.post(f"/ratings/of/{CASE}/{STEP}")
async def done(request: web.Request) -> web.Response:
    """The next step; what is refused is said on the page, and changes nothing."""
    page = Page(request).needs(Right.CASES)
    case, step = (request.match_info[name] for name in ("case", "step"))
    words = await page.field("words", most=MAX_NOTE_CHARS)
    detail = await page.field("detail", most=20)
    wanted = DoCallback(case=case, kind=step, detail=detail, words=words)
    try:
        await request.app[RATINGS].do(page.actor, wanted)
    except (RefusedError, UsageError) as exc:
        return await _show(page, error=exc, step=step, words=words)
    return page.go(f"/ratings/of/{case}")


async def _show(
    page: Page, *, error: YizhanError | None = None, step: str = "", words: str = ""
) -> web.Response:
    wanted = ShowCallback(case=page.request.match_info["case"])
    shown = await page.request.app[RATINGS].show(page.actor, wanted)
    return page.show(
        "ratings/one.html",
        status=400 if error else 200,
        one=shown,
        others=BY_OTHERS,
        is_rated=page.actor.name in shown.rated,
        is_mine=shown.holder in ("", page.actor.name),
        error=error,
        step=step,
        words=words,
        say=_SAY,
    )
