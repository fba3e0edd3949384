"""The entrance of a site: logging in and out, language."""

from aiohttp import web

from central.staff.limits import LOGIN_S
from central.web.language import LANGUAGES, remember_language
from central.web.page import Page, own_path
from central.web.site import SITE
from protocol.errors import LoginError, PageMissingError, YizhanError

routes = web.RouteTableDef()


_NAME_CHARS = 32


@routes.get("/")
async def first(request: web.Request) -> web.Response:
    """The site's first page."""
    return Page.go(request.app[SITE].home)


@routes.get("/language/{language}")
async def switch_language(request: web.Request) -> web.Response:
    """Show this site in another language from now on."""
    language = request.match_info["language"]
    if language not in LANGUAGES:
        raise PageMissingError(language[:20])
    response = Page.go(own_path(request.query.get("back", "/"), "/"))
    remember_language(response, request.app[SITE].node, language)
    return response


@routes.get("/login")
async def ask(request: web.Request) -> web.Response:
    """The form for logging in."""
    return await _login_form(Page(request), own_path(request.query.get("back", "/"), "/"))


@routes.post("/login")
async def log_in(request: web.Request) -> web.Response:
    """Log in, or say that something was wrong."""
    page = Page(request)
    back = own_path(await page.field("back"), "/")
    name, code = await page.field("name"), await page.field("code")
    address = request.remote or ""
    try:
        token = await page.site.logins.begin(
            name[:_NAME_CHARS], await page.secret("password"), code, address=address
        )
    except LoginError as exc:
        await page.site.failures.add(await _known(page, name), exc.code, address=address)
        return await _login_form(page, back, exc, name=name)
    await page.site.note(name, "login", "done")
    if await page.site.onetime.waiting(name) and back == "/":
        back = "/once"  # what was not written down before
    response = page.go(back)
    set_cookie(page, response, token)
    return response


@routes.post("/logout")
async def log_out(request: web.Request) -> web.Response:
    """Log out."""
    page = Page(request)
    page.site.logins.end(page.cookie)
    await page.site.note(page.login.name, "logout", "done")
    response = page.go("/login")
    response.del_cookie(page.site.cookie, path="/", secure=True, httponly=True, samesite="Strict")
    return response


async def _known(page: Page, name: str) -> str:
    """The name, if there is such an account: else somebody may have typed his password there."""
    return name if any(one.name == name for one in await page.site.accounts.listed()) else "?"


async def _login_form(
    page: Page, back: str, error: YizhanError | None = None, *, name: str = ""
) -> web.Response:
    nobody = not await page.site.accounts.listed()
    cookie = page.cookie or page.site.logins.new_token()
    status = 200 if error is None else 403
    values = {"back": back, "error": error, "nobody": nobody, "name": name[:_NAME_CHARS]}
    response = page.show("entrance/login.html", status=status, cookie=cookie, **values)
    if cookie != page.cookie:
        set_cookie(page, response, cookie)
    return response


def set_cookie(page: Page, response: web.StreamResponse, token: str) -> None:
    """Let the browser keep ``token`` for this site."""
    response.set_cookie(
        page.site.cookie,
        token,
        path="/",
        max_age=LOGIN_S,
        secure=True,
        httponly=True,
        samesite="Strict",
    )
