"""Pages for whoever sits at this PC, logged in or not: they carry a token all the same."""

from aiohttp import web

from protocol.errors import YizhanError
from runtime.web.login_pages import set_cookie
from runtime.web.page import Page


def show_anybody(
    page: Page, template: str, error: YizhanError | None = None, **names: object
) -> web.Response:
    """A page with forms; the browser gets a cookie for their token if it has none."""
    cookie = page.cookie or page.site.logins.new_token()
    response = page.show(
        template, status=200 if error is None else 400, cookie=cookie, error=error, **names
    )
    if cookie != page.cookie:
        set_cookie(page, response, cookie)
    return response
