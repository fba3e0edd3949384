"""The entrance of a site: logging in and out, one's own password and second factor, language."""

import segno
from aiohttp import web

from central.staff.limits import LOGIN_S
from central.web import guard
from central.web.language import LANGUAGES, remember_language
from central.web.page import Page, own_path
from central.web.site import SITE
from protocol.errors import (
    LoginError,
    LoginRefusedError,
    PageMissingError,
    PasswordWeakError,
    YizhanError,
)
from protocol.password import checked_password

routes = web.RouteTableDef()


_QR_SCALE = 4
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
    remember_language(response, language)
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
        token = await page.site.logins.begin(
            name[:_NAME_CHARS], await page.secret("password"), code, address=request.remote or ""
        )
    except LoginError as exc:
        await page.site.note(await _known(page, name), "login", exc.code)
        return await _login_form(page, back, exc)
    await page.site.note(name, "login", "done")
    response = page.go(back)
    _set_cookie(response, token)
    return response


@routes.post("/logout")
async def log_out(request: web.Request) -> web.Response:
    """Log out."""
    page = Page(request)
    page.site.logins.end(request.cookies.get(guard.COOKIE, ""))
    await page.site.note(page.login.name, "logout", "done")
    response = page.go("/login")
    response.del_cookie(guard.COOKIE, path="/", secure=True, httponly=True, samesite="Strict")
    return response


@routes.get("/me/password")
async def own_password(request: web.Request) -> web.Response:
    """The form for another password of one's own."""
    return Page(request).show("entrance/password.html", error=None)


@routes.post("/me/password")
async def change_password(request: web.Request) -> web.Response:
    """Change one's own password; the present one is asked for again."""
    page = Page(request)
    login, wanted = page.login, await page.secret("password")
    try:
        _require_same(wanted, await page.secret("again"))
        await page.site.logins.prove(login.name, await page.secret("present"))
        await page.site.accounts.set_password(login.name, checked_password(wanted))
    except (LoginRefusedError, PasswordWeakError) as exc:
        return page.show("entrance/password.html", status=400, error=exc)
    await page.site.logins.keep(request.cookies.get(guard.COOKIE, ""))
    return page.go("/")


@routes.get("/me/second")
async def own_second(request: web.Request) -> web.Response:
    """The QR code for the second factor."""
    return _second_form(Page(request))


@routes.post("/me/second")
async def set_second(request: web.Request) -> web.Response:
    """Keep the second factor, once a code of it was right."""
    page = Page(request)
    site, name = page.site, page.login.name
    cookie = request.cookies.get(guard.COOKIE, "")
    secret = site.logins.propose_second(cookie)
    code = await page.field("code", most=_NAME_CHARS)
    step = site.second.step(secret, code, site.clock.now_ms(), after=None)
    if step is None:
        return _second_form(page, LoginRefusedError())
    await site.accounts.put_second(name, site.second.sealed(name, secret), step)
    await site.logins.keep(cookie)
    return page.go("/")


async def _known(page: Page, name: str) -> str:
    """The name, if there is such an account: else somebody may have typed his password there."""
    return name if any(one.name == name for one in await page.site.accounts.listed()) else "?"


def _require_same(wanted: str, again: str) -> None:
    if wanted != again:
        raise PasswordWeakError("1 ≠ 2")


async def _login_form(page: Page, back: str, error: YizhanError | None = None) -> web.Response:
    nobody = not await page.site.accounts.listed()
    cookie = page.request.cookies.get(guard.COOKIE, "") or page.site.logins.new_token()
    status = 200 if error is None else 403
    values = {"back": back, "error": error, "nobody": nobody}
    response = page.show("entrance/login.html", status=status, cookie=cookie, **values)
    if cookie != page.request.cookies.get(guard.COOKIE):
        _set_cookie(response, cookie)
    return response


def _second_form(page: Page, error: YizhanError | None = None) -> web.Response:
    secret = page.site.logins.propose_second(page.request.cookies.get(guard.COOKIE, ""))
    address = page.site.second.address(page.login.name, secret)
    picture = segno.make(address, micro=False).svg_inline(scale=_QR_SCALE, border=2)
    status = 200 if error is None else 400
    return page.show("entrance/second.html", status=status, error=error, secret=secret, qr=picture)


def _set_cookie(response: web.StreamResponse, token: str) -> None:
    response.set_cookie(
        guard.COOKIE,
        token,
        path="/",
        max_age=LOGIN_S,
        secure=True,
        httponly=True,
        samesite="Strict",
    )
