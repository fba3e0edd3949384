"""Working days and market days of a month, and a limit tried out day by day."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import date

from aiohttp import web

from central.accounts.roles import Right
from central.county.catalogue.calls import DueAnswer, DueQuestion
from central.county.catalogue.national import national_calendar
from central.county.catalogue.pages.item import draft_of
from central.county.catalogue.pages.keys import CATALOGUE, PLACES
from central.county.catalogue.pages.views.months import (
    FIRST_YEAR,
    LAST_YEAR,
    Place,
    month_of,
    places_of,
    short_name,
)
from central.county.catalogue.pages.views.words import WEEKDAYS
from protocol.catalogue.calendars.horizon import MIN_DAYS_AHEAD, horizon
from protocol.catalogue.items.names import CALENDAR
from protocol.catalogue.items.release import calendar_of
from protocol.errors import UsageError
from protocol.trust.schedule import local_time
from runtime.web.page import Page

routes = web.RouteTableDef()

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_MOST_CHARS = 40
TOWNSHIP_DIGITS = 9  # of a division code


@routes.get("/catalogue/calendar")
async def month(request: web.Request) -> web.Response:
    """A month, of all places or of one."""
    page = Page(request).needs(Right.LOOK)
    parts = request.app[CATALOGUE]
    source = await parts.reading.source(page.actor, draft_of(page))
    entries = source.entries
    limits = await parts.reading.limits(page.actor)
    today = local_time(page.site.clock.now_ms()).date()
    calendar = calendar_of(entries) if CALENDAR in entries else national_calendar(today.year)
    names = request.app[PLACES]()
    places = await asyncio.to_thread(places_of, entries, names)
    code = request.query.get("place", "")[:_MOST_CHARS]
    shown = [one for one in places if code in ("", one.code)]
    first = _first(request.query.get("month", ""), today)
    return page.show(
        "catalogue/calendar.html",
        month=await asyncio.to_thread(month_of, first, calendar, shown),
        weekdays=WEEKDAYS,
        today=today,
        places=places,
        place=code,
        rules=_rules(shown),
        horizon=await asyncio.to_thread(horizon, calendar, today, limits),
        ahead=MIN_DAYS_AHEAD,
        published=bool(entries),
        draft=source.draft,
        saved="saved" in request.query,
        others=_without(places, names),
    )


@routes.get("/catalogue/due")
async def due(request: web.Request) -> web.Response:
    """When a limit ends, and why."""
    page = Page(request).needs(Right.LOOK)
    start = request.query.get("from", "")[:_MOST_CHARS].strip()
    limit = request.query.get("limit", "")[:_MOST_CHARS].strip()
    answer: DueAnswer | None = None
    error: UsageError | None = None
    if start and limit:
        question = DueQuestion(start=start, limit=limit)
        try:
            answer = await request.app[CATALOGUE].days.due(page.actor, question)
        except UsageError as exc:
            error = exc
    today = local_time(page.site.clock.now_ms()).date()
    return page.show(
        "catalogue/due.html",
        start=start or today.isoformat(),
        limit=limit,
        answer=answer,
        error=error,
    )


def _first(text: str, today: date) -> date:
    """The first day of the month that is asked for; of this month if it is none."""
    found = _MONTH.fullmatch(text)
    year, number = (int(found[1]), int(found[2])) if found else (today.year, today.month)
    if FIRST_YEAR <= year <= LAST_YEAR and 1 <= number <= 12:  # noqa: PLR2004 - months
        return date(year, number, 1)
    return today.replace(day=1)


def _without(places: Sequence[Place], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Townships of which no market days are known: code and name."""
    known = {one.code for one in places}
    townships = [code for code in names if len(code) == TOWNSHIP_DIGITS and code not in known]
    return [(code, short_name(names[code])) for code in sorted(townships)]


def _rules(places: Sequence[Place]) -> list[tuple[str, str, list[str]]]:
    """Code, name and rules of each."""
    return [(one.code, one.name, [rule.words for rule in one.rules]) for one in places]
