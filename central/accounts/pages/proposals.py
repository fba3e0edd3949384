"""What takes two persons: one proposes, another confirms; both see it.

Whatever is confirmed runs once, in both names. What it shows once is for whoever proposed it.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from aiohttp import web

from central.accounts.pages.shared import Agreeable, Once, staff_of
from central.accounts.proposals import Proposal, Stage
from central.accounts.roles import Right
from protocol.errors import (
    PageMissingError,
    ProposalOverError,
    StaffUnknownError,
    YizhanError,
)
from protocol.json_values import from_json, to_json
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.web.page import Page

A = TypeVar("A")
R = TypeVar("R")
routes = web.RouteTableDef()

_VERDICTS = ("confirm", "reject")


async def agreed(
    page: Page, what: Agreeable[A, R], args: A, *, subject: str, two: bool, back: str
) -> web.Response:
    """Do something now, or propose it where it takes ``two``; where the browser goes then.

    Raises what the service raises, and BusyError.
    """
    if two:
        return await _propose(page, what.handler.call.name, to_json(args), subject)
    answer = await what.handler.method(page.actor, args, silent)
    return await _led(page, what.once(answer), owner=page.login.name, back=back)


async def _propose(page: Page, call: str, args: Mapping[str, Any], subject: str) -> web.Response:
    staff = staff_of(page)
    await staff.proposals.propose(page.login.name, call, args, subject=subject)
    await staff.record.note(page.actor, "propose", subject=subject, detail={"operation": call})
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
            await _note(page, "reject", proposal)
    except PageMissingError:
        raise
    except YizhanError as exc:
        return await _list(page, exc)
    return page.go("/proposals")


async def _confirm(page: Page, number: str) -> None:
    proposals = staff_of(page).proposals
    rights = await _rights_of_proposer(page, await proposals.found(number))
    proposal = await proposals.confirm(number, page.login.name)
    await _note(page, "confirm", proposal)
    try:
        await _carry_out(page, proposal, rights)
    except YizhanError:
        await proposals.failed(number)
        raise


async def _carry_out(page: Page, proposal: Proposal, rights: frozenset[Right]) -> None:
    """By the right of whoever proposed it, in both names."""
    what = _agreeable(page, proposal)
    actor = Actor.on_page(page.login.name, rights, together=proposal.by)
    args = from_json(proposal.args, what.handler.call.takes)
    answer = await what.handler.method(actor, args, silent)
    await _led(page, what.once(answer), owner=proposal.by, back="")


async def _rights_of_proposer(page: Page, proposal: Proposal) -> frozenset[Right]:
    """Whoever proposed it must still be one who may.

    Raises:
        ProposalOverError: the account is gone, out of use, or has a role that may not.
    """
    staff = staff_of(page)
    try:
        account = await staff.accounts.found(proposal.by)
    except StaffUnknownError:
        raise ProposalOverError(proposal.by) from None
    rights = staff.rights[account.role]
    if account.disabled or _agreeable(page, proposal).right not in rights:
        raise ProposalOverError(proposal.by)
    return rights


def _agreeable(page: Page, proposal: Proposal) -> Agreeable[Any, Any]:
    """What was proposed; a program before this one may have known other things."""
    found = staff_of(page).agreeable.get(proposal.operation)
    if found is None:
        raise ProposalOverError(proposal.operation)
    return found


async def _led(page: Page, once: Once | None, *, owner: str, back: str) -> web.Response:
    """To what is shown once to ``owner``, or back."""
    if once is None:
        return page.go(back)
    return page.go(f"/once/{await staff_of(page).onetime.put(owner, *once)}")


async def _note(page: Page, action: str, proposal: Proposal) -> None:
    detail = {"operation": proposal.operation, "proposed_by": proposal.by}
    record = staff_of(page).record
    await record.note(page.actor, action, subject=proposal.subject, detail=detail)


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
