"""One item: everything that is written of it, and its flow to print."""

from aiohttp import web

from central.accounts.roles import Right
from central.county.catalogue.pages.keys import CATALOGUE
from central.county.catalogue.pages.language import words_language
from central.county.catalogue.pages.reading import ItemFound
from central.county.catalogue.pages.values import text
from central.county.catalogue.pages.views.drawing import drawing_of
from central.county.catalogue.pages.views.sections import sections_of
from protocol.trust.schedule import local_time
from runtime.web.numbers import whole_number
from runtime.web.page import Page

routes = web.RouteTableDef()

CODE = "{code:[A-Za-z0-9._-]{1,50}}"


@routes.get(f"/catalogue/items/{CODE}")
async def shown(request: web.Request) -> web.Response:
    """All of one item."""
    page = Page(request).needs(Right.LOOK)
    found = await _found(page)
    words = page.site.templates.words[page.language].gettext
    today = local_time(page.site.clock.now_ms()).date()
    return page.show(
        "catalogue/item.html",
        found=found,
        name=text(found.raw, "name"),
        sections=sections_of(found.raw, found.entries, words, today, words_language(page)),
        drawing=drawing_of(found.raw, words),
        charged=bool(found.raw.get("fee_rules")),
        saved="saved" in request.query,
    )


@routes.get(f"/catalogue/items/{CODE}/flow")
async def flow(request: web.Request) -> web.Response:
    """Its flow alone, for a wall or a file."""
    page = Page(request).needs(Right.LOOK)
    found = await _found(page)
    words = page.site.templates.words[page.language].gettext
    return page.show(
        "catalogue/flow.html",
        found=found,
        name=text(found.raw, "name"),
        drawing=drawing_of(found.raw, words),
    )


def draft_of(page: Page) -> int:
    """The draft that an address names; 0: the newest release."""
    return whole_number(page.request.query.get("draft", "")) or 0


async def _found(page: Page) -> ItemFound:
    reading = page.request.app[CATALOGUE].reading
    return await reading.item(page.actor, page.request.match_info["code"], draft_of(page))
