"""The fee of a case, and the sums of a day. No page has a field for an amount.

Source: docs/fees.md, "At the county".
"""

import re
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from central.accounts.roles import Right
from central.county.fees import calls
from central.county.fees.operations import FeeOperations
from central.county.fees.pages.keys import FEES
from central.county.fees.words import KINDS, STATES
from protocol.errors import RefusedError, UsageError
from protocol.limits import MAX_NAME_CHARS
from runtime.web.page import Page

routes = web.RouteTableDef()

CASE = "{case:[0-9A-Za-z-]{1,40}}"
STEP = "{step:notice|print|record|relief|refund|unpaid}"
WORDS = (*STATES.values(), *KINDS.values())
"""What is translated beside the templates."""

_DAY = re.compile(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]", re.ASCII)
_ENABLED: Mapping[str, tuple[str, ...]] = {
    "none": ("notice",),
    "owed": ("print", "record", "relief", "unpaid"),
    "free": ("print",),
    "paid": ("print", "relief", "refund"),
    "excess": ("print", "relief", "refund"),
    "unpaid": ("notice",),
    "refunded": ("notice",),
}
_Does = Callable[[Page, FeeOperations, str, str], Awaitable[object]]
_STEPS: Mapping[str, _Does] = {
    "notice": lambda page, fees, case, _: fees.notice(page.actor, calls.Notice(case=case)),
    "print": lambda page, fees, case, _: fees.print(page.actor, calls.PrintNotice(case=case)),
    "record": lambda page, fees, case, words: fees.record(
        page.actor, calls.RecordPayment(case=case, payer=words)
    ),
    "relief": lambda page, fees, case, words: fees.relief(
        page.actor, calls.Relief(case=case, evidence=words)
    ),
    "refund": lambda page, fees, case, words: fees.refund(
        page.actor, calls.Refund(case=case, words=words)
    ),
    "unpaid": lambda page, fees, case, words: fees.unpaid(
        page.actor, calls.Unpaid(case=case, words=words)
    ),
}


@routes.get(f"/cases/{CASE}/fee")
async def one(request: web.Request) -> web.Response:
    """What a case costs, and each entry; that somebody saw it is recorded."""
    return await _show(Page(request).needs(Right.CASES))


@routes.post(f"/cases/{CASE}/fee/{STEP}")
async def done(request: web.Request) -> web.Response:
    """The next entry; what is refused is said on the page, and writes nothing."""
    page = Page(request).needs(Right.CASES)
    case, step = (request.match_info[name] for name in ("case", "step"))
    words = await page.field("words", most=MAX_NAME_CHARS)
    try:
        await _STEPS[step](page, request.app[FEES], case, words)
    except (RefusedError, UsageError) as exc:
        return await _show(page, error=exc, tried=step, typed=words)
    return page.go(f"/cases/{case}/fee")


@routes.get("/fees")
async def day(request: web.Request) -> web.Response:
    """The sums of a day, and what does not fit."""
    page = Page(request).needs(Right.CASES)
    asked = request.query.get("day", "")
    wanted = calls.ShowDay(day=asked if _DAY.fullmatch(asked) else "")
    try:
        found = await request.app[FEES].day(page.actor, wanted)
    except UsageError:  # no such day of any calendar
        found = await request.app[FEES].day(page.actor, calls.ShowDay())
    return page.show("fees/day.html", found=found)


async def _show(
    page: Page,
    *,
    error: RefusedError | UsageError | None = None,
    tried: str = "",
    typed: str = "",
) -> web.Response:
    case = page.request.match_info["case"]
    fee = await page.request.app[FEES].show(page.actor, calls.ShowFee(case=case))
    return page.show(
        "fees/one.html",
        status=400 if error else 200,
        fee=fee,
        steps=_ENABLED[fee.state],
        states=STATES,
        kinds=KINDS,
        error=error,
        tried=tried,
        typed=typed,
    )
