"""Pages for new nodes: one by one, a whole table, and who waits for a person's word."""

import base64
from typing import Any

from aiohttp import web

from central.county.console.keys import NODES
from central.staff.onetime import File, Kind, Shown
from central.staff.roles import Right
from central.web.page import Page
from central.web.proposals import agreed
from protocol.errors import PageMissingError, UsageError
from protocol.roster import Role
from runtime.control.owner import Report

routes = web.RouteTableDef()

_NAME_BYTES = 8  # of an import, so that none takes the place of another
_VERDICTS = ("approved", "rejected")


@routes.get("/nodes/add")
async def ask_one(request: web.Request) -> web.Response:
    """The form for one new node."""
    page = Page(request).needs(Right.RUN)
    views = await request.app[NODES].overview()
    return page.show("console/add.html", hubs=[view for view in views if view.role is Role.HUB])


@routes.post("/nodes/add")
async def add_one(request: web.Request) -> web.Response:
    """Put it on the roster; its kit and code are shown once."""
    page = Page(request).needs(Right.RUN)
    role = await page.field("role")
    if role not in (Role.HUB.value, Role.STATION.value):
        raise UsageError(role[:20])
    args = {
        "role": role,
        "code": await page.field("code"),
        "name": await page.field("name"),
        "parent": (await page.field("parent") or None) if role == Role.STATION.value else None,
        "url": await page.field("url") if role == Role.HUB.value else "",
    }
    return await agreed(page, "provision.add", args, subject="", two=False, back="/nodes")


@routes.get("/nodes/import")
async def ask_many(request: web.Request) -> web.Response:
    """The form for a table."""
    return Page(request).needs(Right.RUN).show("console/import.html")


@routes.post("/nodes/import")
async def add_many(request: web.Request) -> web.Response:
    """Begin the import; its own page tells how far it is."""
    page = Page(request).needs(Right.RUN)
    data = await page.upload("table")
    if not data:
        raise UsageError("table")
    work = page.work("provision.import-bundle", name="web", table=base64.b64encode(data).decode())

    async def run(report: Report) -> dict[str, Any]:
        answer: dict[str, Any] = await work(report)
        kits, cards = (base64.b64decode(answer.pop(name)) for name in ("kits", "cards"))
        if answer["nodes"]:
            answer["once"] = await keep_kits(page, kits, cards, len(answer["nodes"]))
        return answer

    task = page.site.tasks.start(page.login.name, "import", run)
    return page.go(f"/nodes/import/{task.number}")


@routes.get("/nodes/import/{number}")
async def watch(request: web.Request) -> web.Response:
    """How far an import is, and what came of it."""
    page = Page(request).needs(Right.RUN)
    task = page.site.tasks.of(page.login.name, request.match_info["number"])
    return page.show("console/imported.html", task=task, url=request.path)


@routes.get("/nodes/import/{number}/bar")
async def watch_bar(request: web.Request) -> web.Response:
    """The bar alone; once the import has ended, the browser loads the whole page."""
    page = Page(request).needs(Right.RUN)
    task = page.site.tasks.of(page.login.name, request.match_info["number"])
    response = page.show("tasks/bar.html", task=task, url=request.path)
    if task.ended:
        response.headers["HX-Refresh"] = "true"
    return response


@routes.get("/nodes/waiting")
async def waiting(request: web.Request) -> web.Response:
    """Nodes whose code was right, with the fingerprints to compare by telephone."""
    page = Page(request).needs(Right.LOOK)
    suspected = await page.run("provision.suspected")
    return page.show(
        "console/waiting.html", waiting=await page.run("provision.waiting"), suspected=suspected
    )


@routes.post("/nodes/waiting/{node:[0-9a-f]{16}}/dismiss")
async def dismiss(request: web.Request) -> web.Response:
    """Somebody has looked into what seemed wrong about a kit."""
    page = Page(request).needs(Right.GRANT)
    await page.run("provision.dismiss", node=request.match_info["node"])
    return page.go("/nodes/waiting")


@routes.post("/nodes/waiting/{node:[0-9a-f]{16}}/{verdict}")
async def judge(request: web.Request) -> web.Response:
    """Approve or reject one of them."""
    page = Page(request).needs(Right.GRANT)
    node, verdict = request.match_info["node"], request.match_info["verdict"]
    if verdict not in _VERDICTS:
        raise PageMissingError(verdict[:20])
    compared = await page.field("request")  # the very request whose fingerprint was shown
    await page.run("provision.judge", node=node, verdict=verdict, compared=compared)
    return page.go("/nodes/waiting")


async def keep_kits(page: Page, kits: bytes, cards: bytes, count: int) -> str:
    """Kits and cards wait for whoever had them made; the number to show them by."""
    files = (
        File(name="kits.zip", kind="application/zip", data=kits),
        File(name="cards.html", kind="text/html", data=cards),
    )
    shown = Shown(title=str(count), files=files)
    subject = page.site.chance(_NAME_BYTES).hex()
    return await page.site.onetime.put(page.login.name, Kind.KITS, subject, shown)
