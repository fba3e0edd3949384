"""Every department with what is to be seen to, and one with its posts.

Source: docs/operations.md, "Departments and posts".
"""

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from central.accounts.roles import Right
from central.county.departments import calls
from central.county.departments.pages import forms
from central.county.departments.pages.keys import DEPARTMENTS
from central.county.departments.staffing import Power
from protocol.errors import PageMissingError, RefusedError, UsageError, YizhanError
from runtime.control.calls import Nothing
from runtime.web.page import Page

routes = web.RouteTableDef()

CODE = "{code:[A-Za-z0-9-]{1,20}}"


@routes.get("/departments")
async def listed(request: web.Request) -> web.Response:
    """The departments, how they are staffed, and what is to be seen to."""
    return await _listed(Page(request).needs(Right.LOOK))


@routes.post("/departments")
async def add(request: web.Request) -> web.Response:
    """A new department; its own page is next."""
    page = Page(request).needs(Right.GRANT)
    try:
        code = await forms.name(page, "code")
        wanted = calls.PutDepartment(
            code=code, name=await forms.name(page, "name"), phone=await forms.name(page, "phone")
        )
        await request.app[DEPARTMENTS].do(page.actor, calls.PUT_DEPARTMENT, wanted)
    except (UsageError, RefusedError) as exc:
        return await _listed(page, error=exc)
    return page.go(f"/departments/of/{code}?done=1")


@routes.get(f"/departments/of/{CODE}")
async def one(request: web.Request) -> web.Response:
    """One department: words, windows, posts, and who is in them."""
    return await _one(Page(request).needs(Right.LOOK))


@routes.post(f"/departments/of/{CODE}/{{verb:[a-z-]{{2,12}}}}")
async def change(request: web.Request) -> web.Response:
    """Change something of one."""
    page = Page(request).needs(Right.GRANT)
    verb = _VERBS.get(request.match_info["verb"])
    if verb is None:
        raise PageMissingError(request.match_info["verb"])
    code = request.match_info["code"]
    try:
        await verb(page, code)
    except (UsageError, RefusedError) as exc:
        return await _one(page, error=exc)
    gone = request.match_info["verb"] == "remove"
    return page.go("/departments?done=1" if gone else f"/departments/of/{code}?done=1")


async def _words(page: Page, code: str) -> None:
    wanted = calls.PutDepartment(
        code=code,
        name=await forms.name(page, "name"),
        aliases=await forms.names(page, "aliases"),
        phone=await forms.name(page, "phone"),
    )
    await page.request.app[DEPARTMENTS].do(page.actor, calls.PUT_DEPARTMENT, wanted)


async def _remove(page: Page, code: str) -> None:
    wanted = calls.RemoveDepartment(code=code, to=await forms.name(page, "to"))
    await page.request.app[DEPARTMENTS].do(page.actor, calls.REMOVE_DEPARTMENT, wanted)


async def _window(page: Page, code: str) -> None:
    gone = bool(await page.field("gone"))
    wanted = calls.PutWindow(department=code, name=await forms.name(page, "name"), gone=gone)
    await page.request.app[DEPARTMENTS].do(page.actor, calls.PUT_WINDOW, wanted)


async def _post(page: Page, code: str) -> None:
    """A new post, or other words for the one whose name of now is in the form."""
    name, now = await forms.name(page, "name"), await forms.name(page, "now")
    wanted = calls.PutPost(
        department=code,
        name=now or name,
        rename=name if now and name != now else "",
        powers=await forms.powers(page),
        aliases=await forms.names(page, "aliases"),
        window=await forms.name(page, "window"),
    )
    await page.request.app[DEPARTMENTS].do(page.actor, calls.PUT_POST, wanted)


async def _post_remove(page: Page, code: str) -> None:
    wanted = calls.RemovePost(
        department=code, name=await forms.name(page, "post"), to=await forms.name(page, "to")
    )
    await page.request.app[DEPARTMENTS].do(page.actor, calls.REMOVE_POST, wanted)


async def _seat(page: Page, code: str) -> None:
    wanted = calls.PutSeat(
        department=code,
        post=await forms.name(page, "post"),
        person=await forms.name(page, "person"),
        gone=bool(await page.field("gone")),
    )
    await page.request.app[DEPARTMENTS].do(page.actor, calls.PUT_SEAT, wanted)


_VERBS: Mapping[str, Callable[[Page, str], Awaitable[None]]] = {
    "words": _words,
    "remove": _remove,
    "window": _window,
    "post": _post,
    "post-remove": _post_remove,
    "seat": _seat,
}


async def _listed(page: Page, *, error: YizhanError | None = None) -> web.Response:
    found = await page.request.app[DEPARTMENTS].show(page.actor, Nothing())
    return page.show(
        "departments/listed.html",
        status=400 if error else 200,
        found=found,
        done=bool(page.request.query.get("done")) and error is None,
        error=error,
    )


async def _one(page: Page, *, error: YizhanError | None = None) -> web.Response:
    found = await page.request.app[DEPARTMENTS].show(page.actor, Nothing())
    code = page.request.match_info["code"]
    department = next((one for one in found.departments if one.code == code), None)
    if department is None:
        raise PageMissingError(code)
    known = {one.name: one for one in found.persons}
    return page.show(
        "departments/one.html",
        status=400 if error else 200,
        one=department,
        others=[one for one in found.departments if one.code != code],
        known=known,
        people=sorted({*found.accounts, *known}),
        delegations=(own := [one for one in found.delegations if one.department == code]),
        item_names=await forms.item_names(page, own),
        powers=list(Power),
        done=bool(page.request.query.get("done")) and error is None,
        error=error,
    )
