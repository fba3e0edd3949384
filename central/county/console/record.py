"""The audit record on a page, for whoever watches the others."""

import asyncio

from aiohttp import web

from central.county.console.keys import AUTHORITY
from central.staff.roles import Right
from central.web.page import Page
from protocol.errors import AuditBrokenError, UsageError
from provisioning.audit.entry import Chain

routes = web.RouteTableDef()

_PAGE = 100


@routes.get("/record")
async def listed(request: web.Request) -> web.Response:
    """The newest entries, or those up to a number."""
    page = Page(request).needs(Right.RECORD)
    return await _show(page)


@routes.post("/record/verify")
async def verify(request: web.Request) -> web.Response:
    """Read all of the record, and say whether it is whole."""
    page = Page(request).needs(Right.RECORD)
    try:
        chain = await asyncio.to_thread(request.app[AUTHORITY].audit.verify)
    except AuditBrokenError as exc:
        return await _show(page, broken=exc)
    return await _show(page, chain=chain)


async def _show(
    page: Page, *, chain: Chain | None = None, broken: AuditBrokenError | None = None
) -> web.Response:
    upto = page.request.query.get("upto", "0")
    if not upto.isascii() or not upto.isdigit() or len(upto) > len(str(2**53)):
        raise UsageError(upto[:20])
    log = page.request.app[AUTHORITY].audit
    entries = await asyncio.to_thread(log.newest, int(upto), _PAGE)
    older = entries[-1].number - 1 if entries else 0
    return page.show(
        "console/record.html", entries=entries, older=older, chain=chain, broken=broken
    )
