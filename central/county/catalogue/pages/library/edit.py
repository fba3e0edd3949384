"""The page on which a paper of the library is edited; it becomes a draft, nothing else changes."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from central.accounts.roles import Right
from central.county.catalogue.pages.editing.controls import Drawing
from central.county.catalogue.pages.editing.entry import Entered, entered
from central.county.catalogue.pages.editing.placed import rest_words
from central.county.catalogue.pages.editing.proposing import (
    Attempt,
    answered,
    is_bad,
    source_of,
)
from central.county.catalogue.pages.editing.results import Results
from central.county.catalogue.pages.editing.seen import seen_of, unseen
from central.county.catalogue.pages.keys import CATALOGUE
from central.county.catalogue.pages.language import words_language
from central.county.catalogue.pages.library.followers import Follower, followers
from central.county.catalogue.pages.library.inputs import OWN_WORDS, PAPER_PARTS
from central.county.catalogue.pages.library.listing import (
    MATERIAL,
    paper_in,
    words_of,
)
from central.county.catalogue.pages.reading import Source
from central.county.catalogue.pages.values import library_material, text
from protocol.catalogue.changes.difference import Change, differences
from protocol.catalogue.changes.versions import minified
from protocol.catalogue.documents import Document
from protocol.catalogue.findings import Finding, Level
from protocol.catalogue.items.names import material_entry
from protocol.errors import YizhanError
from protocol.text import identifier
from runtime.web.page import Page, is_fragment

routes = web.RouteTableDef()

LONG_FORMS = {
    "/catalogue/materials/": Right.AUTHOR,
    "/catalogue/new-material": Right.AUTHOR,
}
_MOST_CHARS = 60
_DROP = "drop"  # the button that takes a paper out


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What the page shows."""

    source: Source
    id: str
    before: Document  # empty: it is not there yet
    entered: Entered
    users: Sequence[Follower] = ()  # who follows
    findings: Sequence[Finding] = ()
    checked: bool = False  # the findings are of what is shown
    error: YizhanError | None = None

    @property
    def change(self) -> Change | None:
        """What is different now; None: nothing."""
        key = material_entry(self.id)
        old = {key: minified(self.before)} if self.before else {}
        return next(iter(differences(old, {key: minified(self.entered.raw)})), None)


@routes.get(f"/catalogue/materials/{MATERIAL}/edit")
async def form(request: web.Request) -> web.Response:
    """A paper to edit: of the newest release, or of a draft."""
    page, name = Page(request).needs(Right.AUTHOR), request.match_info["material"]
    source = await source_of(page)
    raw, users = paper_in(source, name), await _users(source, name)
    made = Entered(raw=dict(raw))
    return _show(page, _State(source=source, id=name, before=raw, entered=made, users=users))


@routes.get("/catalogue/new-material")
async def blank(request: web.Request) -> web.Response:
    """A paper that is not there yet."""
    page = Page(request).needs(Right.AUTHOR)
    empty = Entered(raw={})
    return _show(page, _State(source=await source_of(page), id="", before={}, entered=empty))


@routes.post(f"/catalogue/materials/{MATERIAL}/edit")
async def sent(request: web.Request) -> web.Response:
    """Check what was typed, save it as a draft, or take the paper out of the library."""
    page, name = Page(request).needs(Right.AUTHOR), request.match_info["material"]
    source = await source_of(page)
    before = paper_in(source, name)
    if await page.field("do") == _DROP:
        return await _dropped(page, source, name, before)
    return await _taken(page, source, name, before)


@routes.post("/catalogue/new-material")
async def begun(request: web.Request) -> web.Response:
    """The same for one that is not there yet."""
    page = Page(request).needs(Right.AUTHOR)
    source, name = await source_of(page), identifier(await page.field("code", most=_MOST_CHARS))
    twice = [_twice()] if library_material(source.entries, name) else []
    return await _taken(page, source, name, {}, twice)


async def _users(source: Source, name: str) -> Sequence[Follower]:
    return await asyncio.to_thread(followers, source.entries, name)


async def _taken(
    page: Page, source: Source, name: str, before: Document, twice: Sequence[Finding] = ()
) -> web.Response:
    services, typed = page.request.app[CATALOGUE], await page.request.post()
    made = entered(before, typed, PAPER_PARTS)
    found = await services.checking.check_paper(name, made.raw, source.entries)
    findings = [*twice, *unseen(typed, before, source), *made.faults, *found]
    state = _State(
        source=source,
        id=name,
        before=before,
        entered=made,
        users=await _users(source, name),
    )

    def change(file: dict[str, Any]) -> None:
        file.setdefault("materials", {})[name] = made.raw

    attempt = Attempt(
        source=source,
        findings=findings,
        change=change,
        show=lambda found, error: _show(
            page, replace(state, findings=found, checked=True, error=error)
        ),
        to=lambda number: f"/catalogue/materials/{name}?draft={number}&saved=1",
    )
    return await answered(page, attempt)


async def _dropped(page: Page, source: Source, name: str, before: Document) -> web.Response:
    made, users = Entered(raw=dict(before)), await _users(source, name)
    state = _State(source=source, id=name, before=before, entered=made, users=users)

    def change(file: dict[str, Any]) -> None:
        file.get("materials", {}).pop(name, None)

    attempt = Attempt(
        source=source,
        findings=(),
        change=change,
        show=lambda found, error: _show(
            page, replace(state, findings=found, checked=bool(found), error=error)
        ),
        to=lambda number: f"/catalogue/drafts/{number}",
        do=_DROP,
    )
    return await answered(page, attempt)


def _show(page: Page, state: _State) -> web.Response:
    if is_fragment(page.request):
        return page.show("catalogue/findings.html", **_shown(page, state), live=True)
    return page.show(
        "catalogue/paper_edit.html",
        status=400 if is_bad(state.findings, state.error) else 200,
        source=state.source,
        name=text(state.entered.raw, "name"),
        is_new=not state.before,
        seen=seen_of(state.before),
        error=state.error,
        live=False,
        **_shown(page, state),
    )


def _shown(page: Page, state: _State) -> dict[str, Any]:
    """What the checks say, and what would follow."""
    words = words_of(page)
    drawing = Drawing(
        raw=state.entered.raw,
        before=state.before,
        unread=state.entered.unread,
        findings=state.findings,
        was=state.entered.was,
        moved=state.entered.moved,
        words=words,
        parts=PAPER_PARTS,
    )
    return {
        "results": Results.of(
            state.findings,
            drawing.blocks(),
            checked=state.checked,
            rest=rest_words(state.entered.raw, words_language(page)),
        ),
        "preview": "catalogue/paper_preview.html",
        "id": state.id,
        "change": state.change,
        "users": state.users,
        "own": OWN_WORDS,
    }


def _twice() -> Finding:
    return Finding(
        code="item.twice",
        level=Level.ERROR,
        item="",
        place="code",
        reason="材料库里已经有这个编号",
        todo="换一个编号，或到那种材料的页面修改",
    )
