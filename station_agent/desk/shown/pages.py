"""Where each application is, by what is proved; and one of them with its result."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from aiohttp import web

from protocol.errors.slips import SlipNoneError
from protocol.records.corrections import FieldFault
from runtime.web.numbers import whole_number
from runtime.web.page import Page
from station_agent.desk.answers.words import KINDS, way_words
from station_agent.desk.keys import DESK, opened_of, reader_of
from station_agent.desk.rights import DeskRight
from station_agent.desk.states import STATES
from station_agent.slips.calls import SlipText
from station_agent.status.calls import ApplicationShown
from station_agent.status.listing import PAGE, Wanted

routes = web.RouteTableDef()

_MOST_PAGES = 100_000
_MAX_SOUGHT_CHARS = 100


@routes.get("/applications")
async def listed(request: web.Request) -> web.Response:
    """A page of those that fit, the newest first; of a name a part will do."""
    page = Page(request).needs(DeskRight.WORK)
    reader, wanted = reader_of(page), _wanted(request.query)
    found = await request.app[DESK].status.listing.found(reader.opened, reader.index, wanted)
    return page.show(
        "desk/applications.html",
        found=found,
        wanted=wanted,
        pages=-(-found.count // PAGE),
        states=STATES,
        other=lambda number: _path(wanted, number),
    )


def _wanted(query: Mapping[str, str]) -> Wanted:
    """What an address asks for; what makes no sense in it asks for nothing."""
    return Wanted(
        text=query.get("q", "").strip()[:_MAX_SOUGHT_CHARS],
        state=query.get("state", "") if query.get("state", "") in STATES else "",
        item=query.get("item", ""),
        month=query.get("month", ""),
        page=min(whole_number(query.get("page", "")) or 1, _MOST_PAGES),
    )


def _path(wanted: Wanted, number: int) -> str:
    """Another page of the same list."""
    asked = {
        "q": wanted.text,
        "state": wanted.state,
        "item": wanted.item,
        "month": wanted.month,
        "page": str(number),
    }
    return f"/applications?{urlencode({key: value for key, value in asked.items() if value})}"


@routes.get("/applications/{application:[0-9a-f]{32}}")
async def one(request: web.Request) -> web.Response:
    """One; that the clerk opened it is written down."""
    page = Page(request).needs(DeskRight.WORK)
    wanted, desk = request.match_info["application"], request.app[DESK]
    shown = await desk.results.told(opened_of(page), wanted)
    own = shown.application
    return page.show(
        "desk/application.html",
        one=shown,
        slip=await _slip(page, wanted),
        marks=await desk.status.marking.of(own),
        followed=await desk.follow_ups.told(opened_of(page).vault, own),
        owed=await desk.due.of(own),
        titles=await desk.due.titles(shown.item, _faults(shown)),
        versions=await desk.due.versions(own),
        stuck=await desk.stuck.of(page.actor, own),
        saved_now="saved" in request.query,
        sent_now="sent" in request.query,
        answers=await request.app[DESK].answers.of(opened_of(page), shown.application),
        is_rated=await request.app[DESK].ratings.is_rated(shown.application),
        answer_kinds=KINDS,
        answer_ways=lambda telling: way_words(telling.what, telling.way),
        public=await request.app[DESK].publicity.has(wanted),
        error=None,
    )


def _faults(shown: ApplicationShown) -> Sequence[FieldFault]:
    """What the county says of single fields and pages."""
    return (shown.result.faults or ()) if shown.result else ()


async def _slip(page: Page, application: str) -> SlipText | None:
    """What was printed for the citizen; None where another PC sealed it."""
    try:
        return await page.request.app[DESK].slips.text(application)
    except SlipNoneError:
        return None
