"""The page on which an item is edited; it becomes a draft, and nothing else changes."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from central.accounts.roles import Right
from central.county.catalogue.pages.editing.controls import Drawing
from central.county.catalogue.pages.editing.entry import Entered, entered
from central.county.catalogue.pages.editing.guided import KINDS, add_guided
from central.county.catalogue.pages.editing.placed import rest_words
from central.county.catalogue.pages.editing.proposing import Attempt, answered, is_bad, item_put
from central.county.catalogue.pages.editing.results import Results
from central.county.catalogue.pages.editing.seen import seen_of, unseen
from central.county.catalogue.pages.item import CODE, draft_of
from central.county.catalogue.pages.keys import CATALOGUE
from central.county.catalogue.pages.language import words_language
from central.county.catalogue.pages.reading import ItemFound
from central.county.catalogue.pages.values import listed, parsed, text
from protocol.catalogue.findings import Finding, Level
from protocol.catalogue.items.names import MATERIAL
from protocol.errors import YizhanError
from protocol.text import identifier
from runtime.web.page import Page, is_fragment

routes = web.RouteTableDef()

LONG_FORMS = {"/catalogue/items/": Right.AUTHOR, "/catalogue/new": Right.AUTHOR}
_EMPTY = {"materials": [], "schema": {"type": "object", "properties": {}}}
_MOST_CHARS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What a page of an item to edit shows."""

    found: ItemFound
    entered: Entered
    findings: Sequence[Finding] = ()
    checked: bool = False  # the findings are of what is shown
    error: YizhanError | None = None


@routes.get(f"/catalogue/items/{CODE}/edit")
async def form(request: web.Request) -> web.Response:
    """An item to edit: of the newest release, or of a draft."""
    page = Page(request).needs(Right.AUTHOR)
    found = await _found(page, request.match_info["code"])
    return _show(page, _State(found=found, entered=Entered(raw=dict(found.raw))))


@routes.get("/catalogue/new")
async def blank(request: web.Request) -> web.Response:
    """An item that is not there yet."""
    page = Page(request).needs(Right.AUTHOR)
    found = await _found(page, "")
    return _show(page, _State(found=found, entered=Entered(raw=dict(_EMPTY))))


@routes.post(f"/catalogue/items/{CODE}/edit")
async def sent(request: web.Request) -> web.Response:
    """Check what was typed, or save it as a draft."""
    page = Page(request).needs(Right.AUTHOR)
    return await _taken(page, request.match_info["code"], is_new=False)


@routes.post("/catalogue/new")
async def begun(request: web.Request) -> web.Response:
    """The same for an item that is not there yet."""
    page = Page(request).needs(Right.AUTHOR)
    code = identifier(await page.field("code", most=_MOST_CHARS))
    return await _taken(page, code, is_new=True)


async def _taken(page: Page, code: str, *, is_new: bool) -> web.Response:
    services, found = page.request.app[CATALOGUE], await _found(page, code)
    typed = await page.request.post()
    before = found.raw or _EMPTY
    state = entered({**before, "id": code}, typed)
    add_guided(state.raw, typed, state.unread)
    findings = [*state.faults, *await services.checking.check(state.raw, found.entries)]
    if is_new and found.raw:
        findings.insert(0, _twice(code))
    else:
        findings = [*unseen(typed, found.raw, found, found.code), *findings]
    attempt = Attempt(
        source=found,
        findings=findings,
        change=item_put(state.raw),
        show=lambda told, error: _show(
            page,
            _State(found=found, entered=state, findings=told, checked=True, error=error),
            is_new=is_new,
        ),
        to=lambda number: f"/catalogue/items/{code}?draft={number}&saved=1",
    )
    return await answered(page, attempt)


async def _found(page: Page, code: str) -> ItemFound:
    reading = page.request.app[CATALOGUE].reading
    found = await reading.to_edit(page.actor, code, draft_of(page))
    if code and not found.raw and page.request.match_info:
        return await reading.item(page.actor, code, draft_of(page))  # which says that there is none
    return found


def _show(page: Page, state: _State, *, is_new: bool | None = None) -> web.Response:
    if is_fragment(page.request):
        return page.show("catalogue/findings.html", results=_results(page, state), live=True)
    is_new = not state.found.raw if is_new is None else is_new
    return page.show(
        "catalogue/edit.html",
        status=400 if is_bad(state.findings, state.error) else 200,
        found=state.found,
        name=text(state.entered.raw, "name"),
        code=text(state.entered.raw, "id"),
        is_new=is_new,
        charges=len(listed(state.found.raw, "fee_rules")),
        kinds={key: words for key, (words, _) in KINDS.items()},
        results=_results(page, state),
        live=False,
        error=state.error,
        draft=state.found.draft,
        seen="" if is_new else seen_of(state.found.raw),
    )


def _results(page: Page, state: _State) -> Results:
    library = {
        name.removeprefix(MATERIAL): text(parsed(entry), "name")
        for name, entry in sorted(state.found.entries.items())
        if name.startswith(MATERIAL)
    }
    drawing = Drawing(
        raw=state.entered.raw,
        before=state.found.raw or _EMPTY,
        unread=state.entered.unread,
        library=library,
        findings=state.findings,
        was=state.entered.was,
        moved=state.entered.moved,
        words=page.site.templates.words[page.language].gettext,
    )
    rest = rest_words(state.entered.raw, words_language(page))
    return Results.of(state.findings, drawing.blocks(), checked=state.checked, rest=rest)


def _twice(code: str) -> Finding:
    return Finding(
        code="item.twice",
        level=Level.ERROR,
        item=code,
        place="id",
        reason="这个事项编号已经有了",
        todo="换一个编号，或到那个事项的页面修改",
    )
