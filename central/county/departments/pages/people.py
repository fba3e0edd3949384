"""People: their posts, when they are away, and who stands in.

Source: docs/operations.md, "Departments and posts".
"""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import quote

from aiohttp import web

from central.accounts.roles import Right
from central.county.departments import calls
from central.county.departments.pages import forms
from central.county.departments.pages.keys import DEPARTMENTS
from protocol.errors import PageMissingError, RefusedError, UsageError, YizhanError
from protocol.limits import MAX_NAME_CHARS
from runtime.control.calls import Nothing
from runtime.web.page import Page

routes = web.RouteTableDef()


@routes.get("/departments/people")
async def listed(request: web.Request) -> web.Response:
    """Everybody in a post, or who stands in for somebody."""
    page = Page(request).needs(Right.LOOK)
    found = await request.app[DEPARTMENTS].show(page.actor, Nothing())
    return page.show("departments/people.html", found=found, done=bool(request.query.get("done")))


@routes.get("/departments/person")
async def one(request: web.Request) -> web.Response:
    """One of them; without a name the reader, who handles cases."""
    page = Page(request).needs(Right.LOOK)
    return await _one(page, request.query.get("name") or page.login.name)


@routes.post("/departments/me/away")
async def away_oneself(request: web.Request) -> web.Response:
    """Whoever handles cases says of oneself to be away, or there again."""
    page = Page(request).needs(Right.CASES)
    return await _changed(page, _away, page.login.name)


@routes.post("/departments/person/{verb:[a-z-]{2,12}}")
async def change(request: web.Request) -> web.Response:
    """Change something of one."""
    page = Page(request).needs(Right.GRANT)
    verb = _VERBS.get(request.match_info["verb"])
    if verb is None:
        raise PageMissingError(request.match_info["verb"])
    return await _changed(page, verb, await forms.name(page, "person"))


async def _changed(
    page: Page, verb: Callable[[Page, str], Awaitable[None]], person: str
) -> web.Response:
    try:
        await verb(page, person)
    except (UsageError, RefusedError) as exc:
        return await _one(page, person, error=exc)
    if verb is _remove:
        return page.go("/departments/people?done=1")
    return page.go(f"/departments/person?name={quote(person)}&done=1")


async def _away(page: Page, person: str) -> None:
    until = await forms.day(page, "until", "外出至") if await page.field("until") else None
    wanted = calls.PutAway(person=person, until=until)
    await page.request.app[DEPARTMENTS].do(page.actor, calls.PUT_AWAY, wanted)


async def _substitute(page: Page, person: str) -> None:
    gone = bool(await page.field("gone"))
    wanted = calls.PutSubstitute(
        person=person,
        substitute=await forms.name(page, "substitute"),
        start=await forms.day(page, "start", "代班起"),
        until=None if gone else await forms.day(page, "until", "代班止"),
    )
    await page.request.app[DEPARTMENTS].do(page.actor, calls.PUT_SUBSTITUTE, wanted)


async def _remove(page: Page, person: str) -> None:
    wanted = calls.RemovePerson(name=person, to=await forms.name(page, "to"))
    await page.request.app[DEPARTMENTS].do(page.actor, calls.REMOVE_PERSON, wanted)


_VERBS: Mapping[str, Callable[[Page, str], Awaitable[None]]] = {
    "away": _away,
    "substitute": _substitute,
    "remove": _remove,
}


async def _one(page: Page, name: str, *, error: YizhanError | None = None) -> web.Response:
    found = await page.request.app[DEPARTMENTS].show(page.actor, Nothing())
    person = next((one for one in found.persons if one.name == name), None)
    known = person is not None
    if person is None and name in found.accounts:
        person = calls.PersonShown(
            name=name, has_account=True, away_until=None, posts=(), substitutes=()
        )
    if person is None:
        raise PageMissingError(name[:MAX_NAME_CHARS])
    return page.show(
        "departments/person.html",
        status=400 if error else 200,
        one=person,
        known=known,
        others=[one.name for one in found.persons if one.name != name],
        delegations=(own := [one for one in found.delegations if one.person == name]),
        item_names=await forms.item_names(page, own),
        oneself=page.login.name == name and page.login.may(Right.CASES),
        done=bool(page.request.query.get("done")) and error is None,
        error=error,
    )
