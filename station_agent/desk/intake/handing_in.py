"""The page to read out, and handing in from it: whole, with papers that follow, or as it is.

What is missing forbids nothing: whoever insists hands it in, and it is marked. What is wrong is
refused, by the one check that the county makes too.

Source: docs/operations.md, "The desk".
"""

import json
from collections.abc import Mapping, Sequence

from aiohttp import web

from protocol.catalogue.documents import FormData
from protocol.errors import YizhanError
from runtime.web.page import Page
from station_agent.desk.intake.elsewhere import elsewhere
from station_agent.desk.intake.filling import Filling, filling_of, known_filling_of
from station_agent.desk.intake.lacking import Lacking, lacking_of, only_missing
from station_agent.desk.intake.taken import papers_of, taken_at_desk, with_said
from station_agent.desk.keys import DESK
from station_agent.desk.rights import DeskRight
from station_agent.intake.calls import Submission
from station_agent.papers.pages import SealedPage

routes = web.RouteTableDef()

_OF = "/items/{code:[A-Za-z0-9._-]{1,50}}"
_ID = "{application:[0-9a-f]{32}}"


@routes.get(f"{_OF}/check/{_ID}")
async def check(request: web.Request) -> web.Response:
    """What is to be read to the citizen before it is handed in, and what is missing."""
    page = Page(request).needs(DeskRight.WORK)
    if (first := await elsewhere(page)) is not None:
        return first
    filling = await known_filling_of(page)
    form = filling.form_of(filling.texts)
    if filling.draft is None or not only_missing(filling.schema.faults(form)):
        return filling.go("form", "?faults#faults")
    return _read_out(filling, form, await papers_of(page, filling.application))


@routes.post(f"{_OF}/hand-in/{_ID}")
async def hand_in(request: web.Request) -> web.Response:
    """Hand in by the service that the command calls; *saved* is said after its commit alone."""
    page = Page(request).needs(DeskRight.WORK)
    filling = await filling_of(page)
    said = await filling.sent()
    form = filling.form_of(said)  # what was read out, whatever another tab has kept
    if not filling.version.may_go_on:
        return filling.go("version")
    papers: Sequence[SealedPage] = ()
    try:
        papers = await papers_of(page, filling.application)
        await _submit(filling, form, papers, said)
    except YizhanError as exc:
        faults = filling.schema.faults(form)
        if filling.draft is None or not only_missing(faults):
            return filling.ask(form, faults, error=exc)
        return _read_out(filling, form, papers, said=said, error=exc)
    return page.go(f"/applications/{filling.application}?saved")


async def _submit(
    filling: Filling, form: FormData, papers: Sequence[SealedPage], said: Mapping[str, str]
) -> None:
    desk = filling.page.request.app[DESK]
    taken = taken_at_desk(filling, papers)
    submission = Submission(
        application=filling.application,
        item=filling.item.item,
        form=json.dumps(form, ensure_ascii=False),
        taken=with_said(taken, said, _lacking(filling, form, papers), desk.drafts.today()),
    )
    under = filling.draft.item.found if filling.draft else None
    await desk.intake().submit(submission, pages=papers, under=under)


def _who(filling: Filling) -> str:
    """Who stands at the window."""
    if filling.agent is not None:
        return filling.agent.name
    return filling.draft.content.who if filling.draft else ""


def _lacking(filling: Filling, form: FormData, papers: Sequence[SealedPage]) -> Lacking:
    item, faults = filling.held, filling.schema.faults(form)
    if item is None or not only_missing(faults):
        return Lacking()
    return lacking_of(item, form, faults, [one.material for one in papers])


def _read_out(
    filling: Filling,
    form: FormData,
    papers: Sequence[SealedPage],
    *,
    said: Mapping[str, str] | None = None,
    error: YizhanError | None = None,
) -> web.Response:
    today = filling.page.request.app[DESK].drafts.today()
    return filling.read_out(
        form,
        lacking=_lacking(filling, form, papers),
        who=_who(filling),
        said=said or {},
        today=today,
        error=error,
    )
