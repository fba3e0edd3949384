"""Copying, field by field, from what this station took in for the same person last."""

from aiohttp import web

from protocol.errors import YizhanError
from runtime.web.page import Page
from station_agent.desk.intake.filling import Filling, known_filling_of
from station_agent.desk.keys import DESK, note_opening, opened_of
from station_agent.desk.rights import DeskRight

routes = web.RouteTableDef()

_COPY = "/items/{code:[A-Za-z0-9._-]{1,50}}/copy/{application:[0-9a-f]{32}}"


@routes.get(_COPY)
async def offer(request: web.Request) -> web.Response:
    """Each field with what was said then; nothing is ticked."""
    filling = await known_filling_of(Page(request).needs(DeskRight.WORK))
    await note_opening(filling.page, filling.application)
    return _show(filling)


@routes.post(_COPY)
async def copy(request: web.Request) -> web.Response:
    """Copy what was ticked, and on with the form."""
    page = Page(request).needs(DeskRight.WORK)
    filling = await known_filling_of(page)
    names = {str(name) for name in (await request.post()).getall("copy", [])}
    if filling.draft is not None:
        try:
            await request.app[DESK].earlier.copy(page.actor, opened_of(page), filling.draft, names)
        except YizhanError as exc:
            return _show(filling, exc)
    return filling.go("form")


def _show(filling: Filling, error: YizhanError | None = None) -> web.Response:
    return filling.page.show(
        "desk/copy.html",
        item=filling.item,
        application=filling.application,
        known=filling.known,
        error=error,
    )
