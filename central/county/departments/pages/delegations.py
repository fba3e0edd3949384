"""Delegations to chief representatives: those in force and all that were, entering and taking back.

Source: docs/operations.md, "Departments and posts".
"""

from collections.abc import Mapping

from aiohttp import web

from central.accounts.roles import Right
from central.county.departments import calls
from central.county.departments.pages import forms
from central.county.departments.pages.keys import DEPARTMENTS
from central.county.departments.staffing import Power, Powers
from protocol.errors import RefusedError, UsageError, YizhanError
from runtime.control.calls import Nothing
from runtime.web.numbers import whole_number
from runtime.web.page import Page

routes = web.RouteTableDef()

NUMBER = "{number:[0-9]{1,9}}"
_TYPED = ("instrument", "department", "person", "items", "start", "until", "deputy", "supersedes")
_EMPTY = {**dict.fromkeys(_TYPED, ""), "powers": ()}


@routes.get("/departments/delegations")
async def listed(request: web.Request) -> web.Response:
    """Every delegation, the newest first; with a number, a form for what takes its place."""
    page = Page(request).needs(Right.LOOK)
    number = whole_number(request.query.get("supersedes", "")) or 0
    return await _show(page, supersedes=number)


@routes.post("/departments/delegations")
async def grant(request: web.Request) -> web.Response:
    """Enter one."""
    page = Page(request).needs(Right.GRANT)
    typed = {field: await page.field(field) for field in _TYPED}
    powers = await forms.powers(page)
    try:
        _require_some(powers)
        wanted = calls.Delegate(
            instrument=await forms.name(page, "instrument"),
            department=await forms.name(page, "department"),
            person=await forms.name(page, "person"),
            powers=powers,
            items=tuple(typed["items"].split()),
            start=await forms.day(page, "start", "授权起"),
            until=await forms.day(page, "until", "授权止"),
            deputy=await forms.name(page, "deputy"),
            supersedes=whole_number(typed["supersedes"]) or None,
        )
        await request.app[DEPARTMENTS].do(page.actor, calls.DELEGATE, wanted)
    except (UsageError, RefusedError) as exc:
        kept = {**typed, "powers": {one.value for one in powers}}
        return await _show(page, typed=kept, error=exc)
    return page.go("/departments/delegations?done=1")


@routes.post(f"/departments/delegations/{NUMBER}/revoke")
async def revoke(request: web.Request) -> web.Response:
    """Take one back."""
    page = Page(request).needs(Right.GRANT)
    try:
        wanted = calls.Revoke(
            number=int(request.match_info["number"]),
            instrument=await forms.name(page, "instrument"),
            start=await forms.day(page, "start", "收回之日"),
        )
        await request.app[DEPARTMENTS].do(page.actor, calls.REVOKE, wanted)
    except (UsageError, RefusedError) as exc:
        return await _show(page, error=exc)
    return page.go("/departments/delegations?done=1")


async def _show(
    page: Page,
    *,
    supersedes: int = 0,
    typed: Mapping[str, object] | None = None,
    error: YizhanError | None = None,
) -> web.Response:
    found = await page.request.app[DEPARTMENTS].show(page.actor, Nothing())
    old = next((one for one in found.delegations if one.number == supersedes), None)
    return page.show(
        "departments/delegations.html",
        status=400 if error else 200,
        found=found,
        item_names=await forms.item_names(page, found.delegations),
        typed={**_EMPTY, **(typed or (_again(old) if old else {}))},
        powers=list(Power),
        done=bool(page.request.query.get("done")) and error is None,
        error=error,
    )


def _require_some(powers: Powers) -> None:
    if not powers:
        raise UsageError("请勾选授予的权限")


def _again(old: calls.DelegationShown) -> Mapping[str, object]:
    """What a delegation that takes the place of ``old`` has of it; instrument and days are new."""
    return {
        "department": old.department,
        "person": old.person,
        "powers": {one.value for one in old.powers},
        "items": "\n".join(old.items),
        "deputy": old.deputy,
        "supersedes": str(old.number),
    }
