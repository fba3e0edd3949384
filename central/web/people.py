"""The accounts of a site: who may log in, and as what."""

from aiohttp import web

from central.staff.roles import Job, Right
from central.web.page import Page
from protocol.errors import PageMissingError, UsageError

routes = web.RouteTableDef()


@routes.get("/staff")
async def listed(request: web.Request) -> web.Response:
    """All accounts."""
    return await _list(Page(request).needs(Right.STAFF))


@routes.post("/staff/add")
async def add(request: web.Request) -> web.Response:
    """A new account; its first password is shown once."""
    page = Page(request).needs(Right.STAFF)
    name, job = await page.field("name"), _job(await page.field("job"))
    answer = await _run(page, "add", name=name, role=job)
    return await _list(page, told=name, password=answer["password"])


@routes.post("/staff/{name}/{verb}")
async def change(request: web.Request) -> web.Response:
    """Change the account of somebody else."""
    page = Page(request).needs(Right.STAFF)
    name, verb = request.match_info["name"], request.match_info["verb"]
    if verb == "password":
        answer = await _run(page, "password", name=name)
        return await _list(page, told=name, password=answer["password"])
    if verb == "remove":
        await _run(page, "remove", name=name)
    elif verb == "job":
        await _run(page, "change", name=name, change=_job(await page.field("job")))
    elif verb in ("unlock", "disable", "enable", "no-second"):
        await _run(page, "change", name=name, change=verb)
    else:
        raise PageMissingError(verb[:20])
    return page.go("/staff")


async def _run(page: Page, verb: str, **args: str) -> dict[str, str]:
    answer: dict[str, str] = await page.run(f"{page.site.role}.staff-{verb}", **args)
    return answer


async def _list(page: Page, *, told: str = "", password: str = "") -> web.Response:
    found = await page.site.accounts.listed()
    return page.show("people/list.html", staff=found, jobs=list(Job), told=told, password=password)


def _job(text: str) -> str:
    if text not in {job.value for job in Job}:
        raise UsageError(text[:40])
    return text
