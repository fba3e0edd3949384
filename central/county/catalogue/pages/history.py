"""Past releases on pages: who wrote and who approved each, and what it changed.

Source: docs/publishing.md.
"""

import asyncio

from aiohttp import web

from central.accounts.roles import Right
from central.county.catalogue.drafts.calls import Between, Past, ProposeOld, WhichRelease
from central.county.catalogue.pages.drafts import DRAFTS
from central.county.catalogue.pages.grouping import grouped
from central.county.catalogue.pages.language import words_language
from protocol.errors import CatalogueMissingError
from runtime.web.page import Page

routes = web.RouteTableDef()
RELEASE = "{release:[1-9][0-9]{0,8}}"
_SHOWN, _CHANGES = 50, 500


@routes.get("/catalogue/history")
async def listed(request: web.Request) -> web.Response:
    """The newest releases."""
    page = Page(request).needs(Right.LOOK)
    operations = request.app[DRAFTS]
    found = await operations.history(page.actor, Past(limit=_SHOWN))
    try:
        newest = await operations.show(page.actor, WhichRelease())
    except CatalogueMissingError:
        newest = None
    return page.show(
        "catalogue/history.html",
        found=found,
        newest=newest,
        second_person=operations.needs_second_person,
    )


@routes.get(f"/catalogue/history/{RELEASE}")
async def shown(request: web.Request) -> web.Response:
    """What one release changed."""
    page = Page(request).needs(Right.LOOK)
    number = int(request.match_info["release"])
    operations = request.app[DRAFTS]
    release = await operations.show(page.actor, WhichRelease(release=number))
    found = await operations.diff(page.actor, Between(new=number, language=words_language(page)))
    changes = found.changes[:_CHANGES]
    new = await operations.entries(page.actor, found.new)
    old = await operations.entries(page.actor, found.old) if found.old else {}
    return page.show(
        "catalogue/release.html",
        release=release,
        old=found.old,
        changes=changes,
        groups=await asyncio.to_thread(grouped, changes, new, old),
        count=len(found.changes),
    )


@routes.post(f"/catalogue/history/{RELEASE}/rollback")
async def go_back(request: web.Request) -> web.Response:
    """Make a draft with the content of this release."""
    page = Page(request).needs(Right.AUTHOR)
    wanted = ProposeOld(release=int(request.match_info["release"]))
    proposed = await request.app[DRAFTS].propose_old(page.actor, wanted)
    return page.go(f"/catalogue/drafts/{proposed.draft}")
