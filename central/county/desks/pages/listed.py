"""Desks that ask to be released: one person types the code that was read out, another confirms.

Source: docs/operations.md, "A forgotten password".
"""

from typing import Any

from aiohttp import web

from central.accounts.pages.proposals import agreed
from central.accounts.pages.shared import Agreeable, staff_of
from central.accounts.roles import Right
from central.county.desks.calls import RELEASE_DESK, ReleaseDesk
from central.county.desks.operations import DeskOperations
from central.county.desks.pages.keys import DESKS
from protocol.errors import RefusedError, YizhanError
from runtime.control.calls import Nothing, handler
from runtime.web.page import Page

routes = web.RouteTableDef()

STATION = "{node:[0-9a-f]{16}}"
_CODE_CHARS = 40


def agreeable(desks: DeskOperations) -> dict[str, Agreeable[Any, Any]]:
    """What takes two persons here."""
    one = handler(desks.handlers(), RELEASE_DESK)
    return {RELEASE_DESK.name: Agreeable(handler=one, right=Right.GRANT)}


@routes.get("/desks")
async def listed(request: web.Request) -> web.Response:
    """Which desks ask, and what became of those before."""
    return await _show(Page(request).needs(Right.GRANT))


@routes.post(f"/desks/{STATION}/release")
async def propose(request: web.Request) -> web.Response:
    """Propose to release one, by the code that was read out; another person confirms."""
    page = Page(request).needs(Right.GRANT)
    node = request.match_info["node"]
    wanted = ReleaseDesk(station=node, code=await page.field("code", most=_CODE_CHARS))
    try:
        await request.app[DESKS].check(page.actor, wanted)
        what = staff_of(page).agreeable_by(RELEASE_DESK)
        return await agreed(page, what, wanted, subject=node, two=True, back="/desks")
    except RefusedError as exc:
        return await _show(page, error=exc, of=node)


async def _show(page: Page, *, error: YizhanError | None = None, of: str = "") -> web.Response:
    found = await page.request.app[DESKS].listed(page.actor, Nothing())
    return page.show(
        "desks/listed.html",
        status=400 if error else 200,
        waiting=[one for one in found.requests if one.state == "open"],
        others=[one for one in found.requests if one.state != "open"],
        error=error,
        of=of,
    )
