"""Composition of the desk's site, and opening it on 127.0.0.1."""

from contextlib import AsyncExitStack
from functools import partial

from aiohttp import web

from protocol.errors import UsageError
from protocol.errors.desk import DeskPortError
from protocol.ports import Clock, Randomness
from runtime.line.listener import Listener
from runtime.line.places import DESK_PAGES, Places
from runtime.web import slip_pages as verify_pages
from runtime.web.application import application
from runtime.web.guard import FormTokens, Hosts
from runtime.web.repeats import Repeats
from runtime.web.site import Content, FormGuard, Layout, Site
from runtime.web.tasks import Tasks
from runtime.web.templates import Templates
from runtime.web.uploads import Uploads
from station_agent.desk.clerks import forgotten
from station_agent.desk.clerks.logins import DeskLogins
from station_agent.desk.clerks.own_browser import OwnBrowser
from station_agent.desk.door import HOST
from station_agent.desk.intake import pages as intake_pages
from station_agent.desk.keys import DESK, Desk
from station_agent.desk.line.alerts import Alerts
from station_agent.desk.rights import DeskRight
from station_agent.desk.routes import IN_PIECES, LONG_FORMS, PUBLIC, ROUTES
from station_agent.desk.states import code_words, state_of, state_words, subject_words
from station_agent.desk.turned import TURNED, TurnedPages
from station_agent.desk.writing.states import TITLES, sent_state

PACKAGE = "station_agent.desk"
_SECRET_BYTES = 32
_NAMES = (HOST, "localhost")

_TABLE = {
    "state_of": state_of,
    "state_words": state_words,
    "code_words": code_words,
    "subject_words": subject_words,
    "sent_state": sent_state,
    "sent_titles": TITLES,
}


def desk_site(
    desk: Desk,
    *,
    node: str,
    title: str,
    training: bool = False,
    logins: DeskLogins,
    alerts: Alerts,
    clock: Clock,
    randomness: Randomness,
) -> Site:
    """The pages of one station."""
    return Site(
        node=node,
        secure=False,  # the browser of this machine alone, over HTTP
        hosts=Hosts("http"),
        content=Content(
            title=title,
            training=training,
            layout=Layout(
                home="/today",
                menu="desk/menu.html",
                own_menu="desk/own_menu.html",
                cover="desk/cover.html",
                help="desk/help.html",
                forgotten=forgotten.PATH,
                alerts="desk/alerts.html",
            ),
            routes=ROUTES,
            in_pieces=IN_PIECES,
            public=PUBLIC,
            keep_unread=partial(intake_pages.keep_unread, logins=logins),
            alerts=alerts.now,
            long_forms=dict.fromkeys(LONG_FORMS, DeskRight.WORK),
            admit=OwnBrowser(),
            shared={
                DESK: desk,
                verify_pages.SLIPS: desk.verifier,
                TURNED: TurnedPages(clock=clock, randomness=randomness),
            },
        ),
        templates=Templates((PACKAGE,), tables=(PACKAGE,), names=_TABLE),
        logins=logins,
        tasks=Tasks(clock, randomness),
        uploads=Uploads(clock, randomness),
        forms=FormGuard(tokens=FormTokens(randomness.token(_SECRET_BYTES)), repeats=Repeats(clock)),
        clock=clock,
        chance=randomness.token,
    )


async def open_site(stack: AsyncExitStack, site: Site, port: int) -> str:
    """Let browsers of this machine in until ``stack`` closes; the URL.

    Raises:
        DeskPortError: another program has the port.
    """
    runner = web.AppRunner(
        application(site), auto_decompress=False, access_log=None, handle_signals=False
    )
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    stack.push_async_callback(site.close)
    if runner.server is None:
        raise RuntimeError("the runner is not set up")
    places = Places(DESK_PAGES, site.clock.ticks_s)
    listener = Listener(runner.server, context=None, places=places)
    stack.callback(listener.close)
    try:
        await listener.open(HOST, port)
    except UsageError:
        raise DeskPortError(str(port)) from None
    site.hosts.open_at(port, _NAMES)
    return f"http://{HOST}:{port}"
