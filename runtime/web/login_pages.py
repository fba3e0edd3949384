"""Pages for logging in and out, and for another language."""

from urllib.parse import quote

from aiohttp import web

from protocol.errors import LoginError, PageMissingError, YizhanError
from protocol.errors.desk import ClerkError
from runtime.web.language import LANGUAGES, remember_language
from runtime.web.logins import Begun
from runtime.web.page import Page, own_path
from runtime.web.site import SITE

routes = web.RouteTableDef()

_KNOWN_S = 400 * 86_400  # as long as browsers keep a cookie
_NAME_CHARS = 40  # as many as the longest name has: a clerk's


@routes.get("/")
async def first(request: web.Request) -> web.Response:
    """The reader's first page."""
    page = Page(request)
    return page.go(page.site.content.layout.home_of(page.login))


@routes.get("/language/{language}")
async def switch_language(request: web.Request) -> web.Response:
    """Show this site in another language from now on."""
    language = request.match_info["language"]
    if language not in LANGUAGES:
        raise PageMissingError(language[:20])
    response = Page.go(own_path(request.query.get("back", "/"), "/"))
    site = request.app[SITE]
    remember_language(response, site.node, language, secure=site.secure)
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
    try:
        begun = await page.site.logins.begin(
            name[:_NAME_CHARS],
            await page.secret("password"),
            code,
            address=request.remote or "",
            known=known_of(page),
        )
    except (LoginError, ClerkError) as exc:
        return await _login_form(page, back, exc, name=name)
    response = page.go(begun.first if back == "/" else back)
    let_in(page, response, begun)
    return response


@routes.post("/logout")
async def log_out(request: web.Request) -> web.Response:
    """Log out; logging in again leads back to where ``back`` says."""
    page = Page(request)
    back = own_path(await page.field("back"), "/")
    await page.site.logins.end(page.cookie)
    response = page.go("/login" if back == "/" else f"/login?back={quote(back)}")
    response.del_cookie(
        page.site.cookie, path="/", secure=page.site.secure, httponly=True, samesite="Strict"
    )
    return response


async def _login_form(
    page: Page, back: str, error: YizhanError | None = None, *, name: str = ""
) -> web.Response:
    logins = page.site.logins
    cookie = page.cookie or logins.new_token()
    response = page.show(
        "login.html",
        status=200 if error is None else 403,
        cookie=cookie,
        back=back,
        error=error,
        command=await logins.first_account(),
        asks_code=logins.asks_code,
        forgotten=page.site.content.layout.forgotten,
        name=name[:_NAME_CHARS],
        name_chars=_NAME_CHARS,
    )
    if cookie != page.cookie:
        set_cookie(page, response, cookie)
    return response


def set_cookie(page: Page, response: web.StreamResponse, token: str) -> None:
    """Let the browser keep ``token`` for this site."""
    response.set_cookie(
        page.site.cookie,
        token,
        path="/",
        max_age=page.site.logins.longest_s,
        secure=page.site.secure,
        httponly=True,
        samesite="Strict",
    )


def let_in(page: Page, response: web.StreamResponse, begun: Begun) -> None:
    """Let the browser keep the login that has begun, and that somebody logged in in it."""
    set_cookie(page, response, begun.token)
    if begun.known:
        response.set_cookie(
            page.site.known_cookie,
            begun.known,
            path="/",
            max_age=_KNOWN_S,
            secure=page.site.secure,
            httponly=True,
            samesite="Strict",
        )


def known_of(page: Page) -> str:
    """What this browser kept of an earlier login; empty: nobody has logged in in it."""
    return page.request.cookies.get(page.site.known_cookie, "")
