"""Rating (好差评): the clerk locks the desk and turns the screen; the citizen sees one page alone.

While that page is open nobody is logged in: whatever the citizen presses, there is nothing of
anybody else to be seen. The clerk comes back by her password.

Source: docs/operations.md, "Ratings".
"""

import re

from aiohttp import web

from protocol.errors import UsageError, YizhanError
from protocol.errors.answers import RatedAlreadyError
from protocol.limits import MAX_SLIP_CHARS
from protocol.records.followups import LEVELS, Rating, Said
from protocol.records.followups_words import LEVEL_WORDS
from runtime.actor import Actor
from runtime.node.slips import VerifySlip
from runtime.web.page import Page
from station_agent.desk.clerks.anybody import show_anybody
from station_agent.desk.keys import DESK, opened_of, reader_of
from station_agent.desk.rights import DeskRight
from station_agent.desk.turned import RATING, TURNED
from station_agent.ratings.calls import RateApplication
from station_agent.status.listing import Wanted

routes = web.RouteTableDef()

_START, _END = "/rate/", "/rated"
PUBLIC = (_START, _END)  # nobody is logged in there
_RATE = _START + "{word:[0-9a-f]{48}}"
_LONGEST_NUMBER = 60  # characters with blanks: the text of a slip has hundreds
_SHORT = re.compile("[0-9a-fA-F]{8}")  # of an id, on a slip without a number


@routes.get("/ratings")
async def ratings(request: web.Request) -> web.Response:
    """The sums, and where the code of a slip is typed to rate later."""
    return await _show(Page(request).needs(DeskRight.WORK))


@routes.post("/ratings")
async def later(request: web.Request) -> web.Response:
    """The code of a slip, or a number: its page is turned to the citizen."""
    page = Page(request).needs(DeskRight.WORK)
    typed = await page.field("code", most=MAX_SLIP_CHARS)
    try:
        if not typed:
            raise UsageError("请输入凭证上的编号或文字")
        return await _turn(page, await _application(page, typed))
    except YizhanError as exc:
        return await _show(page, exc, typed)


@routes.post("/applications/{application:[0-9a-f]{32}}/rating")
async def turn(request: web.Request) -> web.Response:
    """Lock the desk, and turn the page of this application to the citizen."""
    page = Page(request).needs(DeskRight.WORK)
    return await _turn(page, request.match_info["application"])


@routes.get(_RATE)
async def ask(request: web.Request) -> web.Response:
    """Five big buttons, and one for who does not want to."""
    page, word = Page(request), request.match_info["word"]
    turned = request.app[TURNED].of(word, RATING)
    return show_anybody(page, "desk/rate.html", word=word, turned=turned, levels=_levels())


@routes.post(_RATE)
async def rated(request: web.Request) -> web.Response:
    """Pass it on; it is on disk before the citizen is thanked."""
    page, word = Page(request), request.match_info["word"]
    turned, level = request.app[TURNED].of(word, RATING), await page.field("level", most=4)
    if level != "none":
        if level not in map(str, range(1, LEVELS + 1)):
            raise UsageError("level: 1–5")
        said = Said(subject=Rating(level=int(level)), clerk=turned.clerk)
        wanted = RateApplication(application=turned.application, said=said)
        await request.app[DESK].ratings.rate(Actor.on_page("", frozenset()), wanted)
    request.app[TURNED].end(word)
    return page.go(_END if level != "none" else f"{_END}?none")


@routes.get(_END)
async def thanks(request: web.Request) -> web.Response:
    """Back to the clerk, by her password."""
    page = Page(request)
    return show_anybody(page, "desk/rated.html", none="none" in request.query)


async def _turn(page: Page, name: str) -> web.Response:
    """Raises ApplicationUnknownError, RatedAlreadyError."""
    desk, opened = page.request.app[DESK], opened_of(page)
    if await desk.ratings.is_rated(name):
        raise RatedAlreadyError
    one = await desk.results.told(opened, name)
    item = one.name if isinstance(one.name, str) and one.name else one.item
    word = page.request.app[TURNED].turn(RATING, one.application, item, opened.clerk)
    await page.site.logins.end(page.cookie)  # locked from here on
    return page.go(f"{_START}{word}")


async def _application(page: Page, typed: str) -> str:
    """What the number on a slip, its signed text, or its short id names.

    Raises:
        SlipTypedError, SlipUnknownError, SlipForgedError: a text that is no true slip.
    """
    desk = page.request.app[DESK]
    if len(typed) > _LONGEST_NUMBER:
        return (await desk.verifier.verify(page.actor, VerifySlip(text=typed))).application
    if _SHORT.fullmatch(typed):
        reader = reader_of(page)
        found = await desk.status.listing.found(reader.opened, reader.index, Wanted(text=typed))
        if found.count == 1:
            return found.applications[0].application
    return typed


async def _show(page: Page, error: YizhanError | None = None, typed: str = "") -> web.Response:
    return page.show(
        "desk/ratings.html",
        status=200 if error is None else 400,
        sums=await page.request.app[DESK].ratings.sums(opened_of(page)),
        levels=_levels(),
        error=error,
        typed=typed,
    )


def _levels() -> dict[int, str]:
    return {level: LEVEL_WORDS[level] for level in range(LEVELS, 0, -1)}
