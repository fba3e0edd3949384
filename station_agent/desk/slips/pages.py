"""The slip of an application on paper: A5 or a roll of 80 mm, printed by the browser.

A page can't know whether paper came out, so the clerk is asked, and each copy has its number.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from protocol.errors import CatalogueMissingError, ItemUnknownError, UsageError
from runtime.web.page import Page
from station_agent.desk.keys import DESK, opened_of
from station_agent.desk.rights import DeskRight
from station_agent.intake.calls import ItemShown, ShowItem

routes = web.RouteTableDef()

_SLIP = "/applications/{application:[0-9a-f]{32}}/slip"
_COPY = _SLIP + "/{copy:[1-9][0-9]{0,5}}"
_PAPERS = ("a5", "roll")


@routes.post(_SLIP)
async def begin(request: web.Request) -> web.Response:
    """One more copy; each has an address of its own, so that a reload prints none."""
    return await _begin(Page(request).needs(DeskRight.WORK), _paper(request.query.get("paper", "")))


@routes.get(_COPY)
async def sheet(request: web.Request) -> web.Response:
    """A copy as it is printed, with what the clerk does about it beside the paper."""
    page, desk = Page(request).needs(DeskRight.WORK), request.app[DESK]
    slip, copy = await desk.slips.copy(request.match_info["application"], _number(request))
    item = await _item_of(page, slip.item)
    return page.show(
        "desk/slip.html",
        slip=slip,
        copy=copy,
        applicant=await desk.slips.masked_applicant(opened_of(page), slip.application),
        paper=_paper(request.query.get("paper", "")),
        papers=_PAPERS,
        qr=_qr(slip.scanned),
        contact=_contact(item),
        complaint=str(item.facts.get("complaint", "")) if item else "",
        fees=_fees(item),
    )


@routes.post(_COPY)
async def seen(request: web.Request) -> web.Response:
    """Whether it came out; if not, the next copy."""
    page, desk = Page(request).needs(DeskRight.WORK), request.app[DESK]
    application, said = request.match_info["application"], await page.field("came_out")
    if said not in ("yes", "no"):
        raise UsageError("came_out: yes | no")
    await desk.slips.note_outcome(application, _number(request), came_out=said == "yes")
    if said == "no":
        return await _begin(page, _paper(await page.field("paper")))
    return page.go(f"/applications/{application}")


async def _begin(page: Page, paper: str) -> web.Response:
    application = page.request.match_info["application"]
    copy = await page.request.app[DESK].slips.begin_copy(opened_of(page), application)
    return page.go(f"/applications/{application}/slip/{copy}?paper={paper}")


def _number(request: web.Request) -> int:
    return int(request.match_info["copy"])


def _paper(said: str) -> str:
    return said if said in _PAPERS else _PAPERS[0]


async def _item_of(page: Page, code: str) -> ItemShown | None:
    """The item as it is now; a slip is printed without it, too."""
    try:
        return await page.request.app[DESK].applying.item(page.actor, ShowItem(item=code))
    except (CatalogueMissingError, ItemUnknownError):
        return None


def _contact(item: ItemShown | None) -> str:
    """Whom to ask: this place first, then what the county says of the item."""
    if item is None:
        return ""
    return str(item.here.contact or item.facts.get("contact", ""))


def _fees(item: ItemShown | None) -> Sequence[Mapping[str, Any]] | None:
    """The rules by which it costs something; none: it is free; None: that is not known."""
    if item is None:
        return None
    rules = item.facts.get("fee_rules")
    return rules if isinstance(rules, list) else []


def _qr(text: str) -> str:
    """The code as SVG that stands in the page itself."""
    import segno  # noqa: PLC0415 - 1 MB, for whoever prints

    return segno.make(text, error="m", micro=False, mode="alphanumeric").svg_inline(
        omitsize=True, border=2
    )
