"""Keys of townships' offices: one person types the code that was read out, another confirms.

Whoever handles cases sees the list, too, and takes cases back where an office is lost.

Source: docs/operations.md, "An office of a township".
"""

from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from central.accounts.pages.proposals import agreed
from central.accounts.pages.shared import Agreeable, staff_of
from central.accounts.roles import Right
from central.county.offices.calls import APPROVE, ApproveOffice, ReclaimOffice
from central.county.offices.operations import OfficeOperations
from central.county.offices.pages.keys import OFFICES
from protocol.errors import PageMissingError, RefusedError, UsageError, YizhanError
from protocol.limits import MAX_REASON_CHARS
from runtime.control.calls import Nothing, handler
from runtime.web.page import Page

routes = web.RouteTableDef()

HUB = "{node:[0-9a-f]{16}}"
_CODE_CHARS = 40
_DIGITS = 6  # of a count


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What was typed and refused, or what came of it."""

    of: str = ""  # hub
    error: YizhanError | None = None
    typed: dict[str, str] = field(default_factory=dict)


def agreeable(offices: OfficeOperations) -> dict[str, Agreeable[Any, Any]]:
    """What takes two persons here."""
    one = handler(offices.handlers(), APPROVE)
    return {APPROVE.name: Agreeable(handler=one, right=Right.GRANT)}


@routes.get("/offices")
async def listed(request: web.Request) -> web.Response:
    """Which keys wait, which are used, and what lies at each office."""
    return await _show(Page(request).needs(Right.LOOK))


@routes.post(f"/offices/{HUB}/approve")
async def propose(request: web.Request) -> web.Response:
    """Propose to approve a key, by the code that was read out; another person confirms."""
    page = Page(request).needs(Right.GRANT)
    node = request.match_info["node"]
    wanted = ApproveOffice(hub=node, code=await page.field("code", most=_CODE_CHARS))
    try:
        await request.app[OFFICES].check(page.actor, wanted)
        what = staff_of(page).agreeable_by(APPROVE)
        return await agreed(page, what, wanted, subject=node, two=True, back="/offices")
    except RefusedError as exc:
        return await _show(page, _Said(of=node, error=exc))


@routes.get(f"/offices/{HUB}/reclaim")
async def asked(request: web.Request) -> web.Response:
    """What taking back means, and why it is done."""
    return await _form(Page(request).needs(Right.CASES), _Said())


@routes.post(f"/offices/{HUB}/reclaim")
async def reclaim(request: web.Request) -> web.Response:
    """Take back every case that an office has."""
    page = Page(request).needs(Right.CASES)
    names = ("note", "retire", "again")
    typed = {name: await page.field(name, most=MAX_REASON_CHARS) for name in names}
    wanted = ReclaimOffice(
        hub=request.match_info["node"],
        note=typed["note"].strip(),
        retire=bool(typed["retire"]),
        again=bool(typed["again"]),
    )
    try:
        _require_note(wanted)
        done = await request.app[OFFICES].reclaim(page.actor, wanted)
    except (RefusedError, UsageError) as exc:
        return await _form(page, _Said(error=exc, typed=typed))
    return page.go(f"/offices?taken={done.cases}")


def _require_note(wanted: ReclaimOffice) -> None:
    """It goes into the log of each case."""
    if not wanted.note:
        raise UsageError("要写明原因")


async def _form(page: Page, said: _Said) -> web.Response:
    node = page.request.match_info["node"]
    found = await page.request.app[OFFICES].listed(page.actor, Nothing())
    office = next((one for one in found.offices if one.hub == node), None)
    if office is None:
        raise PageMissingError(node)
    status = 400 if said.error else 200
    return page.show(
        "offices/reclaim.html", status=status, office=office, said=said, most=MAX_REASON_CHARS
    )


async def _show(page: Page, said: _Said = _Said()) -> web.Response:
    found = await page.request.app[OFFICES].listed(page.actor, Nothing())
    taken = page.request.query.get("taken", "")[:_DIGITS]
    return page.show(
        "offices/listed.html",
        status=400 if said.error else 200,
        waiting=[one for one in found.keys if one.state == "open"],
        offices=found.offices,
        others=[one for one in found.keys if one.state in ("replaced", "retired")],
        said=said,
        taken=int(taken) if taken.isascii() and taken.isdecimal() else None,
    )
