"""What is left of numbers at each station, every block of one, and voiding what is left of it.

Source: docs/numbers.md.
"""

from collections.abc import Sequence
from urllib.parse import urlencode

from aiohttp import web

from central.accounts.roles import Right
from central.county.numbers.calls import VoidBlock
from central.county.numbers.pages.keys import NUMBERS
from central.county.numbers.pages.wanted import MOST_CHARS, Wanted, total_of
from central.county.numbers.pages.words import reason_words, stray_words
from central.county.numbers.sums import Sum, sums_of
from protocol.errors import PageMissingError, RefusedError, UsageError, YizhanError
from protocol.limits import MAX_REASON_CHARS
from protocol.numbers.number import NumberKind
from runtime.web.numbers import whole_number
from runtime.web.page import Page

routes = web.RouteTableDef()

STATION = "{node:[0-9a-f]{16}}"
BLOCK = "{block:[0-9a-f]{16}}"
_ROWS = 100  # on one page
_STRAYS = 100
_YEAR_CHARS = 6
_KINDS = tuple(kind.value for kind in NumberKind)


@routes.get("/numbers")
async def listed(request: web.Request) -> web.Response:
    """A line for each station, kind and year; what is wrong first."""
    page = Page(request).needs(Right.LOOK)
    seen = await request.app[NUMBERS].overview(page.actor, _STRAYS)
    every = seen.sums
    wanted = _wanted(request)
    found = [one for one in every if wanted.fits(one)]
    last = max(1, -(-len(found) // _ROWS))
    at = min(whole_number(request.query.get("page", "")) or 1, last)
    words = page.site.templates.words[page.language].gettext
    return page.show(
        "numbers/listed.html",
        rows=found[(at - 1) * _ROWS : at * _ROWS],
        count=len(found),
        total=total_of(found),
        wanted=wanted,
        years=sorted({one.year for one in every}, reverse=True),
        troubled=[one for one in every if one.forked or one.twice],
        without=_without(page, every),
        at=at,
        last=last,
        turn=lambda number: _turn(wanted, number),
        strays=seen.strays,
        strays_count=seen.strays_count,
        names={one.station: one.name for one in every},
        stray_words=lambda why: stray_words(why, words),
    )


@routes.get(f"/numbers/{STATION}")
async def of_station(request: web.Request) -> web.Response:
    """Every block of one station, the newest first, and what became of its numbers."""
    page = Page(request).needs(Right.LOOK)
    return await _station(page)


@routes.post(f"/numbers/{STATION}/{BLOCK}/void")
async def void(request: web.Request) -> web.Response:
    """Void what is left of a block, with the reason; its station is told."""
    page = Page(request).needs(Right.GRANT)
    node, block = request.match_info["node"], request.match_info["block"]
    try:
        reason = await page.field("reason", most=MAX_REASON_CHARS)
        await request.app[NUMBERS].void(page.actor, VoidBlock(block=block, reason=reason))
    except (UsageError, RefusedError) as exc:
        return await _station(page, error=exc)
    return page.go(f"/numbers/{node}?voided={block}")


async def _station(page: Page, *, error: YizhanError | None = None) -> web.Response:
    operations, node = page.request.app[NUMBERS], page.request.match_info["node"]
    status = await operations.of_station(page.actor, node)
    blocks = status.blocks
    offices = {one.node: one for one in operations.offices(page.actor)}
    if not blocks and node not in offices:
        raise PageMissingError(node)
    words = page.site.templates.words[page.language].gettext
    name = blocks[0].name if blocks else offices[node].name
    return page.show(
        "numbers/station.html",
        status=400 if error else 200,
        node=node,
        name=name or node,
        office=offices.get(node),
        sums=sums_of(blocks),
        blocks=sorted(blocks, key=lambda one: (-one.issued_ms, -one.first)),
        strays=status.strays[:_STRAYS],
        reason_words=lambda reason: reason_words(reason, words),
        stray_words=lambda why: stray_words(why, words),
        most_chars=MAX_REASON_CHARS,
        voided=page.request.query.get("voided", "")[:16],
        error=error,
    )


def _without(page: Page, sums: Sequence[Sum]) -> int:
    """How many stations that may have numbers for cases have had none."""
    holders = {one.station for one in sums if one.kind == NumberKind.CASE.value}
    offices = page.request.app[NUMBERS].offices(page.actor)
    return sum(one.node not in holders for one in offices)


def _wanted(request: web.Request) -> Wanted:
    kind, year = request.query.get("kind", ""), request.query.get("year", "")[:_YEAR_CHARS]
    return Wanted(
        text=request.query.get("text", "")[:MOST_CHARS].strip(),
        kind=kind if kind in _KINDS else "",
        year=year if whole_number(year) is not None else "",
    )


def _turn(wanted: Wanted, number: int) -> str:
    fields = {"text": wanted.text, "kind": wanted.kind, "year": wanted.year, "page": str(number)}
    return f"/numbers?{urlencode({key: value for key, value in fields.items() if value})}"
