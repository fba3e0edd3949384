"""The page to read out, and handing in from it: whole, with papers that follow, or as it is.

What is missing forbids nothing: whoever insists hands it in, and it is marked. What is wrong is
refused, by the one check that the county makes too.

Source: docs/operations.md, "The desk".
"""

import json
from collections.abc import Mapping, Sequence

from aiohttp import web

from protocol.catalogue.documents import FormData
from protocol.catalogue.forms.layout import layout
from protocol.codec import altered
from protocol.errors import YizhanError
from runtime.web.page import Page
from station_agent.clerks.calls import Proof
from station_agent.desk.intake.elsewhere import elsewhere
from station_agent.desk.intake.filling import Filling, filling_of, known_filling_of, with_returned
from station_agent.desk.intake.lacking import Lacking, lacking_of, only_missing
from station_agent.desk.intake.start import doubts_of, village_name, village_of
from station_agent.desk.intake.taken import papers_of, taken_at_desk, with_said
from station_agent.desk.intake.window import (
    CHECKER,
    asks_second,
    brought_of,
    last_days_of,
    mode_name,
    others_of,
    photos_of,
    unread_of,
)
from station_agent.desk.intake.window_pages import SECRET, kept_of
from station_agent.desk.keys import DESK, note_opening
from station_agent.desk.rights import DeskRight
from station_agent.drafts.content import BLANK
from station_agent.drafts.service import AGENT_PAGE
from station_agent.drafts.signing import CHECK_PAGE, signs_apart
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


@routes.get(f"{_OF}/paper/{_ID}")
async def paper(request: web.Request) -> web.Response:
    """The same on paper, to be signed in ink."""
    page = Page(request).needs(DeskRight.WORK)
    filling = await filling_of(page)
    if filling.draft is None:
        return filling.go("form")
    await note_opening(page, filling.application)
    laid = layout(filling.schema, filling.form_of(filling.texts), language=page.language)
    return page.show(
        "form/paper.html",
        laid=laid,
        name=filling.item.name,
        code=filling.item.item,
        number="",
        blank=False,
        back=f"/items/{filling.item.item}/check/{filling.application}",
    )


@routes.post(f"{_OF}/hand-in/{_ID}")
async def hand_in(request: web.Request) -> web.Response:
    """Hand in by the service that the command calls; *saved* is said after its commit alone."""
    page = Page(request).needs(DeskRight.WORK)
    filling = await filling_of(page)
    said = await filling.sent()
    form = filling.form_of(said)  # what was read out, whatever another tab has kept
    if filling.draft is not None and filling.draft.content.follows:
        return filling.go_on()
    if not filling.version.may_go_on:
        return filling.go("version")
    papers: Sequence[SealedPage] = ()
    try:
        papers = await papers_of(page, filling.application)
        await _submit(filling, form, papers, said)
    except YizhanError as exc:
        filling = await with_returned(filling)
        faults = filling.schema.faults(form)
        if filling.draft is None or not only_missing(faults):
            return filling.ask(form, faults, error=exc)
        return _read_out(filling, form, papers, said=said, error=exc)
    return page.go(f"/applications/{filling.application}?saved")


async def _submit(
    filling: Filling, form: FormData, papers: Sequence[SealedPage], said: Mapping[str, str]
) -> None:
    desk = filling.page.request.app[DESK]
    lacking = _lacking(filling, form, papers)
    last_days = await last_days_of(filling, lacking)
    taken = with_said(
        taken_at_desk(filling, papers),
        said,
        lacking,
        desk.drafts.today(),
        last_days,
        may_insist=asks_second(filling),
        asks_signature=signs_apart(filling.schema),
    )
    if asks_second(filling) and not taken.insisted:
        by = Proof(clerk=said.get(CHECKER, ""), password=said.get(SECRET) or None)
        checker = await desk.clerks.second(taken.clerk, by, filling.application)
        taken = altered(taken, checker=checker)
    content = filling.draft.content if filling.draft else BLANK
    submission = Submission(
        application=filling.application,
        item=filling.item.item,
        form=json.dumps(form, ensure_ascii=False),
        corrects=content.corrects,
        supersedes=content.replaces,
        taken=taken,
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
    desk = filling.page.request.app[DESK]
    return filling.read_out(
        form,
        lacking=_lacking(filling, form, papers),
        who=_who(filling),
        said=kept_of(said or filling.said(CHECK_PAGE)),
        today=desk.drafts.today(),
        saved_ms=filling.draft.saved_ms if filling.draft else None,
        is_agent_open=bool(filling.said(AGENT_PAGE)),
        others=others_of(filling) if asks_second(filling) else None,
        signs=signs_apart(filling.schema),
        photos=photos_of(filling, papers),
        brought=brought_of(filling, papers),
        unread=unread_of(papers),
        mode=mode_name(filling.item),
        doubts=doubts_of(filling.held, filling.said("start")) if filling.held else (),
        village=village_name(filling.page, village_of(filling.page, filling.said("start"))),
        error=error,
    )
