"""What is shown once: it stays until whoever asked for it says that it is written down."""

from aiohttp import web

from central.accounts.onetime import Kind, Waiting
from central.accounts.pages.shared import staff_of
from protocol.errors import PageMissingError
from runtime.web.downloads import HTML, made_file, sheet
from runtime.web.page import Page

routes = web.RouteTableDef()


@routes.get("/once")
async def listed(request: web.Request) -> web.Response:
    """Everything of the reader's that is not confirmed yet."""
    page = Page(request)
    found = await staff_of(page).onetime.waiting(page.login.name)
    return page.show("once/list.html", found=found)


@routes.get("/once/{number:[0-9a-f]{32}}")
async def one(request: web.Request) -> web.Response:
    """A code, a password, recovery codes; with the files that go with it."""
    page = Page(request)
    waiting, shown = await staff_of(page).onetime.of(page.login.name, request.match_info["number"])
    return page.show("once/one.html", one=waiting, shown=shown)


@routes.get("/once/{number:[0-9a-f]{32}}/{file}")
async def fetch(request: web.Request) -> web.Response:
    """A kit, or kits and cards."""
    page = Page(request)
    _, shown = await staff_of(page).onetime.of(page.login.name, request.match_info["number"])
    wanted = request.match_info["file"]
    file = next((file for file in shown.files if file.name == wanted), None)
    if file is None:
        raise PageMissingError(wanted[:40])
    if file.kind == HTML:
        return sheet(file.data)
    return made_file(file.name, file.kind, file.data)


@routes.post("/once/{number:[0-9a-f]{32}}/done")
async def confirm(request: web.Request) -> web.Response:
    """It is written down: it is forgotten here."""
    page = Page(request)
    number = request.match_info["number"]
    waiting, _ = await staff_of(page).onetime.of(page.login.name, number)
    await staff_of(page).onetime.done(page.login.name, number)
    return page.go(_after(waiting))


def _after(one: Waiting) -> str:
    """Where its reader came from."""
    match one.kind:
        case Kind.KIT:
            return f"/nodes/{one.subject}"
        case Kind.KITS:
            return "/nodes"
        case Kind.PASSWORD:
            return "/staff"
        case Kind.TOKEN:
            return "/tokens"
        case Kind.RECOVERY:
            return "/me/second"
