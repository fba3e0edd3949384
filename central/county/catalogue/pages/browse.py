"""The list of items: searched, by department, a page at a time."""

from urllib.parse import urlencode

from aiohttp import web

from central.accounts.roles import Right
from central.county.catalogue.pages.keys import CATALOGUE
from central.county.catalogue.pages.reading import Wanted
from central.county.catalogue.pages.views.limits import limit_words
from runtime.web.numbers import whole_number
from runtime.web.page import Page

routes = web.RouteTableDef()

_MOST_CHARS = 60
_MOST_PAGES = 10**6


@routes.get("/catalogue")
async def listed(request: web.Request) -> web.Response:
    """Items of the newest release that fit what is asked for."""
    page = Page(request).needs(Right.LOOK)
    query = request.query
    wanted = Wanted(
        text=query.get("text", "")[:_MOST_CHARS].strip(),
        department=query.get("department", "")[:_MOST_CHARS],
        page=whole_number(query.get("page", ""), most=_MOST_PAGES) or 1,
    )
    found = await request.app[CATALOGUE].reading.browse(page.actor, wanted)
    words = page.site.templates.words[page.language].gettext
    asked = {"text": wanted.text, "department": wanted.department}

    def at(number: int) -> str:
        fields = {**asked, "page": str(number)}
        return f"/catalogue?{urlencode({key: value for key, value in fields.items() if value})}"

    return page.show(
        "catalogue/browse.html",
        found=found,
        wanted=wanted,
        limit=lambda text: limit_words(text, words),
        at=at,
    )
