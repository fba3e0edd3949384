"""The list of cases that may be one, and two of them side by side."""

from aiohttp import web

from central.accounts.roles import Right
from central.county.flows.calls import CaseLife
from central.county.flows.duplicates.pages.keys import DUPLICATES
from central.county.flows.duplicates.pages.sides import lines_of, papers_beside
from central.county.flows.duplicates.service import JudgePair, Said
from central.county.flows.pages.keys import FLOWS
from central.county.flows.words import state_word
from protocol.errors import RefusedError, UsageError
from runtime.web.numbers import whole_number
from runtime.web.page import Page

routes = web.RouteTableDef()

CASE = "{case:[0-9A-Za-z-]{1,40}}"
OTHER = "{other:[0-9A-Za-z-]{1,40}}"
_PLACE_CHARS = 140
_SEEN_DIGITS = 9
_MERGE_OTHER = "merge-other"


@routes.get("/duplicates")
async def listed(request: web.Request) -> web.Response:
    """Pairs that nobody has judged."""
    page = Page(request).needs(Right.CASES)
    after = request.query.get("after", "")[:_PLACE_CHARS]
    found = await request.app[DUPLICATES].page(page.actor, after)
    return page.show("duplicates/listed.html", found=found, state_word=state_word)


@routes.get(f"/cases/{CASE}/beside/{OTHER}")
async def both(request: web.Request) -> web.Response:
    """Two cases, field by field and paper by paper."""
    return await _show(Page(request).needs(Right.CASES))


@routes.post(f"/cases/{CASE}/beside/{OTHER}")
async def judge(request: web.Request) -> web.Response:
    """Link them, let one go on as the other, or say that they are two."""
    page = Page(request).needs(Right.CASES)
    case, other = (request.match_info[name] for name in ("case", "other"))
    said, reason = await page.field("said", most=20), await page.field("reason")
    seen = [await page.field(name, most=_SEEN_DIGITS) for name in ("seen", "seen_other")]
    if said == _MERGE_OTHER:
        case, other, said = other, case, Said.MERGE.value
        seen.reverse()
    try:
        wanted = JudgePair(
            case=case,
            other=other,
            said=_said(said),
            reason=reason,
            seen=whole_number(seen[0]) or 0,
        )
        await request.app[DUPLICATES].judge(page.actor, wanted)
    except (RefusedError, UsageError) as exc:
        return await _show(page, error=exc, reason=reason)
    if said == Said.NONE.value:
        return page.go("/duplicates")
    return page.go(f"/cases/{case}?done={said}")


async def _show(
    page: Page, *, error: RefusedError | UsageError | None = None, reason: str = ""
) -> web.Response:
    app = page.request.app
    case, other = (page.request.match_info[name] for name in ("case", "other"))
    shown = await app[DUPLICATES].both(page.actor, case, other)
    lives = [await app[FLOWS].life(page.actor, CaseLife(case=one.case.case)) for one in shown]
    lines = lines_of(shown, page.language)
    return page.show(
        "duplicates/both.html",
        status=400 if error else 200,
        both=[one.case for one in shown],
        lives=lives,
        states=[state_word(one.state) for one in lives],
        lines=lines,
        differing=sum(1 for one in lines if one.differs),
        papers=papers_beside(shown),
        merges=["merge" in one.enabled for one in lives],
        links="link" in lives[0].enabled,
        error=error,
        reason=reason,
    )


def _said(text: str) -> Said:
    try:
        return Said(text)
    except ValueError:
        raise UsageError("请选一种处理") from None
