"""A page that is turned to the citizen: what is written there the desk never sees.

It is sealed for the county at once and lies nowhere else: not in a draft, and after sending no page
shows it again, only that one was sent. The page has no menu, as a stranger sits in front of it, and
whoever leaves it, by sending or not, locks the desk: the clerk comes back by her password.

Source: docs/security.md, "Written unseen".
"""

from collections.abc import Mapping

from aiohttp import web

from protocol.errors import YizhanError
from protocol.errors.clerk import FollowUpTakenError
from protocol.ids import ApplicationId
from protocol.records.letter_times import REPLY_TIMES
from runtime.web.page import Page
from station_agent.desk.keys import DESK, opened_of
from station_agent.desk.rights import DeskRight
from station_agent.desk.writing.fields import FORMS, OF_APPLICATION, faults_of
from station_agent.desk.writing.pages import sent_id, texts_sent
from station_agent.desk.writing.subjects import said_of
from station_agent.followups.calls import SendFollowUp

routes = web.RouteTableDef()

_ID_BYTES = 16
_WHAT = "{what:objection|letter}"
DONE = "/own-words/done/"  # nobody is logged in there


@routes.get(f"/own-words/{_WHAT}")
async def form(request: web.Request) -> web.Response:
    """An empty form, for the citizen."""
    page = Page(request).needs(DeskRight.WORK)
    own = request.app[DESK].randomness.token(_ID_BYTES).hex()
    application = request.query.get("application", "")
    return _ask(page, {}, own=own, application=application)


@routes.post(f"/own-words/{_WHAT}")
async def send(request: web.Request) -> web.Response:
    """Seal it for the county; a fault keeps what was written on the page, and nowhere else."""
    page, what = Page(request).needs(DeskRight.WORK), request.match_info["what"]
    own, application = await sent_id(page), await page.field("application")
    texts, desk = await texts_sent(page, what), request.app[DESK]
    today = desk.drafts.today()
    if faults := faults_of(what, texts, today):
        return _ask(page, texts, own=own, application=application, faults=faults)
    wanted = SendFollowUp(
        follow_up=own,
        application=application if what in OF_APPLICATION or application else "",
        said=said_of(what, texts, clerk=opened_of(page).clerk, today=today),
        unseen=True,
    )
    before = ""
    try:
        await desk.follow_ups.send(page.actor, wanted)
    except FollowUpTakenError:
        before = "?before"  # a second click after a power cut
    except YizhanError as exc:
        return _ask(page, texts, own=own, application=application, error=exc)
    await page.site.logins.end(page.cookie)  # locked from here on
    return page.go(f"{DONE}{own}{before}")


@routes.get(DONE + "{follow_up:[0-9a-f]{32}}")
async def done(request: web.Request) -> web.Response:
    """That it was sent, when and under which id; and to turn the screen back."""
    saved_ms = await request.app[DESK].follow_ups.saved_ms(request.match_info["follow_up"])
    return Page(request).show(
        "desk/own_words_done.html",
        number=request.match_info["follow_up"][:8],
        saved_ms=saved_ms,
        before="before" in request.query,
    )


@routes.get("/own-words/typing")
async def typing(request: web.Request) -> web.Response:
    """Somebody still writes: the desk does not lock meanwhile. Nothing is sent along."""
    Page(request).needs(DeskRight.WORK)
    return web.Response(status=204, headers={"HX-Trigger": "saved"})


def _ask(
    page: Page,
    texts: Mapping[str, str],
    *,
    own: ApplicationId | str,
    application: str,
    faults: Mapping[str, YizhanError] | None = None,
    error: YizhanError | None = None,
) -> web.Response:
    what = page.request.match_info["what"]
    return page.show(
        "desk/own_words.html",
        what=what,
        form=FORMS[what],
        texts=texts,
        filing=own,
        application=application,
        turned=True,  # hints are for clerks
        errors=faults or {},
        error=error,
        today=page.request.app[DESK].drafts.today(),
        times=REPLY_TIMES if what == "letter" else {},
    )
