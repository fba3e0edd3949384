"""The first clerk, by a one-time link; and the lock. Logging in is the kit's own page."""

from aiohttp import web

from protocol.errors import UsageError, YizhanError
from runtime.actor import Actor
from runtime.web.login_pages import known_of, let_in
from runtime.web.page import Page
from station_agent.clerks.calls import AddClerk, Proof
from station_agent.desk.clerks.anybody import show_anybody
from station_agent.desk.keys import DESK, Desk, reader_of

routes = web.RouteTableDef()


@routes.get("/first")
async def ask_first(request: web.Request) -> web.Response:
    """The form for the first clerk."""
    page, desk = Page(request), request.app[DESK]
    token = request.query.get("first", "")
    desk.door.check(token)
    return _form(page, desk, token)


@routes.get("/lock")
async def left(request: web.Request) -> web.Response:
    """In how many seconds the desk locks if nobody clicks: asked by open pages (cover.js)."""
    return web.Response(text=str(reader_of(Page(request)).left_s))


@routes.post("/first")
async def make_first(request: web.Request) -> web.Response:
    """Make her, and let her in at once."""
    page, desk = Page(request), request.app[DESK]
    token, name = await page.field("first"), await page.field("name")
    desk.door.check(token)
    password = await page.secret("password")
    try:
        if password != await page.secret("again"):
            raise UsageError("两次输入的口令不一样")
        wanted = AddClerk(
            name=name, password=password, by=Proof(password=await page.secret("joining") or None)
        )
        await desk.clerks.add(Actor.on_page("", frozenset()), wanted)
        desk.door.spend()
        begun = await page.site.logins.begin(name, password, "", address="", known=known_of(page))
    except YizhanError as exc:
        return _form(page, desk, token, exc, name=name)
    response = page.go("/")
    let_in(page, response, begun)
    return response


def _form(
    page: Page, desk: Desk, token: str, error: YizhanError | None = None, *, name: str = ""
) -> web.Response:
    asks_joining = desk.clerks.vault.has_password
    return show_anybody(
        page, "desk/first.html", error, first=token, name=name, asks_joining=asks_joining
    )
