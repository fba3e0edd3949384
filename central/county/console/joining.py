"""Pages for new nodes: one by one, and who waits for a person's word."""

import asyncio
from collections.abc import Callable, Mapping

from aiohttp import web

from central.accounts.pages.proposals import agreed
from central.accounts.pages.shared import staff_of
from central.accounts.roles import Right
from central.county.console.keys import AUTHORITY, NODES, PROVISIONING
from protocol.errors import (
    NodeTwiceError,
    NodeUnknownError,
    PageMissingError,
    PageStaleError,
    RefusedError,
    UsageError,
    YizhanError,
)
from protocol.ids import division_code
from protocol.trust.address import checked_url
from protocol.trust.roster import Role
from provisioning.enrolment.calls import ADD, Add, Judge, OfNode
from provisioning.enrolment.tables import Verdict
from provisioning.invitation import checked_contact, checked_name
from runtime.control.calls import Nothing
from runtime.web.page import Page

routes = web.RouteTableDef()

_VERDICTS = ("approved", "rejected")
_FIELDS = ("role", "code", "name", "parent", "url", "contact", "anyway")
_CHECKS: Mapping[str, Callable[[str], object]] = {
    "code": division_code,
    "name": checked_name,
    "url": lambda url: checked_url(url) if url else url,
    "contact": checked_contact,
}


@routes.get("/nodes/add")
async def ask_one(request: web.Request) -> web.Response:
    """The form for one new node."""
    return await _add_form(Page(request).needs(Right.RUN), {}, {})


@routes.post("/nodes/add")
async def add_one(request: web.Request) -> web.Response:
    """Put it on the roster; its kit and code wait to be written down."""
    page = Page(request).needs(Right.RUN)
    typed = {name: await page.field(name) for name in _FIELDS}
    is_hub = typed["role"] == Role.HUB.value
    errors = _wrong(typed if is_hub else {**typed, "url": ""})
    if not errors:
        try:
            wanted = Add(
                role=Role(typed["role"]),
                code=typed["code"],
                name=typed["name"],
                parent=None if is_hub else typed["parent"] or None,
                url=typed["url"] if is_hub else "",
                contact=typed["contact"],
                anyway=bool(typed["anyway"]),
            )
            what = staff_of(page).agreeable_by(ADD)
            return await agreed(page, what, wanted, subject="", two=False, back="/nodes")
        except (UsageError, RefusedError) as exc:
            errors = {_field_of(exc): exc}
    return await _add_form(page, typed, errors)


def _wrong(typed: dict[str, str]) -> dict[str, YizhanError]:
    """What is wrong with each field by itself."""
    errors: dict[str, YizhanError] = {}
    if typed["role"] not in (Role.HUB.value, Role.STATION.value):
        errors["role"] = UsageError(typed["role"][:20])
    for name, check in _CHECKS.items():
        try:
            check(typed[name])
        except YizhanError as exc:
            errors[name] = exc
    return errors


def _field_of(error: YizhanError) -> str:
    """At which field the authority's refusal is shown; empty: above the form."""
    match error:
        case NodeTwiceError():
            return "code"
        case NodeUnknownError():
            return "parent"
        case _:
            return ""


async def _add_form(
    page: Page, typed: dict[str, str], errors: dict[str, YizhanError]
) -> web.Response:
    views = await page.request.app[NODES].overview()
    return page.show(
        "console/add.html",
        status=400 if errors else 200,
        hubs=[view for view in views if view.role is Role.HUB],
        typed=typed,
        errors=errors,
    )


@routes.get("/nodes/waiting")
async def waiting(request: web.Request) -> web.Response:
    """Nodes whose code was right, with the fingerprints to compare by telephone."""
    page = Page(request).needs(Right.LOOK)
    contacts = await asyncio.to_thread(request.app[AUTHORITY].contacts)
    enrolment = request.app[PROVISIONING].enrolment
    return page.show(
        "console/waiting.html",
        waiting=await enrolment.waiting(page.actor, Nothing()),
        suspected=await enrolment.suspected(page.actor, Nothing()),
        contacts=contacts,
    )


@routes.post("/nodes/waiting/{node:[0-9a-f]{16}}/dismiss")
async def dismiss(request: web.Request) -> web.Response:
    """Somebody has looked into what seemed wrong about a kit."""
    page = Page(request).needs(Right.GRANT)
    wanted = OfNode(node=request.match_info["node"])
    await request.app[PROVISIONING].enrolment.dismiss(page.actor, wanted)
    return page.go("/nodes/waiting")


@routes.post("/nodes/waiting/{node:[0-9a-f]{16}}/{verdict}")
async def judge(request: web.Request) -> web.Response:
    """Approve or reject one of them."""
    page = Page(request).needs(Right.GRANT)
    node, verdict = request.match_info["node"], request.match_info["verdict"]
    if verdict not in _VERDICTS:
        raise PageMissingError(verdict[:20])
    compared = await page.field("request")  # the very request whose fingerprint was shown
    if not compared:
        raise PageStaleError("a word on no request")
    word = Judge(node=node, verdict=Verdict(verdict), compared=compared)
    await request.app[PROVISIONING].enrolment.judge(page.actor, word)
    return page.go("/nodes/waiting")
