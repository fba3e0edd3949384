"""The page on which the market days of one place are edited; it becomes a draft."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from aiohttp import web

from central.accounts.roles import Right
from central.county.catalogue.pages.days.ahead import weeks_ahead
from central.county.catalogue.pages.days.overlay_edit import today_of
from central.county.catalogue.pages.days.rules import MARKET_PARTS, Rules, rows_of
from central.county.catalogue.pages.editing.controls import Drawing
from central.county.catalogue.pages.editing.entry import Entered, entered
from central.county.catalogue.pages.editing.proposing import Attempt, answered, is_bad, source_of
from central.county.catalogue.pages.editing.results import Results
from central.county.catalogue.pages.editing.seen import seen_of, unseen
from central.county.catalogue.pages.keys import CATALOGUE, PLACES
from central.county.catalogue.pages.reading import Source
from central.county.catalogue.pages.values import objects, parsed
from central.county.catalogue.pages.views.months import short_name
from central.county.catalogue.pages.views.words import WEEKDAYS
from protocol.catalogue.calendars.market import Market
from protocol.catalogue.findings import Finding
from protocol.catalogue.items.divisions import is_division
from protocol.catalogue.items.names import LOCAL, MARKETS
from protocol.errors import PageMissingError, YizhanError
from runtime.web.page import Page, is_fragment

routes = web.RouteTableDef()
_PATH = "/catalogue/markets/{division:[0-9]{9,12}}/edit"
LONG_FORMS = {"/catalogue/markets/": Right.AUTHOR}


@routes.get(_PATH)
async def form(request: web.Request) -> web.Response:
    """The market days of the newest release, or of a draft."""
    page = Page(request).needs(Right.AUTHOR)
    source = await _source(page)
    return _show(page, source, Entered(raw=_before(page, source)), ())


@routes.post(_PATH)
async def sent(request: web.Request) -> web.Response:
    """Check what was typed, or save it as a draft."""
    page = Page(request).needs(Right.AUTHOR)
    source, code = await _source(page), request.match_info["division"]
    before, post = _before(page, source), await request.post()
    made = entered(before, post, MARKET_PARTS)
    rules = Rules.read(made.raw)
    found = rules.findings or await _narrowed(page, source, rules.raw)

    def change(file: dict[str, Any]) -> None:
        markets = {**file.get("market_days", {}), code: rules.raw}
        file["market_days"] = {one: found for one, found in markets.items() if found}

    attempt = Attempt(
        source=source,
        findings=[*unseen(post, before, source), *found],
        change=change,
        show=lambda found, error: _show(page, source, made, found, error, checked=True),
        to=lambda number: f"/catalogue/calendar?draft={number}&place={code}&saved=1",
    )
    return await answered(page, attempt)


async def _source(page: Page) -> Source:
    if not is_division(page.request.match_info["division"]):
        raise PageMissingError(page.request.path)
    return await source_of(page)


def _before(page: Page, source: Source) -> dict[str, Any]:
    table = parsed(source.entries.get(MARKETS))
    return rows_of(objects(table, page.request.match_info["division"]))


async def _narrowed(page: Page, source: Source, rules: Sequence[dict[str, Any]]) -> list[Finding]:
    """Whether what is offered on market days alone would be left without any."""
    code = page.request.match_info["division"]
    markets = {**parsed(source.entries.get(MARKETS)), code: rules}
    document = {
        "items": [],
        "market_days": {one: found for one, found in markets.items() if found},
        "local": {
            name.removeprefix(LOCAL): parsed(entry)
            for name, entry in source.entries.items()
            if name.startswith(f"{LOCAL}{code}")
        },
    }
    found = await page.request.app[CATALOGUE].checking.whole(document)
    return [one for one in found if one.code in ("item.local-market", "item.markets")]


def _show(
    page: Page,
    source: Source,
    made: Entered,
    findings: Sequence[Finding],
    error: YizhanError | None = None,
    *,
    checked: bool = False,
) -> web.Response:
    code, part, before = (
        page.request.match_info["division"],
        is_fragment(page.request),
        _before(page, source),
    )
    old, new = Rules.read(before).markets, Rules.read(made.raw).markets
    drawing = Drawing(
        raw=made.raw,
        before=before,
        findings=findings,
        was=made.was,
        words=page.site.templates.words[page.language].gettext,
        parts=MARKET_PARTS,
    )
    name = short_name(page.request.app[PLACES]().get(code, code))
    return page.show(
        "catalogue/findings.html" if part else "catalogue/days_edit.html",
        status=400 if is_bad(findings, error) and not part else 200,
        results=Results.of(findings, drawing.blocks(), checked=checked),
        live=part,
        draft=source.draft,
        error=error,
        preview="catalogue/days_preview.html",
        weekdays=WEEKDAYS,
        weeks=weeks_ahead(today_of(page), lambda day: _held(old, day), lambda day: _held(new, day)),
        changed=[],
        own=f"/catalogue/markets/{code}/edit",
        seen=seen_of(before),
        back=f"/catalogue/calendar?place={code}",
        heading="圩日",
        place=name,
    )


def _held(markets: Sequence[Market], day: date) -> tuple[str, str]:
    try:
        return ("圩", "") if any(one.holds(day) for one in markets) else ("", "")
    except ValueError:  # a day that the lunar table does not know
        return "", ""
