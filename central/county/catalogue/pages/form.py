"""The form of an item: tried out as a clerk fills it in, and printed.

Nothing that is filled in here is kept: it is checked as an application is, and shown again.
"""

from typing import Any

from aiohttp import web

from central.accounts.roles import Right
from central.county.catalogue.pages.item import draft_of
from central.county.catalogue.pages.keys import CATALOGUE
from central.county.catalogue.pages.values import mapping, text
from protocol.catalogue.documents import FormData, Schema
from protocol.catalogue.forms.derive import with_derived
from protocol.catalogue.forms.entry import MORE, read_entry
from protocol.catalogue.forms.layout import layout
from protocol.catalogue.forms.schema import FormSchema
from runtime.web.page import Page

routes = web.RouteTableDef()

_FORM = "/catalogue/items/{code:[A-Za-z0-9._-]{1,50}}/form"
_ROWS, _MORE_ROWS, _PAPER_ROWS = 2, 5, 4  # empty ones in a table: on a page, asked for, on paper


@routes.get(_FORM)
async def blank(request: web.Request) -> web.Response:
    """A form to fill in."""
    page = Page(request).needs(Right.LOOK)
    schema, facts = await _form_of(page)
    laid = layout(schema, {}, language=page.language, spare_rows=_ROWS)
    return page.show("catalogue/form.html", laid=laid, passed=False, **facts)


@routes.post(_FORM)
async def checked(request: web.Request) -> web.Response:
    """The same with what was filled in: every fault at its field, more rows, or on paper."""
    page = Page(request).needs(Right.LOOK)
    (schema, facts), sent = await _form_of(page), await request.post()
    texts = {name: value for name, value in sent.items() if isinstance(value, str)}
    form = with_derived(read_entry(schema, texts), schema.meant)
    if "paper" in texts:
        laid = layout(schema, form, language=page.language, spare_rows=0)
        return _on_paper(page, facts, laid=laid, blank=False)
    more = MORE in texts
    faults = [] if more else schema.faults(form)
    rows = _MORE_ROWS if more else _ROWS
    laid = layout(schema, form, faults=faults, language=page.language, spare_rows=rows)
    passed = not (more or faults)
    return page.show("catalogue/form.html", laid=laid, passed=passed, **facts)


@routes.get(f"{_FORM}/paper")
async def paper(request: web.Request) -> web.Response:
    """The blank form on paper."""
    page = Page(request).needs(Right.LOOK)
    schema, facts = await _form_of(page)
    laid = layout(schema, {}, language=page.language, spare_rows=_PAPER_ROWS)
    return _on_paper(page, facts, laid=laid, blank=True)


def _on_paper(page: Page, facts: FormData, **laid: Any) -> web.Response:  # noqa: ANN401
    """A page to print; of a draft it says so, since nobody may hand it in."""
    name, draft = facts["name"], facts["draft"]
    if draft is not None:
        words = page.site.templates.words[page.language].gettext("草稿 %(number)s")
        name = f"{name}（{words % {'number': draft.draft}}）"
    return page.show("form/paper.html", number="", **{**facts, "name": name}, **laid)


async def _form_of(page: Page) -> tuple[FormSchema, Schema]:
    """What the form asks, and what the templates tell of its item."""
    code = page.request.match_info["code"]
    found = await page.request.app[CATALOGUE].reading.item(page.actor, code, draft_of(page))
    facts = {"name": text(found.raw, "name"), "code": code, "draft": found.draft}
    return FormSchema(mapping(found.raw, "schema")), facts
