"""The web application of a site: guards first, then the page that was asked for.

Every request passes in this order: right host, right origin, logged in, form of this login. A
handler then makes a :class:`Page` that knows the reader and renders a template.

Source: docs/architecture.md, "Pages"; docs/security.md, "Pages".
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from protocol.errors import (
    Fault,
    LineError,
    LoginForbiddenError,
    LoginLockedError,
    LoginNeededError,
    PageHostError,
    PageMissingError,
    PageStaleError,
    PageTooLargeError,
    StoreError,
    YizhanError,
)
from runtime.cli.failures import in_words
from runtime.web import guard
from runtime.web.language import KIT
from runtime.web.limits import FORM_S, MAX_FORM_POST_BYTES, MAX_LONG_FORM_BYTES
from runtime.web.page import READER, Page, address_of, is_fragment, is_live
from runtime.web.pieces import PIECES, is_in_pieces, open_pieces
from runtime.web.po import folder_of
from runtime.web.repeats import form_key
from runtime.web.site import SITE, FileForm, Site

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

PUBLIC = ("/login", "/static/", "/language/")
OWN = ("/me/", "/logout")  # open to everybody who is logged in, whatever is still to be set up
_ALWAYS = ("/logout",)  # done again if it is asked for again
_BAD, _FAULT = 400, 500
_STATUS: dict[type[YizhanError], int] = {
    PageHostError: 421,
    PageMissingError: 404,
    PageTooLargeError: 413,
    LoginLockedError: 429,
    LoginForbiddenError: 403,
    LineError: 503,
    StoreError: 503,
}


def application(site: Site) -> web.Application:
    """The web application with all pages of ``site``."""
    app = web.Application(
        client_max_size=site.most_post_bytes,
        middlewares=[_shielded, _checked, _logged_in, _own_form],
    )
    app[SITE] = site
    for key, value in site.content.shared.items():
        app[key] = value
    for table in site.content.routes:
        app.router.add_routes(table)
    app.router.add_static("/static/", folder_of(KIT) / "static")
    app.router.add_get("/static/lib/htmx.js", _htmx)
    return app


async def _htmx(_: web.Request) -> web.StreamResponse:
    """The one library that pages use in the browser, from the package that brings it."""
    spec = find_spec("js_lib_htmx")
    if spec is None or spec.origin is None:
        raise PageMissingError("htmx")
    return web.FileResponse(Path(spec.origin).parent / "static/htmx/htmx.min.js")


@web.middleware
async def _shielded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Errors become pages in the reader's words; every answer has the headers of the guard."""
    try:
        response = await handler(request)
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed, web.HTTPForbidden):
        # the second: a form's address, typed; the third: the folder of /static/
        response = _error_page(request, PageMissingError(request.path[:80]))
    except web.HTTPRequestEntityTooLarge:
        response = _error_page(request, PageTooLargeError())
    except web.HTTPException as exc:
        exc.headers.update(guard.HEADERS)
        raise
    except LoginNeededError as exc:
        response = await _to_login(request, exc)
    except YizhanError as exc:
        response = _error_page(request, exc)
    except Exception as exc:
        log.exception("a page failed", extra={"event": "page.failed", "path": request.path})
        response = _error_page(request, in_words(exc))
    for name, value in guard.HEADERS.items():
        response.headers.setdefault(name, value)
    if not request.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-store"
    return response


@web.middleware
async def _checked(request: web.Request, handler: Handler) -> web.StreamResponse:
    site = request.app[SITE]
    site.hosts.check(request)
    site.hosts.check_origin(request)
    return await handler(request)


@web.middleware
async def _logged_in(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Find out who is there; whoever must still set up the account is led there first."""
    site = request.app[SITE]
    if request.path.startswith((*PUBLIC, *site.content.public)):
        return await handler(request)
    cookie = request.cookies.get(request.app[SITE].cookie, "")
    if site.content.admit is not None:  # before this counts as a use of the login
        await site.content.admit(request, await site.logins.of(cookie, by_itself=True))
    reader = await site.logins.of(cookie, by_itself=is_live(request))
    request[READER] = reader
    if reader.set_up_at and not request.path.startswith(OWN):
        raise web.HTTPSeeOther(reader.set_up_at)
    return await handler(request)


@web.middleware
async def _own_form(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A form counts only with the token that this login's pages carry."""
    if request.method in ("GET", "HEAD"):
        return await handler(request)
    if is_in_pieces(request, request.app[SITE].content.in_pieces):
        return await _own_pieces(request, handler)
    form = await _form_of(request, _upload_limit(request))
    cookie = request.cookies.get(request.app[SITE].cookie, "")
    token = str(form.get("token", ""))
    if not request.app[SITE].forms.tokens.fits(cookie, token):
        raise PageStaleError
    if READER not in request or request.path in _ALWAYS or not guard.page_of(token):
        return await handler(request)
    key = form_key(cookie, request.path, form)
    return await request.app[SITE].forms.repeats.once(key, lambda: handler(request))


async def _own_pieces(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The same for a form whose files the handler reads: whether it acts once is its own matter."""
    pieces, token = await open_pieces(request)
    cookie = request.cookies.get(request.app[SITE].cookie, "")
    if READER not in request or not request.app[SITE].forms.tokens.fits(cookie, token):
        raise PageStaleError
    request[PIECES] = pieces
    return await handler(request)


async def _form_of(request: web.Request, limit: int) -> Mapping[str, object]:
    """What was sent, of at most ``limit`` bytes.

    Raises:
        PageTooLargeError, LineError, PageStaleError: too much, too slowly, or no form.
    """
    if request.content_length is None or request.content_length > limit:
        raise PageTooLargeError
    try:
        async with asyncio.timeout(FORM_S):
            return await request.post()
    except TimeoutError:
        raise LineError("the form drips") from None
    except (ValueError, HttpProcessingError):
        raise PageStaleError("not a form") from None


def _upload_limit(request: web.Request) -> int:
    """The most bytes that a form may have: one with a file more, from whoever may send files."""
    site, reader = request.app[SITE], request.get(READER)
    if reader is not None and any(
        request.path.startswith(path) and reader.may(right)
        for path, right in request.app[SITE].content.long_forms.items()
    ):
        return MAX_LONG_FORM_BYTES
    with_file = (
        request.content_type == "multipart/form-data" and site.content.upload_right is not None
    )
    form = _file_form(site.content.file_forms, request.path) if with_file else None
    if form is not None and reader is not None and reader.may(form.right):
        return form.max_bytes + MAX_FORM_POST_BYTES
    if with_file and reader is not None and reader.may(site.content.upload_right):
        return site.max_post_bytes
    return MAX_FORM_POST_BYTES


def _file_form(forms: Mapping[str, FileForm], path: str) -> FileForm | None:
    """That of a path, or of the folder that it stands in."""
    folders = (
        form for start, form in forms.items() if start.endswith("/") and path.startswith(start)
    )
    return forms.get(path) or next(folders, None)


async def _to_login(request: web.Request, error: YizhanError) -> web.StreamResponse:
    """To the page for logging in, and from there back."""
    target = f"/login?back={quote(await _unread(request) or address_of(request))}"
    if is_fragment(request):  # the whole page is to go there, not a part of it
        return web.Response(status=401, headers={"HX-Redirect": target}, text=error.code)
    return Page.go(target)


async def _unread(request: web.Request) -> str:
    """Where a form that was sent without a login is kept; empty if it is not."""
    keep = request.app[SITE].content.keep_unread
    if keep is None or request.method != "POST":
        return ""
    if is_in_pieces(request, request.app[SITE].content.in_pieces):
        return ""
    try:
        await _form_of(request, MAX_LONG_FORM_BYTES)
        return await keep(request)
    except YizhanError:
        return ""


def _error_page(request: web.Request, error: YizhanError) -> web.StreamResponse:
    otherwise = _FAULT if error.fault is Fault.PROGRAM else _BAD
    status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), otherwise)
    fields = {"event": "page.refused", "path": request.path, "code": error.code}
    log.info("page refused", extra=fields)
    page = Page(request)
    came_from = "" if request.method == "GET" else address_of(request)  # a form's page
    return page.show("error.html", status=status, error=error, came_from=came_from)
