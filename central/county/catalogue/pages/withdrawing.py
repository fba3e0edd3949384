"""Withdrawing an item on a page: what it means in words, and then a draft without the item.

Source: docs/publishing.md, "Withdrawing and going back".
"""

from aiohttp import web

from central.accounts.roles import Right
from central.county.catalogue.drafts.calls import Listed, ProposeWithout
from central.county.catalogue.pages.drafts import DRAFTS
from central.county.catalogue.pages.item import CODE
from central.county.catalogue.pages.keys import CATALOGUE
from central.county.catalogue.pages.values import text
from protocol.catalogue.changes.classes import DRAFTS_DAYS
from protocol.errors import RefusedError, UsageError, YizhanError
from runtime.web.page import Page

routes = web.RouteTableDef()

_DRAFTS = 50


@routes.get(f"/catalogue/items/{CODE}/withdraw")
async def ask(request: web.Request) -> web.Response:
    """What becomes of forms that were begun, of applications, and of open drafts."""
    return await _show(Page(request).needs(Right.AUTHOR))


@routes.post(f"/catalogue/items/{CODE}/withdraw")
async def withdraw(request: web.Request) -> web.Response:
    """Make a draft of the newest release without the item."""
    page, code = Page(request).needs(Right.AUTHOR), request.match_info["code"]
    try:
        await _require_read(page)
        wanted = ProposeWithout(items=[code])
        made = await request.app[DRAFTS].propose_without(page.actor, wanted)
    except (UsageError, RefusedError) as exc:
        return await _show(page, error=exc)
    return page.go(f"/catalogue/drafts/{made.draft}?done=without")


async def _require_read(page: Page) -> None:
    """Raise UsageError unless whoever withdraws says that the consequences were read."""
    if await page.field("read") != "yes":
        raise UsageError("请先看完撤下的后果，再勾选")


async def _show(page: Page, *, error: YizhanError | None = None) -> web.Response:
    reading = page.request.app[CATALOGUE].reading
    found = await reading.item(page.actor, page.request.match_info["code"])
    operations, name = page.request.app[DRAFTS], text(found.raw, "name")
    drafts = await operations.drafts(page.actor, Listed(limit=_DRAFTS))
    (under_way,) = await operations.under_way(page.actor, {found.code: name})
    return page.show(
        "catalogue/withdraw.html",
        status=400 if error else 200,
        found=found,
        name=name,
        under_way=under_way.applications,
        until=text(found.raw, "drafts_until"),
        days=DRAFTS_DAYS,
        drafts=drafts,
        error=error,
    )
