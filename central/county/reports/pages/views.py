"""Monthly reports on pages: every edition, one to read and print, its CSV and its signed bytes.

Source: docs/reports.md, "Pages".
"""

from aiohttp import web

from central.accounts.roles import Right
from central.county.reports.calls import MakeReport, ReportShown, ShowReport
from central.county.reports.export import csv_of
from central.county.reports.pages.keys import REPORTS
from central.county.reports.words import COLUMNS, DIMENSIONS, RATED
from central.county.supervision.words import LIGHTS, RUNGS
from protocol.errors import RefusedError, UsageError, YizhanError
from protocol.limits import MAX_NOTE_CHARS
from runtime.control.calls import Nothing
from runtime.web.downloads import made_file
from runtime.web.page import Page

routes = web.RouteTableDef()

EDITION = "{month:20[0-9]{2}-[01][0-9]}/{edition:[1-9][0-9]{0,3}}"
FILE = "{form:csv|json}"
WORDS = (
    *DIMENSIONS.values(),
    *COLUMNS.values(),
    *RATED.values(),
    *LIGHTS.values(),
    *RUNGS.values(),
)
"""What is translated beside the templates."""

_SAY = {
    "dimensions": DIMENSIONS,
    "columns": COLUMNS,
    "rated": RATED,
    "lights": LIGHTS,
    "rungs": RUNGS,
}
_KINDS = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@routes.get("/reports")
async def listed(request: web.Request) -> web.Response:
    """Every edition, and the form for the next."""
    return await _list(Page(request).needs(Right.LOOK))


@routes.post("/reports")
async def make(request: web.Request) -> web.Response:
    """Freeze a month; what is refused is said on the page, and writes nothing."""
    page = Page(request).needs(Right.CONFIRM)
    month = await page.field("month", most=7)
    reason = await page.field("reason", most=MAX_NOTE_CHARS)
    try:
        wanted = MakeReport(month=month, reason=reason)
        made = await request.app[REPORTS].make(page.actor, wanted)
    except (RefusedError, UsageError) as exc:
        return await _list(page, error=exc, month=month, reason=reason)
    return page.go(f"/reports/{made.month}/{made.edition}")


@routes.get(f"/reports/{EDITION}")
async def one(request: web.Request) -> web.Response:
    """One edition, to read and print."""
    page = Page(request).needs(Right.LOOK)
    found = await _found(page)
    return page.show("reports/one.html", found=found, body=found.body, say=_SAY)


@routes.get(f"/reports/{EDITION}/report.{FILE}")
async def download(request: web.Request) -> web.Response:
    """Its CSV, or its signed bytes."""
    page, form = Page(request).needs(Right.LOOK), request.match_info["form"]
    found = await _found(page)
    data = csv_of(found.body) if form == "csv" else found.text.encode()
    line = found.line
    return made_file(f"report-{line.month}-{line.edition}.{form}", _KINDS[form], data)


async def _found(page: Page) -> ReportShown:
    where = page.request.match_info
    wanted = ShowReport(month=where["month"], edition=int(where["edition"]))
    return await page.request.app[REPORTS].show(page.actor, wanted)


async def _list(
    page: Page, *, error: YizhanError | None = None, month: str = "", reason: str = ""
) -> web.Response:
    found = await page.request.app[REPORTS].list(page.actor, Nothing())
    return page.show(
        "reports/listed.html",
        status=400 if error else 200,
        found=found,
        error=error,
        month=month,
        reason=reason,
    )
