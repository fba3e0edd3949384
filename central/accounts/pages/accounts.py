"""The accounts of a site: who may log in, and as what.

Nobody changes an account of one's own here, and what gives hold of an account that watches others
takes two persons. The command line is for whoever owns the server, and acts alone.
"""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from central.accounts.onetime import Kind, Shown
from central.accounts.pages.proposals import agreed
from central.accounts.pages.shared import ToShow, staff_of
from central.accounts.roles import CHANGES, Right, StaffRole, takes_two
from protocol.errors import (
    PageMissingError,
    StaffError,
    StaffSelfError,
    StaffTwiceError,
    StaffUnknownError,
    UsageError,
    YizhanError,
)
from runtime.web.page import Page

routes = web.RouteTableDef()

_VERBS = ("password", "remove", "role", *CHANGES)


def to_show(role: str) -> dict[str, ToShow]:
    """What of the answers about accounts is shown once: a password that was made."""

    def password(answer: Mapping[str, Any]) -> tuple[Kind, str, Shown]:
        shown = Shown(title=answer["name"], secrets=(answer["password"],))
        return Kind.PASSWORD, answer["name"], shown

    return {f"{role}.staff-add": password, f"{role}.staff-password": password}


@routes.get("/staff")
async def listed(request: web.Request) -> web.Response:
    """All accounts."""
    return await _list(Page(request).needs(Right.STAFF))


@routes.post("/staff/add")
async def add(request: web.Request) -> web.Response:
    """A new account; its first password is shown until it is written down."""
    page = Page(request).needs(Right.STAFF)
    name, role = await page.field("name"), _role(await page.field("role"))
    try:
        staff_of(page).accounts.check_name(name)
        if any(one.name == name for one in await staff_of(page).accounts.listed()):
            raise StaffTwiceError(name)
        return await _do(page, "add", {role}, name=name, role=role.value)
    except (UsageError, StaffError) as exc:
        return await _list(page, errors={"name": exc}, name=name, role=role.value)


@routes.post("/staff/{name}/{verb}")
async def change(request: web.Request) -> web.Response:
    """Change the account of somebody else."""
    page = Page(request).needs(Right.STAFF)
    name, verb = request.match_info["name"], request.match_info["verb"]
    if verb not in _VERBS:
        raise PageMissingError(verb[:20])
    try:
        if name == page.login.name:
            raise StaffSelfError
        roles = {(await staff_of(page).accounts.found(name)).role}
        if verb in ("password", "remove"):
            return await _do(page, verb, roles, name=name)
        wanted = _role(await page.field("role")).value if verb == "role" else verb
        if wanted in {role.value for role in StaffRole}:
            roles.add(StaffRole(wanted))
        return await _do(page, wanted, roles, name=name, change=wanted)
    except StaffUnknownError:
        raise
    except StaffError as exc:
        return await _list(page, errors={"": exc})


async def _do(page: Page, verb: str, roles: set[StaffRole], **args: str) -> web.Response:
    """Do it, or propose it where it takes two."""
    kind = verb if verb in ("add", "password", "remove") else "change"
    operation = f"{staff_of(page).role}.staff-{kind}"
    two = takes_two(staff_of(page).rights, verb, roles)
    return await agreed(page, operation, args, subject=args["name"], two=two, back="/staff")


async def _list(
    page: Page,
    *,
    errors: Mapping[str, YizhanError] | None = None,
    name: str = "",
    role: str = "",
) -> web.Response:
    return page.show(
        "accounts/list.html",
        status=400 if errors else 200,
        staff=await staff_of(page).accounts.listed(),
        roles=list(StaffRole),
        errors=errors or {},
        name=name,
        role=role,
        takes_two=lambda verb, *roles: takes_two(staff_of(page).rights, verb, set(roles)),
    )


def _role(text: str) -> StaffRole:
    try:
        return StaffRole(text)
    except ValueError:
        raise UsageError(text[:40]) from None
