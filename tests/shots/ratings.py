"""Bad ratings of a county, at several steps, for pictures."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.calls import ListCases
from central.county.county import County
from central.county.flows.log import By
from central.county.ratings.limits import BAD
from central.county.ratings.opening import Done
from protocol.casework.events.closing import Rated
from protocol.trust.schedule import local_time
from tests.builders.clock import FakeClock

_SAID = (
    (1, "窗口来回跑了三趟，每次说的材料都不一样。"),
    (2, "等得太久，没有人打电话。"),
    (1, ""),
    (5, ""),
    (4, "办得快。"),
    (5, ""),
    (3, ""),
)
_STEPS = (
    ("taken", "", "", "陆经办"),
    ("called", "unreached", "上午十点，没有人接。", "陆经办"),
    ("called", "reached", "说第一次没有拿到一次性告知单，第二次窗口换了人。", "陆经办"),
    ("found", "true", "查了三次的登记，情况属实。", "黄督查"),
    ("mended", "", "窗口两人都重新培训，一次性告知单已补发。", "陆经办"),
)


async def rated(county: County) -> list[str]:
    """Decided cases are rated; one bad rating is called back: the numbers of two."""
    page = await county.case_room.list.page(ListCases(state="decided"), limit=100)
    pairs = zip(_SAID * 4, page.cases, strict=False)
    bad = [one.case for said, one in pairs if await _rate(county, one.case, *said)]
    for kind, detail, said, by in _STEPS:
        await county.ratings.callbacks.do(bad[0], Done(kind=kind, detail=detail, words=said, by=by))
    return bad[:2]


async def _rate(county: County, number: str, level: int, words: str) -> bool:
    """Whether it is to be called back."""
    case = await county.flows.life(number)
    body, now_ms = Rated(level=level, note=words), county.supervision.watch.clock.now_ms()

    async def work(session: AsyncSession) -> None:
        await county.flows.log.append(session, case, [body], By(), now_ms)

    await county.work.store.transact(work)
    return level in BAD


async def frozen(county: County) -> list[str]:
    """The month is over, and has its report twice: the addresses of both."""
    reports = county.reports
    later = FakeClock(now_ms=reports.clock.now_ms() + 40 * 86_400_000)
    month = f"{local_time(reports.clock.now_ms()):%Y-%m}"
    for reason in ("", "县民政局九月补录了三件，按办结日更正。"):
        await replace(reports, clock=later, believed=lambda: True).make(month, reason, "李建国")
    return [f"/reports/{month}/{edition}" for edition in (1, 2)]
