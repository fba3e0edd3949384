"""Letters to the county: which were sent, how far each is, and the answer, to read out and print.

Source: docs/operations.md, "Letters at the desk".
"""

from aiohttp import web

from protocol.errors.clerk import FollowUpUnknownError
from protocol.records.followups import Letter
from protocol.records.letter_times import REPLY_TIMES
from runtime.web.page import Page
from station_agent.desk.keys import DESK, note_list, opened_of
from station_agent.desk.rights import DeskRight
from station_agent.followups.calls import FollowUpShown

routes = web.RouteTableDef()

_LETTER = "letter"
_SHOWN = 200  # the newest
_ONE = "/letters/{letter:[0-9a-f]{32}}"


@routes.get("/letters")
async def letters(request: web.Request) -> web.Response:
    """Those with an answer that nobody has read first, then the newest."""
    page = Page(request).needs(DeskRight.WORK)
    await note_list(page)
    found = await request.app[DESK].follow_ups.about(opened_of(page), _LETTER)
    found.sort(key=is_unread)
    found.reverse()  # unread answers first, and of each the newest
    return page.show(
        "desk/letters.html", letters=found[:_SHOWN], count=len(found), times=REPLY_TIMES
    )


@routes.get(_ONE)
async def one(request: web.Request) -> web.Response:
    """One of them; that the clerk opened it is written down."""
    page = Page(request).needs(DeskRight.WORK)
    letter = await _letter(page)
    subject = letter.said.subject if letter.said else None
    time = REPLY_TIMES[subject.kind] if isinstance(subject, Letter) else None
    return page.show("desk/letter.html", one=letter, time=time)


@routes.post(f"{_ONE}/read")
async def read(request: web.Request) -> web.Response:
    """The answer was read; the clerk's name stands with that."""
    page = Page(request).needs(DeskRight.WORK)
    letter = await _letter(page)
    await request.app[DESK].follow_ups.note_read(opened_of(page), letter.follow_up)
    return page.go(f"/letters/{letter.follow_up}")


async def _letter(page: Page) -> FollowUpShown:
    found = await page.request.app[DESK].follow_ups.one(
        opened_of(page), page.request.match_info["letter"]
    )
    if found.about != _LETTER:
        raise FollowUpUnknownError(found.follow_up[:8])
    return found


def is_unread(one: FollowUpShown) -> bool:
    """Whether its answer has come and nobody has read it."""
    return one.answered and one.read_ms is None
