"""A forgotten password: ask the county, read the code out, and log in with the new one.

Source: docs/operations.md, "A forgotten password".
"""

from aiohttp import web

from protocol.errors import UsageError, YizhanError
from runtime.actor import Actor
from runtime.control.calls import Nothing
from runtime.web.login_pages import known_of, let_in
from runtime.web.page import Page
from station_agent.clerks.calls import Forgot, NewPassword
from station_agent.desk.clerks.anybody import show_anybody
from station_agent.desk.keys import DESK

routes = web.RouteTableDef()

PATH = "/forgot"
_NOBODY = Actor.on_page("", frozenset())


@routes.get(PATH)
async def forgotten(request: web.Request) -> web.Response:
    """How far it is, and what to do next."""
    return await _show(Page(request))


@routes.post(PATH)
async def ask(request: web.Request) -> web.Response:
    """Ask the county; the code to be read out is on the page that follows."""
    page, desk = Page(request), request.app[DESK]
    name, password = await page.field("name"), await page.secret("password")
    try:
        if password != await page.secret("again"):
            raise UsageError("两次输入的口令不一样")
        await desk.forgotten.ask(_NOBODY, Forgot(clerk=name, password=password))
    except YizhanError as exc:
        return await _show(page, exc, name=name)
    return page.go(PATH)


@routes.post(f"{PATH}/done")
async def finish(request: web.Request) -> web.Response:
    """The county's answer is here: let her in with the password that she chose."""
    page, desk = Page(request), request.app[DESK]
    password = await page.secret("password")
    try:
        done = await desk.forgotten.finish(_NOBODY, NewPassword(password=password))
        begun = await page.site.logins.begin(
            done.clerk, password, "", address="", known=known_of(page)
        )
    except YizhanError as exc:
        return await _show(page, exc)
    response = page.go("/")
    let_in(page, response, begun)
    return response


async def _show(page: Page, error: YizhanError | None = None, *, name: str = "") -> web.Response:
    desk = page.request.app[DESK]
    return show_anybody(
        page,
        "desk/forgotten.html",
        error,
        found=await desk.forgotten.status(_NOBODY, Nothing()),
        name=name,
    )
