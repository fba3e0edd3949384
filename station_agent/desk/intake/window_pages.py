"""What is said on a page around the form is saved as it is typed, and survives the lock.

Source: docs/operations.md, "The desk".
"""

from collections.abc import Mapping

from aiohttp import web

from protocol.errors import YizhanError
from runtime.web.page import Page
from station_agent.desk.intake.filling import PAGE, Filling, filling_of
from station_agent.desk.keys import DESK, opened_of
from station_agent.desk.rights import DeskRight
from station_agent.drafts.calls import SayAtWindow

routes = web.RouteTableDef()

PAGES = ("start", "agent", "check")
SECRET = "-check-password"  # noqa: S105 - the name of a field: never kept
_NOT_KEPT = frozenset((PAGE, SECRET, "token", "-form", "-place", "do"))
_OF = "/items/{code:[A-Za-z0-9._-]{1,50}}/said/{application:[0-9a-f]{32}}"


@routes.post(_OF)
async def said(request: web.Request) -> web.Response:
    """What was said so far is on disk: the line that says so with the time, or why it is not."""
    page = Page(request).needs(DeskRight.WORK)
    filling = await filling_of(page)
    try:
        saved_ms = await keep_said(filling, await filling.sent())
    except YizhanError as exc:
        return page.show("desk/saved.html", saved_ms=None, error=exc)
    response = page.show("desk/saved.html", saved_ms=saved_ms, error=None)
    response.headers["HX-Trigger"] = "saved"  # an event that draft.js waits for
    return response


async def keep_said(filling: Filling, texts: Mapping[str, str]) -> int | None:
    """Keep what a page sent; when it was saved, None: no page of ours sent it.

    Raises as :meth:`DraftService.save`.
    """
    if texts.get(PAGE) not in PAGES:
        return None
    desk = filling.page.request.app[DESK]
    wanted = SayAtWindow(
        application=filling.application,
        item=filling.item.item,
        page=texts[PAGE],
        texts=kept_of(texts),
    )
    return await desk.drafts.say(filling.page.actor, opened_of(filling.page), wanted)


def said_key(application: str) -> str:
    """Under which it lies in memory that a page was sent while nobody was logged in."""
    return f"{application} said"


def kept_of(texts: Mapping[str, str]) -> dict[str, str]:
    """What of it is kept: no token, and no password."""
    return {name: text for name, text in texts.items() if name not in _NOT_KEPT}
