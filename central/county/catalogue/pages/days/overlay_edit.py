"""The page on which the county's own days off are edited; it becomes a draft."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from aiohttp import web

from central.accounts.roles import Right
from central.county.catalogue.national import national_calendar
from central.county.catalogue.pages.days.ahead import weeks_ahead
from central.county.catalogue.pages.days.overlay import (
    DAY_PARTS,
    Overlay,
    changed_days,
    day_words,
    rows_of,
)
from central.county.catalogue.pages.editing.controls import Drawing
from central.county.catalogue.pages.editing.entry import Entered, entered
from central.county.catalogue.pages.editing.proposing import Attempt, answered, is_bad, source_of
from central.county.catalogue.pages.editing.results import Results
from central.county.catalogue.pages.editing.seen import seen_of, unseen
from central.county.catalogue.pages.reading import Source
from central.county.catalogue.pages.views.words import WEEKDAYS
from protocol.catalogue.calendars.workdays import Calendar
from protocol.catalogue.findings import Finding
from protocol.catalogue.items.names import CALENDAR
from protocol.catalogue.items.release import calendar_of
from protocol.errors import YizhanError
from protocol.trust.schedule import local_time
from runtime.web.page import Page, is_fragment

routes = web.RouteTableDef()
PATH = "/catalogue/calendar/edit"
LONG_FORMS = {PATH: Right.AUTHOR}


@routes.get(PATH)
async def form(request: web.Request) -> web.Response:
    """The days off of the newest release, or of a draft."""
    page = Page(request).needs(Right.AUTHOR)
    source = await source_of(page)
    before = rows_of(calendar_in(source, today_of(page)).local)
    return _show(page, source, Entered(raw=before), ())


@routes.post(PATH)
async def sent(request: web.Request) -> web.Response:
    """Check what was typed, or save it as a draft."""
    page = Page(request).needs(Right.AUTHOR)
    source = await source_of(page)
    calendar = calendar_in(source, today_of(page))
    before, post = rows_of(calendar.local), await request.post()
    made = entered(before, post, DAY_PARTS)
    typed = Overlay.read(made.raw, calendar)
    local = {str(day): name for day, name in sorted(typed.local.items())}

    def change(file: dict[str, Any]) -> None:
        own = {**file.get("calendar", {}), "local": local}
        file["calendar"] = {key: one for key, one in own.items() if one}

    attempt = Attempt(
        source=source,
        findings=[*unseen(post, before, source), *typed.findings],
        change=change,
        show=lambda found, error: _show(page, source, made, found, error, checked=True),
        to=lambda number: f"/catalogue/calendar?draft={number}&saved=1",
    )
    return await answered(page, attempt)


def calendar_in(source: Source, today: date) -> Calendar:
    """The working days of a release or draft; before the first those of the country."""
    if CALENDAR in source.entries:
        return calendar_of(source.entries)
    return national_calendar(today.year)


def today_of(page: Page) -> date:
    """Today in the county."""
    return local_time(page.site.clock.now_ms()).date()


def _show(
    page: Page,
    source: Source,
    made: Entered,
    findings: Sequence[Finding],
    error: YizhanError | None = None,
    *,
    checked: bool = False,
) -> web.Response:
    today, part = today_of(page), is_fragment(page.request)
    old = calendar_in(source, today)
    new = replace(old, local=Overlay.read(made.raw, old).local)
    drawing = Drawing(
        raw=made.raw,
        before=rows_of(old.local),
        findings=findings,
        was=made.was,
        words=page.site.templates.words[page.language].gettext,
        parts=DAY_PARTS,
    )
    return page.show(
        "catalogue/findings.html" if part else "catalogue/days_edit.html",
        status=400 if is_bad(findings, error) and not part else 200,
        results=Results.of(findings, drawing.blocks(), checked=checked),
        live=part,
        draft=source.draft,
        error=error,
        preview="catalogue/days_preview.html",
        weekdays=WEEKDAYS,
        weeks=weeks_ahead(today, lambda day: day_words(old, day), lambda day: day_words(new, day)),
        changed=[
            (day, day_words(old, day), day_words(new, day))
            for day in changed_days(old.local, new.local)
        ],
        own=PATH,
        seen=seen_of(rows_of(old.local)),
        back="/catalogue/calendar",
        heading="本县放假",
        place="",
    )
