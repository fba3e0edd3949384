"""The accounts of a site: who may log in, and as what. The rules are the service's."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from central.accounts.calls import (
    AccountMade,
    AddAccount,
    Change,
    ChangeAccount,
    NewPassword,
    PasswordSet,
    RemoveAccount,
)
from central.accounts.onetime import Kind, Shown
from central.accounts.pages.proposals import agreed
from central.accounts.pages.shared import Agreeable, Once, staff_of
from central.accounts.roles import Right, StaffRole, takes_two
from central.accounts.service import AccountService, Wanted
from protocol.errors import (
    PageMissingError,
    StaffError,
    StaffUnknownError,
    UsageError,
    YizhanError,
)
from runtime.control.calls import Call, Handler, Nothing
from runtime.web.page import Page

routes = web.RouteTableDef()


def agreeable(service: AccountService) -> dict[str, Agreeable[Any, Any]]:
    """What may take two persons here; a password that was made is shown once."""

    def once(made: AccountMade | PasswordSet) -> Once | None:
        if not made.password:
            return None
        return Kind.PASSWORD, made.name, Shown(title=made.name, secrets=(made.password,))

    calls, right = service.calls, Right.STAFF
    known: tuple[Agreeable[Any, Any], ...] = (
        Agreeable(handler=Handler(calls.add, service.add), right=right, once=once),
        Agreeable(handler=Handler(calls.password, service.set_password), right=right, once=once),
        Agreeable(handler=Handler(calls.change, service.change), right=right),
        Agreeable(handler=Handler(calls.remove, service.remove), right=right),
    )
    return {one.handler.call.name: one for one in known}


@routes.get("/staff")
async def listed(request: web.Request) -> web.Response:
    """All accounts."""
    return await _list(Page(request).needs(Right.STAFF))


@routes.post("/staff/add")
async def add(request: web.Request) -> web.Response:
    """A new account; its first password is shown until it is written down."""
    page = Page(request).needs(Right.STAFF)
    name, role = await page.field("name"), _role(await page.field("role"))
    calls = staff_of(page).service.calls
    try:
        return await _do(page, calls.add, AddAccount(name=name, role=role))
    except (UsageError, StaffError) as exc:
        return await _list(page, errors={"name": exc}, name=name, role=role.value)


@routes.post("/staff/{name}/{verb}")
async def change(request: web.Request) -> web.Response:
    """Change the account of somebody else."""
    page = Page(request).needs(Right.STAFF)
    name, verb = request.match_info["name"], request.match_info["verb"]
    calls = staff_of(page).service.calls
    try:
        if verb == "password":
            return await _do(page, calls.password, NewPassword(name=name))
        if verb == "remove":
            return await _do(page, calls.remove, RemoveAccount(name=name))
        given = _role(await page.field("role")).value if verb == "role" else verb
        return await _do(page, calls.change, ChangeAccount(name=name, change=_change(given)))
    except StaffUnknownError:
        raise
    except StaffError as exc:
        return await _list(page, errors={"": exc})


async def _do(page: Page, call: Call[Any, Any], wanted: Wanted) -> web.Response:
    """Do it, or propose it where it takes two."""
    staff = staff_of(page)
    two = await staff.service.takes_two(page.actor, wanted)
    what = staff.agreeable_by(call)
    return await agreed(page, what, wanted, subject=wanted.name, two=two, back="/staff")


async def _list(
    page: Page,
    *,
    errors: Mapping[str, YizhanError] | None = None,
    name: str = "",
    role: str = "",
) -> web.Response:
    staff = staff_of(page)
    return page.show(
        "accounts/list.html",
        status=400 if errors else 200,
        staff=await staff.service.listed(page.actor, Nothing()),
        roles=list(StaffRole),
        errors=errors or {},
        name=name,
        role=role,
        takes_two=lambda verb, *roles: takes_two(staff.rights, verb, set(roles)),
    )


def _role(text: str) -> StaffRole:
    try:
        return StaffRole(text)
    except ValueError:
        raise UsageError(text[:40]) from None


def _change(text: str) -> Change:
    try:
        return Change(text)
    except ValueError:
        raise PageMissingError(text[:20]) from None
