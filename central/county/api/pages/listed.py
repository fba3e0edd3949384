"""Tokens of the API: which there are and when each was used, new ones shown once, taken back.

Source: docs/api.md, "Tokens".
"""

from aiohttp import web

from central.accounts.onetime import Kind, Shown
from central.accounts.pages.shared import staff_of
from central.accounts.roles import Right
from central.county.api.calls import (
    MAX_DAYS,
    USUAL_DAYS,
    AddToken,
    RevokeToken,
    TokenRight,
    TokenShown,
)
from central.county.api.pages.keys import TOKENS
from central.county.departments.pages.keys import DEPARTMENTS
from protocol.errors import RefusedError, UsageError, YizhanError
from protocol.limits import MAX_NAME_CHARS
from runtime.control.calls import Nothing
from runtime.web.numbers import whole_number
from runtime.web.page import Page

routes = web.RouteTableDef()

_DIGITS, _CODE_CHARS = 4, 20


@routes.get("/tokens")
async def listed(request: web.Request) -> web.Response:
    """Every token, without what proves it."""
    return await _show(Page(request).needs(Right.STAFF))


@routes.post("/tokens")
async def add(request: web.Request) -> web.Response:
    """A new token; what proves it is shown once, on the next page."""
    page = Page(request).needs(Right.STAFF)
    try:
        made = await request.app[TOKENS].add(page.actor, await _wanted(page))
    except (RefusedError, UsageError) as exc:
        return await _show(page, error=exc)
    shown = Shown(title=made.name, secrets=(made.token,))
    number = await staff_of(page).onetime.put(page.login.name, Kind.TOKEN, made.name, shown)
    return page.go(f"/once/{number}")


@routes.post("/tokens/revoke")
async def revoke(request: web.Request) -> web.Response:
    """Let one count no more, from the next request on."""
    page = Page(request).needs(Right.STAFF)
    name = await page.field("name", most=MAX_NAME_CHARS)
    try:
        await request.app[TOKENS].revoke(page.actor, RevokeToken(name=name))
    except RefusedError as exc:
        return await _show(page, error=exc)
    return page.go("/tokens")


async def _wanted(page: Page) -> AddToken:
    days = whole_number(await page.field("days", most=_DIGITS))
    if days is None:
        raise UsageError(f"有效天数：1 至 {MAX_DAYS}")
    rights = [one for one in TokenRight if await page.field(f"right-{one.value}", most=1)]
    return AddToken(
        name=await page.field("name", most=MAX_NAME_CHARS),
        rights=rights,
        department=await page.field("department", most=_CODE_CHARS),
        days=days,
    )


async def _show(page: Page, *, error: YizhanError | None = None) -> web.Response:
    app, now_ms = page.request.app, page.site.clock.now_ms()
    tokens = (await app[TOKENS].list(page.actor, Nothing())).tokens
    departments = (await app[DEPARTMENTS].show(page.actor, Nothing())).departments
    return page.show(
        "tokens/listed.html",
        status=400 if error else 200,
        tokens=[(one, _state(one, now_ms)) for one in tokens],
        departments={one.code: one.name for one in departments},
        rights=list(TokenRight),
        usual=USUAL_DAYS,
        most=MAX_DAYS,
        error=error,
    )


def _state(one: TokenShown, now_ms: int) -> str:
    if one.revoked_ms is not None:
        return "revoked"
    return "counts" if now_ms < one.until_ms else "over"
