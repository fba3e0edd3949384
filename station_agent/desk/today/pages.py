"""The first page: what is to be done, what waits longest first, and a button for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from runtime.web.page import Page
from station_agent.answers.calls import LyingShown
from station_agent.circulars.calls import CircularShown
from station_agent.desk.answers.words import KINDS
from station_agent.desk.keys import DESK, opened_of, reader_of
from station_agent.desk.rights import DeskRight
from station_agent.desk.today.village import village_work

routes = web.RouteTableDef()

_SHOWN = 20  # of each pile; the rest stands in the list


@routes.get("/today")
async def today(request: web.Request) -> web.Response:
    """Today's work."""
    page = Page(request).needs(DeskRight.WORK)
    desk, reader = request.app[DESK], reader_of(page)
    batches = await desk.batches().batches.listed(reader.opened)
    status = desk.status
    return page.show(
        "desk/today.html",
        piles=await status.listing.piles(reader.opened, reader.index, _SHOWN),
        station=await status.told(reader.opened.vault, 0),
        batches=[one for one in batches if one.rows > one.handed_in],
        drafts=(await desk.drafts.told(reader.opened)).open,
        owed=await desk.due.owed(reader.opened.vault, _SHOWN),
        under_way=await desk.due.under_way(reader.opened.vault, _SHOWN),
        names=reader.index.items,
        answers=await _answers(page),
        leaving=await desk.drafts.leaving(reader.opened),
        village=await village_work(page),
        circulars=await _circulars(page),
    )


async def _circulars(page: Page) -> Sequence[CircularShown]:
    """Of the county, that this clerk has not confirmed; the oldest first."""
    opened = opened_of(page)
    found = await page.request.app[DESK].circulars.every(opened)
    return [one for one in reversed(found) if one.waits_for(opened.clerk)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What lies here for citizens."""

    count: int
    near: int  # whose last day is near, or over
    shown: Sequence[LyingShown]
    names: Mapping[str, str]  # of items
    kinds: Mapping[str, str]


async def _answers(page: Page) -> Answers:
    """After the other piles: they bring the index of items up to date."""
    reader = reader_of(page)
    count, shown, near = await page.request.app[DESK].answers.pile(reader.opened, _SHOWN)
    return Answers(count=count, near=near, shown=shown, names=reader.index.items, kinds=KINDS)
