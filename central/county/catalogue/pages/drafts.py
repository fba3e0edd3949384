"""Drafts of the catalogue on pages: the list, and one to be reviewed, old and new side by side.

Source: docs/publishing.md.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from central.accounts.roles import Right
from central.county.catalogue.drafts.calls import (
    Approve,
    DraftShown,
    Listed,
    One,
    PublishDraft,
    Refuse,
    State,
    Withdraw,
)
from central.county.catalogue.drafts.operations import DraftOperations
from central.county.catalogue.pages.editing.placed import Placed, Placing
from central.county.catalogue.pages.grouping import FEW, Group, grouped
from central.county.catalogue.pages.language import words_language
from central.county.catalogue.pages.library.followers import Follower, followers
from central.county.catalogue.pages.library.inputs import OWN_WORDS
from protocol.catalogue.changes.difference import Change
from protocol.catalogue.findings import Finding
from protocol.catalogue.items.names import MATERIAL
from protocol.errors import RefusedError, UsageError, YizhanError
from runtime.web.numbers import whole_number
from runtime.web.page import Page

routes = web.RouteTableDef()
DRAFTS = web.AppKey("DRAFTS", DraftOperations)

DRAFT = "{draft:[1-9][0-9]{0,8}}"
CHANGES = 50  # on one page
_FINDINGS = 200
_MOST_LISTED = 200
_LEVELS = ("error", "warning", "hint")


@routes.get("/catalogue/drafts")
async def listed(request: web.Request) -> web.Response:
    """Every draft, newest first, and whether the policy asks for a second person."""
    page = Page(request).needs(Right.LOOK)
    operations = request.app[DRAFTS]
    found = await operations.drafts(page.actor, Listed(all=True, limit=_MOST_LISTED))
    return page.show(
        "catalogue/drafts.html",
        found=found,
        most=_MOST_LISTED,
        second_person=operations.needs_second_person,
        published=request.query.get("published", "")[:9],
    )


@routes.get(f"/catalogue/drafts/{DRAFT}")
async def shown(request: web.Request) -> web.Response:
    """One draft: what it changes, what was found, what was done to it, what can be done now."""
    page = Page(request).needs(Right.LOOK)
    return await _show(page, int(request.match_info["draft"]))


@routes.post(f"/catalogue/drafts/{DRAFT}/approve")
async def approve(request: web.Request) -> web.Response:
    """Approve what was shown, and nothing else."""
    page, number = Page(request).needs(Right.REVIEW), int(request.match_info["draft"])

    async def act() -> None:
        await _require_read(page)
        wanted = Approve(draft=number, digest=await page.field("digest"))
        await request.app[DRAFTS].approve(page.actor, wanted)

    return await _done(page, number, act, "approve")


@routes.post(f"/catalogue/drafts/{DRAFT}/reject")
async def reject(request: web.Request) -> web.Response:
    """Send a draft back to its author, with the reason."""
    page, number = Page(request).needs(Right.REVIEW), int(request.match_info["draft"])

    async def act() -> None:
        wanted = Refuse(draft=number, reason=await page.field("reason"))
        await request.app[DRAFTS].refuse(page.actor, wanted)

    return await _done(page, number, act, "reject")


@routes.post(f"/catalogue/drafts/{DRAFT}/withdraw")
async def withdraw(request: web.Request) -> web.Response:
    """Give a draft up."""
    page, number = Page(request).needs(Right.AUTHOR), int(request.match_info["draft"])

    async def act() -> None:
        wanted = Withdraw(draft=number, reason=await page.field("reason"))
        await request.app[DRAFTS].withdraw(page.actor, wanted)

    return await _done(page, number, act, "withdraw")


@routes.post(f"/catalogue/drafts/{DRAFT}/publish")
async def publish(request: web.Request) -> web.Response:
    """Publish what was approved, at once or from a day on."""
    page, number = Page(request).needs(Right.PUBLISH), int(request.match_info["draft"])
    try:
        wanted = PublishDraft(draft=number, start=await page.field("start"))
        published = await request.app[DRAFTS].publish(page.actor, wanted)
    except (UsageError, RefusedError) as exc:
        return await _show(page, number, error=exc)
    return page.go(f"/catalogue/drafts?published={published.release}")


async def _done(
    page: Page, number: int, act: Callable[[], Awaitable[object]], what: str
) -> web.Response:
    """Do something to a draft; the draft again, with why not if it was refused."""
    try:
        await act()
    except (UsageError, RefusedError) as exc:
        return await _show(page, number, error=exc)
    return page.go(f"/catalogue/drafts/{number}?done={what}")


async def _require_read(page: Page) -> None:
    """Raise UsageError unless the reviewer says that everything was read."""
    if await page.field("read") != "yes":
        raise UsageError("请先看完改动和检查结果，再勾选审核通过")


async def _show(page: Page, number: int, *, error: YizhanError | None = None) -> web.Response:
    found = await page.request.app[DRAFTS].draft(
        page.actor, One(draft=number, language=words_language(page))
    )
    last = max(1, -(-len(found.changes) // CHANGES))
    at = min(whole_number(page.request.query.get("page", "")) or 1, last)
    sent = await page.request.post()  # of a form that was refused: it is shown as it was filled in
    changes = found.changes[(at - 1) * CHANGES : at * CHANGES]
    return page.show(
        "catalogue/draft.html",
        status=400 if error else 200,
        found=found,
        changes=changes,
        groups=await _groups(page, number, changes) if len(found.changes) > FEW else [],
        users=await _users(page, number, changes),
        own=OWN_WORDS,
        open={one.item: one.applications for one in found.under_way},
        at=at,
        last=last,
        findings=await _placed(page, number, _sorted(found, of_changed=True)),
        old_findings=await _placed(page, number, _sorted(found, of_changed=False)),
        most=_FINDINGS,
        ways=_ways(page, found),
        error=error,
        typed={name: str(sent.get(name, "")) for name in ("start", "reason")},
        done=page.request.query.get("done", "")[:12],
    )


async def _placed(page: Page, number: int, findings: Sequence[Finding]) -> list[Placed]:
    """Each finding with its place in words; of those that are not listed, too."""
    if not findings:
        return []
    _, entries = await page.request.app[DRAFTS].content(page.actor, number)
    words = page.site.templates.words[page.language].gettext
    placing = Placing(entries, words, words_language(page))
    return await asyncio.to_thread(placing.of, findings)


def _sorted(found: DraftShown, *, of_changed: bool) -> list[Finding]:
    """What was found in what the draft changes, or in the rest, the worst first."""
    changed = {one.item for one in found.changes}
    wanted = [one for one in found.findings if (one.item in changed) is of_changed]
    return sorted(wanted, key=lambda one: _LEVELS.index(one.level.value))


async def _groups(page: Page, number: int, changes: Sequence[Change]) -> list[Group]:
    old, new = await page.request.app[DRAFTS].content(page.actor, number)
    return await asyncio.to_thread(grouped, changes, new, old)


async def _users(page: Page, number: int, changes: Sequence[Change]) -> dict[str, list[Follower]]:
    """The items that follow each paper of the library that is changed, by the change's key."""
    papers = [one.item for one in changes if one.item.startswith(MATERIAL)]
    if not papers:
        return {}
    _, entries = await page.request.app[DRAFTS].content(page.actor, number)

    def found() -> dict[str, list[Follower]]:
        return {key: followers(entries, key.removeprefix(MATERIAL)) for key in papers}

    return await asyncio.to_thread(found)


def _ways(page: Page, found: DraftShown) -> frozenset[str]:
    """What this reader may do with it now."""
    state, may = found.draft.state, page.login.may
    is_open = state in (State.PROPOSED, State.APPROVED, State.REJECTED)
    ways = {
        "approve": state is State.PROPOSED and may(Right.REVIEW),
        "reject": state in (State.PROPOSED, State.APPROVED) and may(Right.REVIEW),
        "publish": state is State.APPROVED and may(Right.PUBLISH),
        "edit": may(Right.AUTHOR) and is_open,
        "withdraw": may(Right.AUTHOR) and is_open,
    }
    return frozenset(verb for verb, can in ways.items() if can)
