"""The list of cases on a page: filtered by the address; numbers and names are looked for by a form.

A name or an identity number never stands in an address: it would stay in the browser's history.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from aiohttp import web

from central.accounts.roles import Right
from central.county.casework.calls import STATES_ASKED, CaseLines, ListCases
from central.county.casework.finding.asked import typed
from central.county.casework.finding.secret import LAST_CHARS
from central.county.casework.pages.keys import CASES, TOWNSHIPS, VILLAGES
from protocol.errors import CaseUnknownError, UsageError, YizhanError
from protocol.errors.numbers import NumberWrongError
from protocol.limits import MAX_NAME_CHARS
from protocol.text import identifier
from runtime.web.page import Page

routes = web.RouteTableDef()

_FILTERS = ("state", "item", "hub", "village", "since", "until")
_PLACE_CHARS = 80
_NONE = CaseLines(cases=(), more="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was typed into the form of a search."""

    text: str = field(default="", repr=False)
    last: str = field(default="", repr=False)
    error: YizhanError | None = None

    @property
    def is_any(self) -> bool:
        """Whether anything was."""
        return bool(self.text or self.last)


@routes.get("/cases")
async def listed(request: web.Request) -> web.Response:
    """Cases that fit, newest first."""
    page = Page(request).needs(Right.CASES)
    wanted = _wanted(page, request.query)
    try:
        found = await request.app[CASES].listed(page.actor, wanted)
    except UsageError as exc:
        return await _show(page, wanted, _NONE, Said(error=exc))
    return await _show(page, wanted, found, Said())


@routes.post("/cases/find")
async def find(request: web.Request) -> web.Response:
    """The case of a number, or the cases of whoever is called like that or has that number."""
    page = Page(request).needs(Right.CASES)
    said = Said(
        text=await page.field("text", most=MAX_NAME_CHARS),
        last=await page.field("last", most=LAST_CHARS),
    )
    filters = {name: await page.field(name, most=MAX_NAME_CHARS) for name in _FILTERS}
    wanted = _wanted(page, {**filters, "after": await page.field("after", most=_PLACE_CHARS)})
    if not said.is_any:
        return page.go(f"/cases?{urlencode(_asked(wanted))}")
    cases = request.app[CASES]
    try:
        by = typed(said.text)
        if by.number:
            return page.go(f"/cases/{await cases.number(page.actor, by.number)}")
        wanted = replace(
            wanted, name=by.name, identity=by.identity, last=identifier(said.last).upper()
        )
        return await _show(page, wanted, await cases.listed(page.actor, wanted), said)
    except (CaseUnknownError, NumberWrongError, UsageError) as exc:
        return await _show(page, wanted, _NONE, replace(said, error=exc))


async def _show(page: Page, wanted: ListCases, found: CaseLines, said: Said) -> web.Response:
    asked = _asked(wanted)
    return page.show(
        "cases/listed.html",
        status=400 if said.error else 200,
        found=found,
        wanted=wanted,
        asked=asked,
        more=urlencode({**asked, "after": found.more}),
        states=STATES_ASKED,
        townships=page.request.app[TOWNSHIPS](),
        villages=page.request.app[VILLAGES](),
        said=said,
        error=said.error,
    )


def _asked(wanted: ListCases) -> dict[str, str]:
    """What may stand in an address."""
    return {name: value for name in _FILTERS if (value := getattr(wanted, name))}


def _wanted(page: Page, query: Mapping[str, str]) -> ListCases:
    """From the address, or the form; what is no filter is ignored."""
    state, hub = query.get("state", ""), query.get("hub", "")
    item, village, since, until = (
        text if text.isprintable() else ""
        for name in ("item", "village", "since", "until")
        for text in [query.get(name, "")[:MAX_NAME_CHARS].strip()]
    )
    return ListCases(
        state=state if state in STATES_ASKED else "",
        item=item,
        hub=hub if hub in page.request.app[TOWNSHIPS]() else "",
        village=village,
        since=since,
        until=until,
        after=query.get("after", "")[:_PLACE_CHARS],
    )
