"""PDF on the console: of a document that went out, and of what a template would make."""

from aiohttp import web

from central.accounts.roles import Right
from central.county.catalogue.pages.item import draft_of
from central.county.catalogue.pages.keys import CATALOGUE
from central.county.catalogue.pages.reading import Source
from central.county.documents.pages.keys import DOCUMENTS
from protocol.catalogue.templates.kinds import KIND_WORDS, DocumentKind
from protocol.catalogue.templates.of_release import template_of
from runtime.web.downloads import made_pdf
from runtime.web.page import Page

routes = web.RouteTableDef()

_KIND = "|".join(kind.value for kind in DocumentKind)


@routes.get("/cases/{case:[0-9A-Za-z-]{1,40}}/documents/{n:[1-9][0-9]{0,15}}")
async def one(request: web.Request) -> web.Response:
    """A document that the county made itself; that somebody saw it is recorded."""
    page = Page(request).needs(Right.CASES)
    case, n = request.match_info["case"], request.match_info["n"]
    file = await request.app[DOCUMENTS].pdf(page.actor, case, n)
    return made_pdf(file.name, file.data, save="save" in request.query)


@routes.get("/catalogue/documents")
async def listed(request: web.Request) -> web.Response:
    """Every kind of document with its template, of the newest release or of a draft."""
    page = Page(request).needs(Right.LOOK)
    source = await _source(page)
    rows = [(kind, KIND_WORDS[kind], template_of(source.entries, kind)) for kind in DocumentKind]
    return page.show("documents/templates.html", rows=rows, draft=source.draft)


@routes.get(f"/catalogue/documents/{{document:{_KIND}}}")
async def sample(request: web.Request) -> web.Response:
    """What a template makes of a made-up case, marked as a draft."""
    page = Page(request).needs(Right.LOOK)
    kind = DocumentKind(request.match_info["document"])
    source = await _source(page)
    data = await request.app[DOCUMENTS].sample(page.actor, source.entries, kind)
    return made_pdf(f"{KIND_WORDS[kind]}.pdf", data)


async def _source(page: Page) -> Source:
    """The newest release, or the draft of the catalogue that the address names."""
    return await page.request.app[CATALOGUE].reading.source(page.actor, draft_of(page))
