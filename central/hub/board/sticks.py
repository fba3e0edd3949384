"""Moving sticks on a page: choose a folder, start, watch, read what became of it."""

import asyncio
from functools import partial
from pathlib import Path

from aiohttp import web

from central.accounts.roles import Right
from central.hub.board.keys import HUB, STICKS
from central.hub.board.pages import reason
from protocol.errors import PageMissingError, UsageError, YizhanError
from runtime.control.calls import Nothing
from runtime.sticks.calls import ExportStick, ImportStick
from runtime.sticks.places import Place, places, stick_folder
from runtime.web.page import Page, is_fragment
from runtime.web.tasks import Body

routes = web.RouteTableDef()

SHOWN = 20  # refused files that are named one by one
_LOOK_S = 5.0  # at folders; a network drive that is gone may take minutes


@routes.get("/sticks")
async def choose(request: web.Request) -> web.Response:
    """Which stick, and which way."""
    return await _form(Page(request).needs(Right.RUN))


@routes.post("/sticks/{verb}")
async def start(request: web.Request) -> web.Response:
    """Begin to export or import; it goes on if the browser goes away."""
    page = Page(request).needs(Right.RUN)
    verb = request.match_info["verb"]
    if verb not in ("export", "import"):
        raise PageMissingError(verb[:20])
    named = await page.field("typed") or await page.field("folder")
    try:
        folder = await asyncio.to_thread(stick_folder, named)
        body = await _moving(page, verb, folder)
        task = page.site.tasks.start(
            page.login.name, f"stick-{verb}", body, subject=str(folder), in_bytes=True
        )
    except YizhanError as exc:
        return await _form(page, error=exc, typed=named)
    return page.go(f"/sticks/{task.number}")


@routes.get("/sticks/{number}")
async def watch(request: web.Request) -> web.Response:
    """How far it has got, or what came of it."""
    page = Page(request).needs(Right.RUN)
    task = page.site.tasks.of(page.login.name, request.match_info["number"])
    url = f"/sticks/{task.number}"
    if not is_fragment(request):
        return page.show("board/task.html", task=task, url=url, shown=SHOWN, reason=reason)
    response = page.show("tasks/bar.html", task=task, url=url)
    if task.ended:
        response.headers["HX-Redirect"] = url
    return response


async def _moving(page: Page, verb: str, folder: Path) -> Body:
    sticks = page.request.app[STICKS]
    if verb == "import":
        return partial(sticks.take_in, page.actor, ImportStick(folder=folder))
    wanted = ExportStick(folder=folder, for_=await _recipient(page))
    return partial(sticks.export, page.actor, wanted)


async def _form(page: Page, *, error: YizhanError | None = None, typed: str = "") -> web.Response:
    return page.show(
        "board/sticks.html",
        status=200 if error is None else 400,
        error=error,
        typed=typed,
        places=await _places(),
        recipients=await _recipients(page),
        tasks=page.site.tasks.by(page.login.name),
    )


async def _places() -> list[Place]:
    try:
        async with asyncio.timeout(_LOOK_S):
            return await asyncio.to_thread(places)
    except TimeoutError:
        return []


async def _recipient(page: Page) -> str:
    """A node id that the form offers, or nothing for everybody."""
    named = await page.field("for")
    if named and named not in dict(await _recipients(page)):
        raise UsageError(named[:40])
    return named


async def _recipients(page: Page) -> list[tuple[str, str]]:
    """Whom an export may be for, and their names: who is above, and all below."""
    state = await page.request.app[HUB].status(page.actor, Nothing())
    below = {node: entry for node, entry in state.nodes.items() if entry.below}
    parent = state.nodes.get(state.parent) if state.parent else None
    up = [(state.parent, parent.name)] if state.parent and parent else []
    return up + [(node, below[node].name) for node in sorted(below)]
