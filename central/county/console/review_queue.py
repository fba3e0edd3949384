"""The review queue on a page: what withdrawn or lost PCs had sealed, for a person to judge.

It shows what citizens wrote, so each look at it or at an attachment stands in the audit record.
"""

import re

from aiohttp import web

from central.accounts.roles import Right
from central.county.console.keys import REVIEW_QUEUE
from central.county.review.calls import Accept, Reject, Waiting, WaitingApplication
from protocol.catalogue.forms.layout import layout
from protocol.catalogue.forms.parts import Layout
from protocol.catalogue.forms.schema import FormSchema
from protocol.errors import PageMissingError, UsageError
from runtime.web.downloads import can_be_shown, file_response
from runtime.web.page import Page

routes = web.RouteTableDef()

_ENVELOPE = "{envelope:[0-9a-f]{64}}"
_CASE = re.compile(r"[0-9A-Za-z-]{1,40}")


@routes.get("/review-queue")
async def listed(request: web.Request) -> web.Response:
    """What waits, by station."""
    page = Page(request).needs(Right.GRANT)
    after, case = request.query.get("after", ""), request.query.get("case", "")
    found = await request.app[REVIEW_QUEUE].waiting(page.actor, Waiting(after=after))
    last = f"{found[-1].station}:{found[-1].envelope}" if found else ""
    return page.show(
        "console/review_queue.html",
        found=[(one, _laid(one, page.language)) for one in found],
        last=last,
        case=case if _CASE.fullmatch(case) else "",
        can_be_shown=can_be_shown,
    )


def _laid(one: WaitingApplication, language: str) -> Layout:
    form = one.form if isinstance(one.form, dict) else {"": one.form}
    return layout(FormSchema(one.schema), form, language=language, spare_rows=0)


@routes.get(f"/review-queue/{_ENVELOPE}/{{position:[0-9]{{1,2}}}}")
async def attachment(request: web.Request) -> web.Response:
    """One attachment: a picture is shown, anything else only saved."""
    page = Page(request).needs(Right.GRANT)
    envelope, position = request.match_info["envelope"], int(request.match_info["position"])
    file = await request.app[REVIEW_QUEUE].attachment(page.actor, envelope, position)
    return file_response(file.name, file.data, save="save" in request.query)


@routes.post(f"/review-queue/{_ENVELOPE}/{{verb}}")
async def judge(request: web.Request) -> web.Response:
    """Make one a case, or do not take it; its station is told either way."""
    page = Page(request).needs(Right.GRANT)
    envelope, verb = request.match_info["envelope"], request.match_info["verb"]
    queue = request.app[REVIEW_QUEUE]
    if verb == "accept":
        if await page.field("checked") != "yes":
            raise UsageError("请先核对申请内容和附件，再勾选受理")
        verdict = await queue.accept(page.actor, Accept(envelope=envelope))
        return page.go(f"/review-queue?case={verdict.case}")
    if verb == "reject":
        note = await page.field("note")
        await queue.reject(page.actor, Reject(envelope=envelope, note=note))
        return page.go("/review-queue")
    raise PageMissingError(verb[:20])
