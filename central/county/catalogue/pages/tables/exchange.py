"""The catalogue as a table on pages: downloaded; sent, checked, looked at, and made a draft.

Source: docs/catalogue-tables.md, "On pages".
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any

from aiohttp import web

from central.accounts.roles import Right
from central.county.catalogue.drafts.calls import Listed, Past, Proposed
from central.county.catalogue.drafts.intents import Preview
from central.county.catalogue.exchange.packing import Form
from central.county.catalogue.pages.drafts import DRAFTS
from central.county.catalogue.pages.editing.placed import Placing
from central.county.catalogue.pages.grouping import grouped
from central.county.catalogue.pages.language import words_language
from central.county.catalogue.pages.tables.desk import Checked, TableDesk, Wanted
from protocol.errors import PageMissingError, UsageError, YizhanError
from protocol.limits import MAX_CATALOGUE_FILE_BYTES
from runtime.web.downloads import made_file
from runtime.web.numbers import whole_number
from runtime.web.page import Page
from runtime.web.site import FileForm
from runtime.web.tasks import Body, Task

routes = web.RouteTableDef()

TABLES = web.AppKey("TABLES", TableDesk)
CHECK_PATH = "/catalogue/tables/check"
FILE_FORMS = {CHECK_PATH: FileForm(right=Right.AUTHOR, max_bytes=MAX_CATALOGUE_FILE_BYTES)}
TASK, KEPT = "{number:[0-9a-f]{24}}", "{number:[0-9a-f]{32}}"
_EXPORT, _CHECK, _PROPOSE = "catalogue-export", "catalogue-check", "catalogue-propose"
_TITLES = (_EXPORT, _CHECK, _PROPOSE)
_FORMS = {one.value: one for one in Form}
_KINDS = {
    Form.JSON: "application/json",
    Form.EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.CSV: "application/zip",
}
_CHANGES, _MOST_DRAFTS, _RELEASES = 100, 50, 50
_FINDINGS = 200


@routes.get("/catalogue/tables")
async def ask(request: web.Request) -> web.Response:
    """What can be downloaded, and, for authors, where a file is sent."""
    return await _ask(Page(request).needs(Right.LOOK))


@routes.post("/catalogue/tables/export")
async def export(request: web.Request) -> web.Response:
    """Begin to make a file; its own page hands it out."""
    page = Page(request).needs(Right.LOOK)
    form = _FORMS.get(await page.field("form"))
    if form is None:
        return await _ask(page, error=UsageError("请选择文件格式"))
    national = await page.field("names") == "national"
    release = whole_number(await page.field("release")) or 0
    wanted = Wanted(form=form, national=national, release=release)
    return _begin(page, _EXPORT, partial(request.app[TABLES].export, page.actor, wanted))


@routes.post(CHECK_PATH)
async def check(request: web.Request) -> web.Response:
    """Begin to check what was sent; its own page tells every fault, or what it would change."""
    page = Page(request).needs(Right.AUTHOR)
    files = [one for one in await page.uploads("file") if one[1]]
    if not files:
        return await _ask(page, error=UsageError("请选择文件"))
    return _begin(page, _CHECK, partial(request.app[TABLES].check, page.actor, files))


@routes.post(f"/catalogue/tables/check/{KEPT}/propose")
async def propose(request: web.Request) -> web.Response:
    """Begin to make a draft of what was looked at."""
    page, number = Page(request).needs(Right.AUTHOR), request.match_info["number"]
    draft, _, digest = (await page.field("draft")).partition(".")  # as the page offered it
    propose = request.app[TABLES].propose
    body = partial(propose, page.actor, number, whole_number(draft) or 0, digest=digest)
    return _begin(page, _PROPOSE, body)


@routes.get(f"/catalogue/tables/{TASK}")
async def watch(request: web.Request) -> web.Response:
    """How far it is, and what came of it."""
    page = Page(request).needs(Right.LOOK)
    task = _task(page)
    if task.title == _PROPOSE and isinstance(task.result, Proposed):
        return page.go(f"/catalogue/drafts/{task.result.draft}?done=import")
    found = task.result if isinstance(task.result, Checked) else None
    shown = await _previewed(page, found.preview) if found and found.preview else {}
    refused = found.refused if found else {}
    placed = await asyncio.to_thread(_placing(page, refused).of, found.faults if found else ())
    return page.show(
        "catalogue/table_task.html",
        task=task,
        export=_EXPORT,
        url=request.path,
        found=found,
        placed=placed if refused else (),
        **shown,
    )


@routes.get(f"/catalogue/tables/{TASK}/bar")
async def bar(request: web.Request) -> web.Response:
    """The bar alone; once it has ended, the browser loads the whole page."""
    page = Page(request).needs(Right.LOOK)
    task = _task(page)
    return page.bar(task)


@routes.get(f"/catalogue/tables/file/{KEPT}")
async def download(request: web.Request) -> web.Response:
    """The file that was made."""
    page = Page(request).needs(Right.LOOK)
    made = request.app[TABLES].made(page.actor, request.match_info["number"])
    return made_file(made.name, _KINDS[made.form], made.data)


async def _ask(page: Page, *, error: YizhanError | None = None) -> web.Response:
    releases = await page.request.app[DRAFTS].history(page.actor, Past(limit=_RELEASES))
    return page.show(
        "catalogue/tables.html",
        status=400 if error else 200,
        releases=[one.release for one in releases],
        most_bytes=MAX_CATALOGUE_FILE_BYTES,
        error=error,
    )


def _begin(page: Page, title: str, body: Body) -> web.Response:
    task = page.site.tasks.start(page.login.name, title, body)
    return page.go(f"/catalogue/tables/{task.number}")


def _task(page: Page) -> Task:
    """The reader's own; not one of other pages."""
    number = page.request.match_info["number"]
    task = page.site.tasks.of(page.login.name, number)
    if task.title not in _TITLES:
        raise PageMissingError(number)
    return task


async def _previewed(page: Page, preview: Preview) -> dict[str, Any]:
    """What a draft of it would change, in the reader's words, and whose content it may be."""
    listed, language = Listed(limit=_MOST_DRAFTS), words_language(page)
    proposed = preview.said(language)
    placing = _placing(page, preview.entries)
    found = proposed.findings[:_FINDINGS]
    changes = proposed.changes[:_CHANGES]
    return {
        "findings": await asyncio.to_thread(placing.of, found),
        "proposed": proposed,
        "changes": changes,
        "groups": await asyncio.to_thread(grouped, changes, preview.entries),
        "kinds": Counter(one.kind for one in proposed.changes),
        "drafts": await page.request.app[DRAFTS].drafts(page.actor, listed),
    }


def _placing(page: Page, entries: Mapping[str, bytes]) -> Placing:
    words = page.site.templates.words[page.language].gettext
    return Placing(entries, words, words_language(page))
