"""The page on which the form of an item is edited by its fields; it becomes a draft."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from central.accounts.roles import Right
from central.county.catalogue.pages.asking.parts import RULES, THEN
from central.county.catalogue.pages.asking.places import on_the_page
from central.county.catalogue.pages.asking.whole import TypedForm, rows_of
from central.county.catalogue.pages.editing.controls import Drawing
from central.county.catalogue.pages.editing.placed import place_words
from central.county.catalogue.pages.editing.proposing import Attempt, answered, is_bad, item_put
from central.county.catalogue.pages.editing.results import Results
from central.county.catalogue.pages.editing.seen import seen_of, unseen
from central.county.catalogue.pages.item import CODE, draft_of
from central.county.catalogue.pages.keys import CATALOGUE
from central.county.catalogue.pages.language import words_language
from central.county.catalogue.pages.reading import ItemFound
from central.county.catalogue.pages.values import listed, mapping, objects, text
from central.county.catalogue.pages.views.form_fields import titles_of, when_words
from protocol.catalogue.changes.classes import DRAFTS_DAYS
from protocol.catalogue.changes.schemas import schema_effects
from protocol.catalogue.documents import Document
from protocol.catalogue.findings import Finding
from protocol.errors import ItemUnknownError, YizhanError
from runtime.web.page import Page, is_fragment

routes = web.RouteTableDef()
_PATH = f"/catalogue/items/{CODE}/fields"


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What the page shows."""

    found: ItemFound
    form: TypedForm
    findings: Sequence[Finding] = ()
    checked: bool = False
    error: YizhanError | None = None

    @property
    def before(self) -> Document:
        """The form as it was before anybody typed."""
        return mapping(self.found.raw, "schema")


@routes.get(_PATH)
async def shown(request: web.Request) -> web.Response:
    """The fields of the newest release, or of a draft."""
    page = Page(request).needs(Right.AUTHOR)
    found = await item_to_edit(page)
    return _show(page, _State(found=found, form=TypedForm.of(found.raw)))


@routes.post(_PATH)
async def sent(request: web.Request) -> web.Response:
    """Check what was typed, move a field, or save it as a draft."""
    page = Page(request).needs(Right.AUTHOR)
    found, typed = await item_to_edit(page), await request.post()
    form = TypedForm.read(found.raw, typed, found.release)
    raw = form.of_item(found.raw)
    checked = await request.app[CATALOGUE].checking.check(raw, found.entries)
    own = on_the_page(checked, form.schema, place_words(raw, words_language(page)))
    attempt = Attempt(
        source=found,
        findings=[*unseen(typed, found.raw, found, found.code), *form.entered.faults, *own],
        change=item_put(raw),
        show=lambda told, error: _show(
            page, _State(found=found, form=form, findings=told, checked=True, error=error)
        ),
        to=lambda number: f"/catalogue/items/{found.code}?draft={number}&saved=1#form",
    )
    return await answered(page, attempt)


async def item_to_edit(page: Page) -> ItemFound:
    """The item that an address names. Raises ItemUnknownError."""
    code = page.request.match_info["code"]
    found = await page.request.app[CATALOGUE].reading.to_edit(page.actor, code, draft_of(page))
    if not found.raw:
        raise ItemUnknownError(repr(code))
    return found


def _show(page: Page, state: _State) -> web.Response:
    part = is_fragment(page.request)
    return page.show(
        "catalogue/findings.html" if part else "catalogue/form_edit.html",
        status=400 if is_bad(state.findings, state.error) and not part else 200,
        results=Results.of(state.findings, _drawing(page, state).blocks(), checked=state.checked),
        live=part,
        found=state.found,
        name=text(state.found.raw, "name"),
        draft=state.found.draft,
        error=state.error,
        seen=seen_of(state.found.raw),
        preview="catalogue/form_news.html",
        news=list(schema_effects(state.before, state.form.schema)),
        english=words_language(page) == "en",
        drafts_until=text(state.found.raw, "drafts_until"),
        drafts_days=DRAFTS_DAYS,
    )


def _drawing(page: Page, state: _State) -> Drawing:
    return Drawing(
        raw=_with_words(page, state.form.rows),
        before=_with_words(page, rows_of(state.before, listed(state.found.raw, "examples"))),
        unread=state.form.entered.unread,
        findings=state.findings,
        words=page.site.templates.words[page.language].gettext,
        parts=state.form.parts,
        was=state.form.entered.was,
        moved=state.form.entered.moved,
    )


def _with_words(page: Page, rows: Document) -> dict[str, Any]:
    """Each condition with the sentence by which it is known while it is folded."""
    names, words = titles_of(mapping(rows, "schema")), page.site.templates.words[page.language]
    told = []
    for row, rule in zip(objects(rows, RULES), _rules(rows), strict=True):
        when = when_words(rule.get("when"), names, words_language(page))
        then = words.gettext(THEN[text(rule, "then")]) if text(rule, "then") in THEN else ""
        fields = "、".join(names.get(str(one), str(one)) for one in listed(rule, "fields"))
        told.append({**row, "words": f"{when} → {then} {fields}"})
    return {**rows, RULES: told}


def _rules(rows: Document) -> list[Document]:
    return objects(mapping(rows, "schema"), "rules")
