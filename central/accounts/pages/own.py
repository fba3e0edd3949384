"""One's own account: password, second factor, recovery codes. Each asks again who it is.

A cookie alone changes none of them: whoever sits down at a desk that was left must know the
password, and the present code where there is one.
"""

import segno
from aiohttp import web

from central.accounts.onetime import Kind, Shown
from central.accounts.pages.shared import staff_of
from central.accounts.strength import strong_password
from protocol.errors import (
    LoginClockError,
    LoginLockedError,
    LoginRefusedError,
    PasswordCommonError,
    PasswordDiffersError,
    PasswordWeakError,
    PresentWrongError,
    SecondWrongError,
    YizhanError,
)
from runtime.web.page import Page

routes = web.RouteTableDef()

Errors = dict[str, YizhanError]  # by field of the form; "": of all of it

_QR_SCALE = 4
_CODE_CHARS = 40


@routes.get("/me/password")
async def own_password(request: web.Request) -> web.Response:
    """The form for another password of one's own."""
    return Page(request).show("own/password.html", errors={})


@routes.post("/me/password")
async def change_password(request: web.Request) -> web.Response:
    """Change one's own password; the present one is asked for again."""
    page = Page(request)
    wanted, errors = await page.secret("password"), Errors()
    try:
        strong_password(wanted, page.login.name, page.site.content.title)
    except (PasswordWeakError, PasswordCommonError) as exc:
        errors["password"] = exc
    if wanted != await page.secret("again"):
        errors["again"] = PasswordDiffersError()
    if not errors:
        errors = await _prove(page, "present", code=None)
    if errors:
        return page.show("own/password.html", status=400, errors=errors)
    await staff_of(page).accounts.set_password(page.login.name, wanted)
    await staff_of(page).record.note(page.actor, "own-password")
    await staff_of(page).logins.keep(page.cookie)
    return page.go("/")


@routes.get("/me/second")
async def own_second(request: web.Request) -> web.Response:
    """Who it is; then the QR code for the second factor."""
    return await _second_form(Page(request), {})


@routes.post("/me/second/begin")
async def begin_second(request: web.Request) -> web.Response:
    """Prove who it is; the QR code of another second factor is shown after that."""
    page = Page(request)
    code = await page.field("present_code", most=_CODE_CHARS)
    password = await page.secret("present")
    try:
        await staff_of(page).logins.propose_second(
            page.cookie, password, code, address=request.remote or ""
        )
    except (LoginRefusedError, LoginLockedError) as exc:
        return await _second_form(page, {"present": await _told(page, exc)})
    return page.go("/me/second")


@routes.post("/me/second")
async def set_second(request: web.Request) -> web.Response:
    """Keep the second factor, once a code of it was right; its recovery codes are shown."""
    page = Page(request)
    staff, name = staff_of(page), page.login.name
    secret = staff.logins.proposed_second(page.cookie)
    if not secret:  # it was shown too long ago
        return page.go("/me/second")
    code = await page.field("code", most=_CODE_CHARS)
    try:
        step = staff.second.judge(secret, code, after=None)
    except LoginClockError as exc:
        return await _second_form(page, {"code": exc})
    if step is None:
        return await _second_form(page, {"code": SecondWrongError()})
    codes = await staff.accounts.put_second(name, staff.second.sealed(name, secret), step)
    await staff.record.note(page.actor, "own-second")
    return await _show_codes(page, codes)


@routes.post("/me/recovery")
async def new_recovery(request: web.Request) -> web.Response:
    """Other recovery codes; those of before are good no more."""
    page = Page(request)
    errors = await _prove(page, "again_present", code=await page.field("again_code", most=40))
    if errors:
        return await _second_form(page, errors)
    codes = await staff_of(page).accounts.new_recovery(page.login.name)
    await staff_of(page).record.note(page.actor, "own-recovery")
    return await _show_codes(page, codes)


async def _show_codes(page: Page, codes: list[str]) -> web.Response:
    name = page.login.name
    number = await staff_of(page).onetime.put(
        name, Kind.RECOVERY, name, Shown(title=name, secrets=tuple(codes))
    )
    await staff_of(page).logins.keep(page.cookie)
    return page.go(f"/once/{number}")


async def _prove(page: Page, field: str, *, code: str | None) -> Errors:
    """What is wrong with the proof that this is the account's holder; empty if nothing."""
    password, address = await page.secret(field), page.request.remote or ""
    try:
        await staff_of(page).logins.prove(page.login.name, password, code, address=address)
    except (LoginRefusedError, LoginLockedError) as exc:
        return {field: await _told(page, exc)}
    return {}


async def _told(page: Page, error: YizhanError) -> YizhanError:
    """Failed proofs stand in the record like failed logins; what the form says of one."""
    address = page.request.remote or ""
    await staff_of(page).site_logins.failed(page.login.name, error, address=address)
    told = isinstance(error, LoginRefusedError) and not isinstance(error, LoginClockError)
    return PresentWrongError() if told else error


async def _second_form(page: Page, errors: Errors) -> web.Response:
    secret = staff_of(page).logins.proposed_second(page.cookie)
    address = staff_of(page).second.address(page.login.name, secret) if secret else ""
    account = await staff_of(page).accounts.found(page.login.name)
    return page.show(
        "own/second.html",
        status=400 if errors else 200,
        errors=errors,
        account=account,
        secret=secret,
        qr=segno.make(address, micro=False).svg_inline(scale=_QR_SCALE, border=2) if secret else "",
    )
