"""Pages for many nodes at once: a table is checked, looked at, and then added; or new codes."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from central.accounts.onetime import File, Kind, Shown
from central.accounts.pages.shared import staff_of
from central.accounts.roles import Right
from central.county.console.keys import NODES, PROVISIONING
from protocol.errors import UsageError, YizhanError
from protocol.trust.roster import State
from provisioning.bulk.calls import (
    AddedNode,
    Bundled,
    Checked,
    CheckTable,
    ImportBundle,
    ReissueBundle,
    TableFault,
)
from provisioning.bulk.causes import Cause
from runtime.control.owner import Report
from runtime.web.page import Page
from runtime.web.tasks import Body

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportShown:
    """What came of an import."""

    nodes: Sequence[AddedNode]
    faults: Sequence[TableFault] = ()
    causes: Sequence[Cause] = ()
    unknown: Sequence[str] = ()
    once: str = ""  # number by which kits and cards are shown


_NAME_BYTES = 8  # of an import, so that none takes the place of another
_SHOWN = 1000  # lines of a table that are looked at


@routes.get("/nodes/import")
async def ask_many(request: web.Request) -> web.Response:
    """The form for a table."""
    return Page(request).needs(Right.RUN).show("console/import.html", error=None)


@routes.post("/nodes/import")
async def upload(request: web.Request) -> web.Response:
    """Keep the table for a while; its own page says what it would do."""
    page = Page(request).needs(Right.RUN)
    data = await page.upload("table")
    try:
        if not data:
            raise UsageError("请选择名册文件")
        await _check(page, data)
        number = page.site.uploads.put(page.login.name, "table", data)
    except YizhanError as exc:
        return page.show("console/import.html", status=400, error=exc)
    return page.go(f"/nodes/import/check/{number}")


@routes.get("/nodes/import/check/{number:[0-9a-f]{32}}")
async def preview(request: web.Request) -> web.Response:
    """What the table would add, or what is wrong with it; nothing is added yet."""
    page = Page(request).needs(Right.RUN)
    number = request.match_info["number"]
    kept = page.site.uploads.of(page.login.name, number)
    found = await _check(page, kept.data)
    return page.show("console/check.html", found=found, number=number, shown=_SHOWN)


@routes.post("/nodes/import/check/{number:[0-9a-f]{32}}/add")
async def add_many(request: web.Request) -> web.Response:
    """Begin the import; its own page tells how far it is."""
    page = Page(request).needs(Right.RUN)
    kept = page.site.uploads.of(page.login.name, request.match_info["number"])
    bulk, wanted = request.app[PROVISIONING].bulk, ImportBundle(table=kept.data)
    body = partial(bulk.import_bundle, page.actor, wanted)
    task = page.site.tasks.start(page.login.name, "import", _keeping(page, body))
    return page.go(f"/nodes/import/{task.number}")


@routes.get("/nodes/reissue")
async def choose(request: web.Request) -> web.Response:
    """Nodes that have not joined, to be given new codes."""
    page = Page(request).needs(Right.RUN)
    views = await request.app[NODES].overview()
    invited = [view for view in views if view.state is State.INVITED]
    return page.show("console/reissue.html", nodes=sorted(invited, key=lambda view: view.code))


@routes.post("/nodes/reissue")
async def reissue(request: web.Request) -> web.Response:
    """Begin to make new codes, kits and cards for those that were chosen."""
    page = Page(request).needs(Right.RUN)
    nodes = [str(node) for node in (await request.post()).getall("node", [])]
    if not nodes:
        return page.go("/nodes/reissue")
    bulk, wanted = request.app[PROVISIONING].bulk, ReissueBundle(nodes=nodes)
    body = partial(bulk.reissue_bundle, page.actor, wanted)
    task = page.site.tasks.start(page.login.name, "reissue", _keeping(page, body))
    return page.go(f"/nodes/import/{task.number}")


@routes.get("/nodes/import/{number:[0-9a-f]{24}}")
async def watch(request: web.Request) -> web.Response:
    """How far an import is, and what came of it."""
    page = Page(request).needs(Right.RUN)
    task = page.site.tasks.of(page.login.name, request.match_info["number"])
    return page.show("console/imported.html", task=task, url=request.path)


@routes.get("/nodes/import/{number:[0-9a-f]{24}}/bar")
async def watch_bar(request: web.Request) -> web.Response:
    """The bar alone; once the import has ended, the browser loads the whole page."""
    page = Page(request).needs(Right.RUN)
    task = page.site.tasks.of(page.login.name, request.match_info["number"])
    return page.bar(task)


async def _check(page: Page, data: bytes) -> Checked:
    return await page.request.app[PROVISIONING].bulk.check(page.actor, CheckTable(table=data))


def _keeping(page: Page, body: Callable[[Report], Awaitable[Bundled]]) -> Body:
    """``body``, whose kits and cards wait then for whoever began it."""

    async def run(report: Report) -> ImportShown:
        made = await body(report)
        once = await _keep(page, made.kits, made.cards, len(made.nodes)) if made.nodes else ""
        return ImportShown(
            nodes=made.nodes,
            faults=made.faults,
            causes=made.causes,
            unknown=made.unknown,
            once=once,
        )

    return run


async def _keep(page: Page, kits: bytes, cards: bytes, count: int) -> str:
    files = (
        File(name="kits.zip", kind="application/zip", data=kits),
        File(name="cards.html", kind="text/html", data=cards),
    )
    shown = Shown(title=str(count), files=files)
    subject = page.site.chance(_NAME_BYTES).hex()
    return await staff_of(page).onetime.put(page.login.name, Kind.KITS, subject, shown)
