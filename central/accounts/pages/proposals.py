"""What takes two persons: one proposes, another confirms; both see it.

Whatever is confirmed runs once, in both names. What it shows once is for whoever proposed it.
"""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from central.accounts.pages.operations import run
from central.accounts.pages.shared import staff_of
from central.accounts.proposals import Proposal, Stage
from central.accounts.roles import Right
from protocol.errors import (
    PageMissingError,
    ProposalOverError,
    StaffUnknownError,
    YizhanError,
)
from runtime.web.page import Page

routes = web.RouteTableDef()

_VERDICTS = ("confirm", "reject")


async def agreed(
    page: Page, operation: str, args: Mapping[str, Any], *, subject: str, two: bool, back: str
) -> web.Response:
    """Run an operation now, or propose it where it takes ``two``; where the browser goes then.

    Raises what the operation raises, and BusyError.
    """
    if not two:
        return await _run(page, operation, args, owner=page.login.name, back=back)
    await staff_of(page).proposals.propose(page.login.name, operation, args, subject=subject)
    detail = {"operation": operation}
    await staff_of(page).note(page.login.name, "propose", "done", subject=subject, detail=detail)
    return page.go("/proposals")


@routes.get("/proposals")
async def listed(request: web.Request) -> web.Response:
    """What waits for another person, and what became of the newest ones."""
    return await _list(Page(request).needs(Right.CONFIRM))


@routes.post("/proposals/{number:[0-9a-f]{24}}/{verdict}")
async def decide(request: web.Request) -> web.Response:
    """Confirm it, and carry it out; or reject it, or take one's own back."""
    page = Page(request).needs(Right.CONFIRM)
    number, verdict = request.match_info["number"], request.match_info["verdict"]
    if verdict not in _VERDICTS:
        raise PageMissingError(verdict[:20])
    try:
        if verdict == "confirm":
            await _confirm(page, number)
        else:
            proposal = await staff_of(page).proposals.reject(number, page.login.name)
            await _note(page, "reject", "done", proposal)
    except PageMissingError:
        raise
    except YizhanError as exc:
        return await _list(page, exc)
    return page.go("/proposals")


async def _confirm(page: Page, number: str) -> None:
    await _require_proposer(page, await staff_of(page).proposals.found(number))
    proposal = await staff_of(page).proposals.confirm(number, page.login.name)
    await _note(page, "confirm", "done", proposal)
    try:
        await _run(page, proposal.operation, proposal.args, owner=proposal.by, back="")
    except YizhanError:
        await staff_of(page).proposals.failed(number)
        raise


async def _require_proposer(page: Page, proposal: Proposal) -> None:
    """Whoever proposed it must still be one who may.

    Raises:
        ProposalOverError: the account is gone, out of use, or has a role that may not.
    """
    try:
        account = await staff_of(page).accounts.found(proposal.by)
    except StaffUnknownError:
        raise ProposalOverError(proposal.by) from None
    right = Right.STAFF if ".staff-" in proposal.operation else Right.RUN
    if account.disabled or right not in staff_of(page).rights[account.role]:
        raise ProposalOverError(proposal.by)


async def _run(
    page: Page, operation: str, args: Mapping[str, Any], *, owner: str, back: str
) -> web.Response:
    together = "" if owner == page.login.name else owner
    answer = await run(page, operation, together=together, **args)
    if operation not in staff_of(page).to_show:
        return page.go(back)
    kind, subject, shown = staff_of(page).to_show[operation](answer)
    number = await staff_of(page).onetime.put(owner, kind, subject, shown)
    return page.go(f"/once/{number}")


async def _note(page: Page, action: str, outcome: str, proposal: Proposal) -> None:
    detail = {"operation": proposal.operation, "proposed_by": proposal.by}
    await staff_of(page).note(
        page.login.name, action, outcome, subject=proposal.subject, detail=detail
    )


async def _list(page: Page, error: YizhanError | None = None) -> web.Response:
    found = await staff_of(page).proposals.listed()
    names = await staff_of(page).names()
    return page.show(
        "accounts/proposals.html",
        status=200 if error is None else 400,
        error=error,
        found=found,
        names=names,
        Stage=Stage,
    )
