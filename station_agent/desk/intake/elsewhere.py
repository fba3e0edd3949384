"""Where a page of an application leads first, before it shows itself."""

from collections.abc import Mapping

from aiohttp import web

from protocol.errors import YizhanError
from protocol.errors.drafts import FillingElsewhereError
from protocol.ids import ApplicationId
from runtime.web.page import Page
from station_agent.desk.intake.filling import Filling, filling_of
from station_agent.desk.intake.window_pages import keep_said, said_key
from station_agent.desk.keys import DESK, note_opening, opened_of


async def elsewhere(page: Page) -> web.Response | None:
    """Where to go first: what was sent while locked is saved, what was handed in is no draft."""
    desk = page.request.app[DESK]
    application = ApplicationId(page.request.match_info["application"])
    if await desk.drafts.is_handed_in(application):
        desk.left.drop(application)
        desk.left.drop(said_key(application))
        return page.go(f"/applications/{application}")
    filling = await filling_of(page)
    left = desk.left.of(application, opened_of(page).vault)
    if left is not None and (refused := await _saved(filling, left)) is not None:
        return refused
    said = desk.left.of(said_key(application), opened_of(page).vault)
    if said is not None:
        await keep_said(filling, said)
        desk.left.drop(said_key(application))
        filling = await filling_of(page)
    if filling.draft is None:
        return None
    await note_opening(page, application)
    if filling.draft.binned_ms is not None:
        return page.go("/drafts/bin")
    if filling.draft.content.follows:  # papers alone: they have no form
        return page.go(f"/papers/{filling.draft.content.item}/{application}")
    return None if filling.version.may_go_on else filling.go("version")


async def _saved(filling: Filling, left: Mapping[str, str]) -> web.Response | None:
    """Save what was sent while locked; the form with it, where that can't be."""
    try:
        await filling.save(left)
    except FillingElsewhereError as exc:  # it is on disk, beside what is kept
        filling.page.request.app[DESK].left.drop(filling.application)
        filling = await filling_of(filling.page)
        return filling.ask(filling.form_of(left), error=exc, typed=left)
    except YizhanError as exc:
        return filling.ask(filling.form_of(left), error=exc)
    return None
