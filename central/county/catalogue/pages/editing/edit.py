"""The page on which an item is edited; it becomes a draft, and nothing else changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from central.accounts.roles import Right
from central.county.catalogue.pages.editing.controls import Block, Drawing, anchor_of
from central.county.catalogue.pages.editing.entry import Entered, entered
from central.county.catalogue.pages.editing.seen import SEEN, seen_of
from central.county.catalogue.pages.item import CODE, draft_of
from central.county.catalogue.pages.keys import CATALOGUE
from central.county.catalogue.pages.reading import ItemFound
from central.county.catalogue.pages.values import parsed, text
from protocol.catalogue.findings import Finding, Level, findings_of
from protocol.catalogue.items.names import MATERIAL
from protocol.errors import CatalogueError, YizhanError
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
    findings = [*state.faults, *await services.checking.check(state.raw, found.entries)]
    if is_new and found.raw:
        findings.insert(0, _twice(code))
    elif str(typed.get(SEEN, "")) != seen_of(found.raw):
        findings.insert(0, _edited(found))
    shown = _State(found=found, entered=state, findings=findings, checked=True)
    if is_fragment(page.request):
        return page.show("catalogue/findings.html", **_findings(shown, _blocks(page, shown)))
    is_wrong = any(one.level is Level.ERROR for one in findings)
    if typed.get("do") != "save" or is_wrong:
        return _show(page, shown, is_new=is_new)
    number = found.draft.draft if found.draft else 0
    try:
        made = await services.drafts.propose_item(page.actor, state.raw, number)
    except CatalogueError as exc:
        shown = _State(found=found, entered=state, findings=findings_of(exc), checked=True)
        return _show(page, shown, is_new=is_new)
    except YizhanError as exc:
        shown = _State(found=found, entered=state, findings=findings, checked=True, error=exc)
        return _show(page, shown, is_new=is_new)
    return page.go(f"/catalogue/items/{code}?draft={made.draft}&saved=1")


async def _found(page: Page, code: str) -> ItemFound:
    reading = page.request.app[CATALOGUE].reading
    found = await reading.to_edit(page.actor, code, draft_of(page))
    if code and not found.raw and page.request.match_info:
        return await reading.item(page.actor, code, draft_of(page))  # which says that there is none
    return found


def _show(page: Page, state: _State, *, is_new: bool | None = None) -> web.Response:
    blocks = _blocks(page, state)
    is_new = not state.found.raw if is_new is None else is_new
    is_bad = state.error is not None or any(one.level is Level.ERROR for one in state.findings)
    return page.show(
        "catalogue/edit.html",
        status=400 if is_bad else 200,
        found=state.found,
        name=text(state.entered.raw, "name"),
        code=text(state.entered.raw, "id"),
        is_new=is_new,
        blocks=blocks,
        error=state.error,
        draft=state.found.draft,
        seen="" if is_new else seen_of(state.found.raw),
        **_findings(state, blocks),
    )


def _blocks(page: Page, state: _State) -> list[Block]:
    library = {
        name.removeprefix(MATERIAL): text(parsed(entry), "name")
        for name, entry in sorted(state.found.entries.items())
        if name.startswith(MATERIAL)
    }
    words = page.site.templates.words[page.language].gettext
    raw = state.entered.raw
    return Drawing(raw, state.entered.unread, library, state.findings, words).blocks()


def _findings(state: _State, blocks: Sequence[Block]) -> dict[str, Any]:
    names = [control.name for block in blocks for control in block.controls]
    rows = [row for block in blocks for row in block.rows]
    names += [control.name for row in rows for control in row.controls]
    names += [row.before.rstrip(".") for row in rows]
    listed = [(one, anchor_of(one, names)) for one in state.findings]
    return {"findings": listed, "checked": state.checked}


def _edited(found: ItemFound) -> Finding:
    """Somebody else has saved it since the page was opened: saving would undo that unseen."""
    where = f"草稿 {found.draft.draft}，{found.draft.author}" if found.draft else "新版目录"
    return Finding(
        code="item.edited",
        level=Level.ERROR,
        item=found.code,
        place="",
        reason=f"您打开本页以后，别人改过这个事项（{where}），这次没有保存，您填的还在本页",
        todo="请另开一页看现在的内容，核对以后再存：以本页为准，会盖掉对方的改动",
    )


def _twice(code: str) -> Finding:
    return Finding(
        code="item.twice",
        level=Level.ERROR,
        item=code,
        place="id",
        reason="这个事项编号已经有了",
        todo="换一个编号，或到那个事项的页面修改",
    )
