"""Who works here: add a clerk, change one's own password, and let one go with a handover sheet.

Source: docs/operations.md, "Clerks".
"""

import hashlib

from aiohttp import web

from protocol.errors import PageMissingError, UsageError, YizhanError
from runtime.control.calls import Nothing
from runtime.web.page import Page
from station_agent.clerks.calls import AddClerk, ChangePassword, Proof, RemoveClerk
from station_agent.desk.keys import DESK, opened_of
from station_agent.desk.rights import DeskRight

routes = web.RouteTableDef()

PATH = "/clerks"
_ONE = PATH + "/{who:[0-9a-f]{16}}"
_KEY_DIGITS = 16


@routes.get(PATH)
async def team(request: web.Request) -> web.Response:
    """All who work here."""
    return await _show(Page(request).needs(DeskRight.WORK))


@routes.post(PATH + "/add")
async def add(request: web.Request) -> web.Response:
    """One more, with a password that she types herself."""
    page = Page(request).needs(DeskRight.WORK)
    name, password = await page.field("name"), await page.secret("password")
    try:
        if password != await page.secret("again"):
            raise UsageError("两次输入的口令不一样")
        wanted = AddClerk(name=name, password=password, by=await _proof(page))
        await request.app[DESK].clerks.add(page.actor, wanted)
    except YizhanError as exc:
        return await _show(page, exc, at="add", name=name)
    return page.go(PATH)


@routes.post(PATH + "/password")
async def password(request: web.Request) -> web.Response:
    """Another password of one's own; whoever is logged in logs in again with it."""
    page = Page(request).needs(DeskRight.WORK)
    new = await page.secret("new")
    try:
        if new != await page.secret("again"):
            raise UsageError("两次输入的口令不一样")
        wanted = ChangePassword(
            name=opened_of(page).clerk, password=await page.secret("by"), new=new
        )
        await request.app[DESK].clerks.password(page.actor, wanted)
    except YizhanError as exc:
        return await _show(page, exc, at="password")
    return page.go("/login")


@routes.get(_ONE)
async def handover(request: web.Request) -> web.Response:
    """What she hands over, to be printed; and letting her go, while she works here."""
    return await _sheet(Page(request).needs(DeskRight.WORK))


@routes.post(_ONE)
async def remove(request: web.Request) -> web.Response:
    """Let her go; her password opens nothing any more, and the sheet stays to be printed."""
    page, desk = Page(request).needs(DeskRight.WORK), request.app[DESK]
    try:
        name = await _name_of(page)
        if name == opened_of(page).clerk:
            raise UsageError("不能移除自己，请另一名办事员来做")
        wanted = RemoveClerk(name=name, by=await _proof(page))
        await desk.handover.remove(page.actor, wanted)
    except YizhanError as exc:
        return await _sheet(page, exc)
    return page.go(request.path)


def key_of(name: str) -> str:
    """What stands for a clerk in an address, where no name belongs."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:_KEY_DIGITS]


async def _proof(page: Page) -> Proof:
    """The one who is logged in says by her password that it is she."""
    return Proof(clerk=opened_of(page).clerk, password=await page.secret("by"))


async def _name_of(page: Page) -> str:
    """The clerk whom an address names, also one who has left and worked on something."""
    desk, who = page.request.app[DESK], page.request.match_info["who"]
    names = {*desk.clerks.vault.clerks, *await desk.handover.names(opened_of(page))}
    found = next((name for name in names if key_of(name) == who), None)
    if found is None:
        raise PageMissingError(who)
    return found


async def _sheet(page: Page, error: YizhanError | None = None) -> web.Response:
    desk, name = page.request.app[DESK], await _name_of(page)
    return page.show(
        "desk/handover.html",
        status=200 if error is None else 400,
        sheet=await desk.handover.told(opened_of(page), name),
        works=name in desk.clerks.vault.clerks,
        is_self=name == opened_of(page).clerk,
        error=error,
    )


async def _show(
    page: Page, error: YizhanError | None = None, *, at: str = "", name: str = ""
) -> web.Response:
    found = await page.request.app[DESK].clerks.list(page.actor, Nothing())
    return page.show(
        "desk/clerks.html",
        status=200 if error is None else 400,
        clerks=[(one, key_of(one.name)) for one in found.clerks],
        own=opened_of(page).clerk,
        at=at,
        name=name,
        error=error,
    )
