"""Supervision on pages: lists by the address, a card and what is said to it, the view for a wall.

None of them shows whose a case is. Source: docs/clocks.md, "Pages".
"""

import re
from collections.abc import Mapping
from dataclasses import asdict
from urllib.parse import urlencode

from aiohttp import web

from central.accounts.roles import Right
from central.county.supervision.calls import (
    CardShown,
    ListCards,
    SayToCard,
    SetYellow,
    ShowCard,
    ShowOverview,
)
from central.county.supervision.operations import BY_HANDLER
from central.county.supervision.pages.keys import SUPERVISION
from central.county.supervision.words import (
    APPEAL_WORDS,
    KIND_WORDS,
    LIGHTS,
    LIMITS,
    RUNGS,
    STATE_WORDS,
)
from protocol.errors import RefusedError, UsageError, YizhanError
from protocol.limits import MAX_NAME_CHARS, MAX_NOTE_CHARS
from runtime.control.calls import Nothing
from runtime.web.numbers import whole_number
from runtime.web.page import Page

routes = web.RouteTableDef()

CARD = "{card:[1-9][0-9]{0,14}}"
SAID = "{kind:replied|appealed}"  # by a department
JUDGED = "{judged:verified|returned|upheld|rejected}"  # by whoever supervises
WORDS = (
    *LIGHTS.values(),
    *RUNGS.values(),
    *STATE_WORDS.values(),
    *filter(None, APPEAL_WORDS.values()),
    *KIND_WORDS.values(),
    *filter(None, LIMITS.values()),
)
"""What is translated beside the templates."""

_YELLOW = ("percent", "least", "short")  # numbers of the form
_DIGITS = 6
_SHOWN = 20  # cards on a page
_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
_WORDS = {
    "lights": LIGHTS,
    "rungs": RUNGS,
    "states": STATE_WORDS,
    "appeals": APPEAL_WORDS,
    "kinds": KIND_WORDS,
    "limits": LIMITS,
}
_SAYABLE = {  # by the state of a card, and by that of its appeal
    "open": ("replied",),
    "replied": ("verified", "returned"),
}


@routes.get("/supervision")
async def listed(request: web.Request) -> web.Response:
    """How the county stands: lights, what is late, and cards that fit."""
    page = Page(request).needs(Right.LOOK)
    wanted = _wanted(request)
    supervision = request.app[SUPERVISION]
    found = await supervision.list(page.actor, wanted)
    overview = await supervision.overview(page.actor, ShowOverview(month=wanted.month))
    asked = {name: getattr(wanted, name) for name in ("state", "rung", "department", "month")}
    asked = {name: value for name, value in asked.items() if value}
    return page.show(
        "supervision/listed.html",
        found=found,
        overview=overview,
        wanted=wanted,
        more=urlencode({**asked, "before": found.more}),
        say=_WORDS,
    )


@routes.get("/supervision/wall")
async def wall(request: web.Request) -> web.Response:
    """Counts and masked numbers, for a screen that everybody sees."""
    page = Page(request).needs(Right.LOOK)
    shown = await request.app[SUPERVISION].wall(page.actor)
    return page.show("supervision/wall.html", wall=shown, say=_WORDS)


@routes.get("/supervision/rules")
async def rules(request: web.Request) -> web.Response:
    """Which rules count, and when yellow begins."""
    return await _rules(Page(request).needs(Right.LOOK))


@routes.post("/supervision/rules")
async def set_yellow(request: web.Request) -> web.Response:
    """Let yellow begin at another time, or as usual again."""
    page = Page(request).needs(Right.RECORD)
    said = {name: await page.field(name, most=_DIGITS) for name in _YELLOW}
    usual = await page.field("usual", most=1) == "1"
    try:
        wanted = SetYellow(usual=True) if usual else _yellow(said)
        await request.app[SUPERVISION].set_yellow(page.actor, wanted)
    except UsageError as exc:
        return await _rules(page, error=exc, said=said)
    return page.go("/supervision/rules")


@routes.get(f"/supervision/{CARD}")
async def one(request: web.Request) -> web.Response:
    """One card with what was said to it."""
    page = Page(request).needs(Right.LOOK)
    return await _show(page, int(request.match_info["card"]))


@routes.post(f"/supervision/{CARD}/{SAID}")
async def say(request: web.Request) -> web.Response:
    """Answer it, or appeal against it."""
    return await _say(Page(request).needs(Right.CASES), request.match_info["kind"])


@routes.post(f"/supervision/{CARD}/{JUDGED}")
async def judge(request: web.Request) -> web.Response:
    """Say whether the answer or the appeal is good."""
    return await _say(Page(request).needs(Right.RECORD), request.match_info["judged"])


def _yellow(said: Mapping[str, str]) -> SetYellow:
    """As somebody typed it; raises UsageError."""
    percent, least, short = (whole_number(said[name]) for name in _YELLOW)
    if percent is None or least is None or short is None:
        raise UsageError("黄灯的界限都要填整数")
    return SetYellow(percent=percent, least=least, short=short)


async def _rules(
    page: Page, *, error: UsageError | None = None, said: Mapping[str, str] | None = None
) -> web.Response:
    supervision = page.request.app[SUPERVISION]
    return page.show(
        "supervision/rules.html",
        status=400 if error else 200,
        rules=(await supervision.rules(page.actor, Nothing())).rules,
        yellow=said or asdict(await supervision.yellow(page.actor, Nothing())),
        error=error,
        say=_WORDS,
    )


async def _say(page: Page, kind: str) -> web.Response:
    request = page.request
    card = int(request.match_info["card"])
    words = await page.field("words", most=MAX_NOTE_CHARS)
    wanted = SayToCard(card=card, kind=kind, words=words)
    try:
        await request.app[SUPERVISION].say(page.actor, wanted)
    except RefusedError as exc:
        return await _show(page, card, error=exc, words=words)
    return page.go(f"/supervision/{card}")


async def _show(
    page: Page, number: int, *, error: YizhanError | None = None, words: str = ""
) -> web.Response:
    card = await page.request.app[SUPERVISION].show(page.actor, ShowCard(card=number))
    return page.show(
        "supervision/one.html",
        status=400 if error else 200,
        card=card,
        sayable=_sayable(page, card),
        error=error,
        words=words,
        say=_WORDS,
    )


def _sayable(page: Page, card: CardShown) -> list[str]:
    """What the reader may say to it now."""
    kinds = [*_SAYABLE.get(card.state, ())]
    if card.state != "told" and not card.appeal:
        kinds.append("appealed")
    if card.appeal == "appealed":
        kinds += ["upheld", "rejected"]
    handles, looks = page.login.may(Right.CASES), page.login.may(Right.RECORD)
    return [kind for kind in kinds if (handles if kind in BY_HANDLER else looks)]


def _wanted(request: web.Request) -> ListCards:
    """From the address; what is no filter is ignored."""
    query = request.query
    state, rung, month = (query.get(name, "") for name in ("state", "rung", "month"))
    before = query.get("before", "")
    return ListCards(
        state=state if state in STATE_WORDS else "",
        rung=rung if rung in RUNGS else "",
        department=query.get("department", "")[:MAX_NAME_CHARS],
        month=month if _MONTH.fullmatch(month) else "",
        limit=_SHOWN,
        before=int(before) if re.fullmatch(r"[1-9][0-9]{0,14}", before, re.ASCII) else 0,
    )
