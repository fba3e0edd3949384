"""A page that is turned to the citizen: what is written there the desk never sees.

It is sealed for the county at once and lies nowhere else: not in a draft, and after sending no page
shows it again, only that one was sent. While it is open nobody is logged in, as with a rating:
there is nothing of the desk behind it, and the clerk comes back by her password.

Source: docs/security.md, "Written unseen".
"""

from collections.abc import Mapping
from contextlib import suppress

from aiohttp import web

from protocol.errors import YizhanError
from protocol.errors.answers import TurnedPageError
from protocol.errors.clerk import FollowUpTakenError, FollowUpUnknownError
from protocol.records.letter_times import REPLY_TIMES
from runtime.actor import Actor
from runtime.web.page import Page
from station_agent.desk.clerks.anybody import show_anybody
from station_agent.desk.keys import DESK, opened_of
from station_agent.desk.rights import DeskRight
from station_agent.desk.turned import TURNED, Turned
from station_agent.desk.writing.fields import FORMS, OF_APPLICATION, faults_of
from station_agent.desk.writing.pages import texts_sent
from station_agent.desk.writing.subjects import said_of
from station_agent.followups.calls import SendFollowUp

routes = web.RouteTableDef()

PUBLIC = "/own-words/"  # nobody is logged in there
_KINDS = ("objection", "letter")
_TURNED = PUBLIC + "{word:[0-9a-f]{48}}"


@routes.post("/write/{what:objection|letter}/turn")
async def turn(request: web.Request) -> web.Response:
    """Lock the desk, and turn an empty form to the citizen.

    Raises:
        ApplicationUnknownError: it is about an application that is not here.
    """
    page, what = Page(request).needs(DeskRight.WORK), request.match_info["what"]
    application, opened = await page.field("application"), opened_of(page)
    if application or what in OF_APPLICATION:
        application = (await request.app[DESK].results.told(opened, application)).application
    word = request.app[TURNED].turn(what, application, "", opened.clerk)
    await page.site.logins.end(page.cookie)  # locked from here on
    return page.go(f"{PUBLIC}{word}")


@routes.get(_TURNED)
async def form(request: web.Request) -> web.Response:
    """An empty form, for the citizen; once it was sent, that it was."""
    page, turned = Page(request), request.app[TURNED].of(request.match_info["word"], *_KINDS)
    with suppress(FollowUpUnknownError):
        await request.app[DESK].follow_ups.saved_ms(turned.own)
        return page.go(_done(turned, before=True))
    return _ask(page, turned.what, {})


@routes.post(_TURNED)
async def send(request: web.Request) -> web.Response:
    """Seal it for the county; a fault keeps what was written on the page, and nowhere else."""
    page, desk = Page(request), request.app[DESK]
    what = await page.field("what")
    texts = await texts_sent(page, what if what in _KINDS else _KINDS[0])
    try:
        turned = request.app[TURNED].of(request.match_info["word"], what)
        if faults := faults_of(what, texts, desk.drafts.today()):
            return _ask(page, what, texts, faults=faults)
        before = await _send(page, turned, texts)
    except YizhanError as exc:
        if what not in _KINDS:
            raise TurnedPageError from None
        return _ask(page, what, texts, error=exc)
    return page.go(_done(turned, before=before))


async def _send(page: Page, turned: Turned, texts: Mapping[str, str]) -> bool:
    """Whether it was sent before: by a second click."""
    desk = page.request.app[DESK]
    said = said_of(turned.what, texts, clerk=turned.clerk, today=desk.drafts.today())
    wanted = SendFollowUp(
        follow_up=turned.own, application=turned.application, said=said, unseen=True
    )
    try:
        await desk.follow_ups.send(Actor.on_page("", frozenset()), wanted)
    except FollowUpTakenError:
        return True
    return False


def _done(turned: Turned, *, before: bool) -> str:
    return f"{PUBLIC}done/{turned.own}{'?before' if before else ''}"


@routes.get(PUBLIC + "done/{follow_up:[0-9a-f]{32}}")
async def done(request: web.Request) -> web.Response:
    """That it was sent, when and under which id; and to turn the screen back."""
    saved_ms = await request.app[DESK].follow_ups.saved_ms(request.match_info["follow_up"])
    return Page(request).show(
        "desk/own_words_done.html",
        number=request.match_info["follow_up"][:8],
        saved_ms=saved_ms,
        before="before" in request.query,
    )


@routes.get(_TURNED + "/typing")
async def typing(request: web.Request) -> web.Response:
    """Somebody still writes: the page stays good meanwhile. Nothing is sent along."""
    request.app[TURNED].keep(request.match_info["word"], *_KINDS)
    return web.Response(status=204)


def _ask(
    page: Page,
    what: str,
    texts: Mapping[str, str],
    *,
    faults: Mapping[str, YizhanError] | None = None,
    error: YizhanError | None = None,
) -> web.Response:
    return show_anybody(
        page,
        "desk/own_words.html",
        error,
        what=what,
        word=page.request.match_info["word"],
        form=FORMS[what],
        texts=texts,
        turned=True,  # hints are for clerks
        errors=faults or {},
        today=page.request.app[DESK].drafts.today(),
        times=REPLY_TIMES if what == "letter" else {},
    )
