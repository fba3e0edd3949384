"""One item for many people: the common part, the table of people, and handing it in.

Rows are drafts; what is typed is saved as a single form's is, and a page of the table has one
form with all its rows.

Source: docs/operations.md, "Market day".
"""

import re
from collections.abc import Mapping

from aiohttp import web

from protocol.errors import YizhanError
from protocol.ids import ApplicationId
from runtime.web.page import Page, is_fragment
from station_agent.batches.calls import SaveCommon, SaveRows
from station_agent.batches.seen import TableSeen, row_seen
from station_agent.batches.service import BatchService
from station_agent.desk.intake.both import TAB
from station_agent.desk.intake.filling import item_of, texts_of
from station_agent.desk.keys import DESK, opened_of
from station_agent.desk.market.batch_table import show_batch, show_common
from station_agent.desk.rights import DeskRight

routes = web.RouteTableDef()

LIST = "/batches"
_BATCH = LIST + "/{batch:[0-9a-f]{32}}"
_COMMON = _BATCH + "/common/{code:[A-Za-z0-9._-]{1,50}}"
_CELL = re.compile(r"row\.([0-9a-f]{32})\.(.{1,200})", re.ASCII)
_SEEN = re.compile(r"seen\.([0-9a-f]{32})", re.ASCII)
_TAB_CHARS = 40
_NOT_TYPED = frozenset(("-place", "-more", "token"))


@routes.get(LIST)
async def listed(request: web.Request) -> web.Response:
    """Every batch, the newest first."""
    page = Page(request).needs(DeskRight.WORK)
    return page.show("desk/batches.html", batches=await _service(page).listed(opened_of(page)))


@routes.get(LIST + "/new/{code:[A-Za-z0-9._-]{1,50}}")
async def begin(request: web.Request) -> web.Response:
    """A new one of an item, with an id from here on."""
    page = Page(request).needs(DeskRight.WORK)
    return page.go(f"{LIST}/{_service(page).new_id()}/common/{request.match_info['code']}")


@routes.get(_COMMON)
async def common(request: web.Request) -> web.Response:
    """What all have in common; empty fields become columns."""
    page = Page(request).needs(DeskRight.WORK)
    return await show_common(page, await item_of(page))


@routes.post(_COMMON)
async def keep_common(request: web.Request) -> web.Response:
    """Keep it, and on to the table; by itself the line that says when it was saved."""
    page = Page(request).needs(DeskRight.WORK)
    texts = _typed(await texts_of(request))
    batch, code = request.match_info["batch"], request.match_info["code"]
    wanted = SaveCommon(batch=batch, item=code, texts=texts)
    try:
        saved_ms = await _service(page).save_common(page.actor, opened_of(page), wanted)
    except YizhanError as exc:
        return await _refused(page, exc, texts)
    return _saved(page, saved_ms) if is_fragment(request) else page.go(f"{LIST}/{batch}")


@routes.get(_BATCH)
async def table(request: web.Request) -> web.Response:
    """The people of a batch, each with what is wrong at its place."""
    return await show_batch(Page(request).needs(DeskRight.WORK))


@routes.post(_BATCH)
async def keep_rows(request: web.Request) -> web.Response:
    """Keep what was typed into the rows of a page."""
    page = Page(request).needs(DeskRight.WORK)
    texts, batch = await texts_of(request), request.match_info["batch"]
    wanted = SaveRows(batch=batch, rows=_rows(texts), seen=_seen(texts))
    try:
        saved_ms = await _service(page).save_rows(page.actor, opened_of(page), wanted)
    except YizhanError as exc:
        if is_fragment(request):
            return page.show("desk/saved.html", saved_ms=None, error=exc)
        return await show_batch(page, error=exc, typed=wanted.rows)
    if is_fragment(request):
        return _saved(page, saved_ms)
    return page.go(f"{LIST}/{batch}?{request.query_string}#people")


@routes.post(_BATCH + "/paste")
async def paste(request: web.Request) -> web.Response:
    """Rows of a spreadsheet, all or none."""
    page = Page(request).needs(DeskRight.WORK)
    text, batch = (await texts_of(request)).get("rows", ""), request.match_info["batch"]
    try:
        await _service(page).paste(page.actor, opened_of(page), batch, text)
    except YizhanError as exc:
        return await show_batch(page, error=exc, pasted=text)
    return page.go(f"{LIST}/{batch}?page=last#people")


@routes.post(_BATCH + "/out/{application:[0-9a-f]{32}}")
async def take_out(request: web.Request) -> web.Response:
    """A row into the bin; what was typed into the others is kept first."""
    page, batch = Page(request).needs(DeskRight.WORK), request.match_info["batch"]
    own = ApplicationId(request.match_info["application"])
    texts = await texts_of(request)
    rows = {one: cells for one, cells in _rows(texts).items() if one != own}
    wanted = SaveRows(batch=batch, rows=rows, seen=_seen(texts))
    try:
        await _service(page).save_rows(page.actor, opened_of(page), wanted)
        await _service(page).take_out(page.actor, batch, own)
    except YizhanError as exc:
        return await show_batch(page, error=exc, typed=rows)
    return page.go(f"{LIST}/{batch}?{request.query_string}#people")


@routes.post(_BATCH + "/signed/{application:[0-9a-f]{32}}")
async def sign(request: web.Request) -> web.Response:
    """The applicant of a row has signed on paper; what was typed into the rows is kept first."""
    page, batch = Page(request).needs(DeskRight.WORK), request.match_info["batch"]
    own, texts = ApplicationId(request.match_info["application"]), await texts_of(request)
    rows = _rows(texts)
    wanted = SaveRows(batch=batch, rows=rows, seen=_seen(texts))
    try:
        if rows:
            await _service(page).save_rows(page.actor, opened_of(page), wanted)
        await _service(page).sign(page.actor, opened_of(page), batch, own)
    except YizhanError as exc:
        return await show_batch(page, error=exc, typed=rows)
    return page.go(f"{LIST}/{batch}?{request.query_string}#row-{own}")


def _service(page: Page) -> BatchService:
    return page.request.app[DESK].batches().batches


def _typed(texts: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in texts.items() if name not in _NOT_TYPED}


def _rows(texts: Mapping[str, str]) -> dict[ApplicationId, dict[str, str]]:
    """Cells by row; each has the row's id in its name."""
    found: dict[ApplicationId, dict[str, str]] = {}
    for name, text in texts.items():
        if named := _CELL.fullmatch(name):
            found.setdefault(ApplicationId(named[1]), {})[named[2]] = text
    return found


def _seen(texts: Mapping[str, str]) -> TableSeen:
    """What the page knew that sends this."""
    named = ((_SEEN.fullmatch(name), row_seen(text)) for name, text in texts.items())
    rows = {ApplicationId(name[1]): seen for name, seen in named if name and seen}
    return TableSeen(page=texts.get(TAB, "")[:_TAB_CHARS], rows=rows)


def _saved(page: Page, saved_ms: int) -> web.Response:
    response = page.show("desk/saved.html", saved_ms=saved_ms, error=None)
    response.headers["HX-Trigger"] = "saved"  # an event that draft.js waits for
    return response


async def _refused(page: Page, error: YizhanError, texts: Mapping[str, str]) -> web.Response:
    if is_fragment(page.request):
        return page.show("desk/saved.html", saved_ms=None, error=error)
    return await show_common(page, await item_of(page), error=error, typed=texts)
