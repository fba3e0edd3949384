"""Filing on pages: what is ready, what was made, where it is, and the purge by two persons.

None of them says whose a case is. Source: docs/archive.md.
"""

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from central.accounts.pages.proposals import agreed
from central.accounts.pages.shared import Agreeable, staff_of
from central.accounts.roles import Right
from central.county.archive import calls
from central.county.archive.operations import ArchiveOperations
from central.county.archive.pages.keys import ARCHIVE
from central.county.archive.purging import WHY
from central.county.archive.words import MADE
from protocol.casework.states import STATE_WORDS
from protocol.errors import RefusedError, UsageError, YizhanError
from protocol.limits import MAX_REASON_CHARS
from runtime.control.calls import handler
from runtime.web.page import Page

routes = web.RouteTableDef()

CASE = "{case:[0-9A-Za-z-]{1,40}}"
WORDS = (*WHY.values(), *STATE_WORDS.values(), *(one.title for one in MADE.values()))
"""What is translated beside the templates."""
_EMPTY = {"before": "", "place": "", "sums": ""}
_SHOWN = 50
_MOST_MADE = 50  # cases in one order: a page waits for it
_DAY_CHARS = 10
_SUMS_CHARS = 60_000  # 500 lines of sha256sum


def agreeable(archive: ArchiveOperations) -> dict[str, Agreeable[Any, Any]]:
    """What takes two persons here."""
    one = handler(archive.handlers(), calls.PURGE)
    return {calls.PURGE.name: Agreeable(handler=one, right=Right.GRANT)}


@routes.get("/archive")
async def listed(request: web.Request) -> web.Response:
    """How filing stands."""
    return await _show(Page(request).needs(Right.LOOK))


@routes.get(f"/archive/{CASE}")
async def one(request: web.Request) -> web.Response:
    """A package and what is in it."""
    page = Page(request).needs(Right.LOOK)
    wanted = calls.ShowPackage(case=request.match_info["case"])
    found = await request.app[ARCHIVE].show(page.actor, wanted)
    return _one(page, found)


@routes.post("/archive/make")
async def make(request: web.Request) -> web.Response:
    """File the cases that were chosen."""
    page = Page(request).needs(Right.CASES)
    form = await request.post()
    cases = [str(value)[:40] for value in form.getall("case", [])][:_MOST_MADE]
    try:
        done = await request.app[ARCHIVE].make(page.actor, calls.MakePackages(cases=cases))
    except (RefusedError, UsageError) as exc:
        return await _show(page, error=exc)
    return await _show(page, made=done)


@routes.post("/archive/moved")
async def moved(request: web.Request) -> web.Response:
    """Whoever received packages has counted their digests."""
    page = Page(request).needs(Right.CASES)
    place = await page.field("place", most=MAX_REASON_CHARS)
    sums = await page.field("sums", most=_SUMS_CHARS)
    digests = [line.split()[0] for line in sums.splitlines() if line.strip()]
    wanted = calls.ConfirmMoved(place=place, digests=digests)
    try:
        done = await request.app[ARCHIVE].moved(page.actor, wanted)
    except (RefusedError, UsageError) as exc:
        return await _show(page, error=exc, typed={"place": place, "sums": sums})
    return await _show(page, moved=done)


@routes.post(f"/archive/{CASE}/hold")
async def hold(request: web.Request) -> web.Response:
    """Keep a case from the purge, or let it go again."""
    page = Page(request).needs(Right.LOOK)
    case = request.match_info["case"]
    why = await page.field("why", most=MAX_REASON_CHARS)
    try:
        await request.app[ARCHIVE].hold(page.actor, calls.HoldPackage(case=case, why=why))
    except (RefusedError, UsageError) as exc:
        found = await request.app[ARCHIVE].show(page.actor, calls.ShowPackage(case=case))
        return _one(page, found, error=exc)
    return page.go(f"/archive/{case}")


@routes.post("/archive/purge/look")
async def look(request: web.Request) -> web.Response:
    """What a purge would take."""
    page = Page(request).needs(Right.GRANT)
    before = await page.field("before", most=_DAY_CHARS)
    try:
        plan = await request.app[ARCHIVE].plan(page.actor, calls.PlanPurge(before=before))
    except (RefusedError, UsageError) as exc:
        return await _show(page, error=exc, typed={"before": before})
    return await _show(page, plan=plan, typed={"before": before})


@routes.post("/archive/purge")
async def purge(request: web.Request) -> web.Response:
    """Propose to purge what was looked at; another person confirms."""
    page = Page(request).needs(Right.GRANT)
    before = await page.field("before", most=_DAY_CHARS)
    digest = await page.field("digest", most=64)
    try:
        plan = await request.app[ARCHIVE].plan(page.actor, calls.PlanPurge(before=before))
        wanted = calls.Purge(before=plan.before, digest=digest, cases=plan.cases)
        what = staff_of(page).agreeable_by(calls.PURGE)
        return await agreed(page, what, wanted, subject=before, two=True, back="/archive")
    except (RefusedError, UsageError) as exc:
        return await _show(page, error=exc, typed={"before": before})


async def _show(
    page: Page,
    *,
    error: YizhanError | None = None,
    made: calls.Made | None = None,
    moved: calls.Moved | None = None,
    plan: calls.PurgePlan | None = None,
    typed: dict[str, str] | None = None,
) -> web.Response:
    wanted = calls.ListPackages(limit=_SHOWN)
    found = await page.request.app[ARCHIVE].filing(page.actor, wanted)
    return page.show(
        "archive/listed.html",
        status=400 if error else 200,
        found=found,
        lists=_lists(found),
        made=made,
        moved=moved,
        plan=plan,
        typed=_EMPTY | (typed or {}),
        error=error,
    )


def _lists(found: calls.Filing) -> Sequence[tuple[str, Sequence[calls.PackageShown]]]:
    return (("made", found.made), ("moved", found.moved), ("purged", found.purged))


def _one(
    page: Page, found: calls.PackageWhole, *, error: YizhanError | None = None
) -> web.Response:
    return page.show(
        "archive/one.html",
        status=400 if error else 200,
        found=found,
        package=found.package,
        error=error,
    )
