"""The accounts of a site: who may log in, and as what.

Nobody changes an account of one's own here, and what gives hold of an account that watches others
takes two persons. The command line is for whoever owns the server, and acts alone.
"""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from central.staff.onetime import Kind, Shown
from central.staff.roles import CHANGES, Job, Right, takes_two
from central.web.page import Page
from central.web.proposals import agreed
from central.web.site import ToShow
from protocol.errors import (
    PageMissingError,
    StaffError,
    StaffSelfError,
    StaffTwiceError,
    StaffUnknownError,
    UsageError,
    YizhanError,
)

routes = web.RouteTableDef()

_VERBS = ("password", "remove", "job", *CHANGES)


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
    name, job = await page.field("name"), _job(await page.field("job"))
    try:
        page.site.accounts.check_name(name)
        if any(one.name == name for one in await page.site.accounts.listed()):
            raise StaffTwiceError(name)
        return await _do(page, "add", {job}, name=name, role=job.value)
    except (UsageError, StaffError) as exc:
        return await _list(page, errors={"name": exc}, name=name, job=job.value)


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
        jobs = {(await page.site.accounts.found(name)).job}
        if verb in ("password", "remove"):
            return await _do(page, verb, jobs, name=name)
        wanted = _job(await page.field("job")).value if verb == "job" else verb
        if wanted in {job.value for job in Job}:
            jobs.add(Job(wanted))
        return await _do(page, wanted, jobs, name=name, change=wanted)
    except StaffUnknownError:
        raise
    except StaffError as exc:
        return await _list(page, errors={"": exc})


async def _do(page: Page, verb: str, jobs: set[Job], **args: str) -> web.Response:
    """Do it, or propose it where it takes two."""
    kind = verb if verb in ("add", "password", "remove") else "change"
    operation = f"{page.site.role}.staff-{kind}"
    two = takes_two(page.site.rights, verb, jobs)
    return await agreed(page, operation, args, subject=args["name"], two=two, back="/staff")


async def _list(
    page: Page,
    *,
    errors: Mapping[str, YizhanError] | None = None,
    name: str = "",
    job: str = "",
) -> web.Response:
    return page.show(
        "people/list.html",
        status=400 if errors else 200,
        staff=await page.site.accounts.listed(),
        jobs=list(Job),
        errors=errors or {},
        name=name,
        job=job,
        takes_two=lambda verb, *jobs: takes_two(page.site.rights, verb, set(jobs)),
    )


def _job(text: str) -> Job:
    try:
        return Job(text)
    except ValueError:
        raise UsageError(text[:40]) from None
