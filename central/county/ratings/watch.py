"""The clock of bad ratings: what is late gets a card of supervision, once for each rung.

Source: docs/ratings.md, "Supervision".
"""

import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.ratings import queries
from central.county.ratings.limits import light_of, working_days
from central.county.ratings.models import CallbackRow
from central.county.ratings.service import due_of
from central.county.ratings.steps import is_called
from central.county.supervision.firing import Firing
from central.county.supervision.giving import Whose, give
from central.county.supervision.ports import Calendars
from central.county.supervision.rules import At, Rule, Trigger
from central.store.engine import Store
from protocol.casework.clocks import NEWEST
from protocol.catalogue.calendars.workdays import Calendar
from protocol.ports import Clock
from protocol.trust.schedule import local_time

PAGE = 50  # in one transaction
MAX_PAGES = 200  # in one go; the rest in the next

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackWatch:
    """Of one county.

    Args:
        rules: of supervision, that count now.
        believed: whether this machine's date can be believed now; while it can't, nothing happens.
    """

    store: Store
    calendars: Calendars
    rules: Callable[[AsyncSession], Awaitable[Sequence[Rule]]]
    clock: Clock
    believed: Callable[[], bool]

    async def look(self) -> None:
        """A job: look at every open bad rating once a day, and after each step."""
        given = 0
        for _ in range(MAX_PAGES):
            if not self.believed():
                return
            looked, cards = await self.store.transact(self._page)
            given += cards
            if looked < PAGE:
                break
        if given:
            log.info("cards", extra={"event": "ratings.cards", "count": given})

    async def _page(self, session: AsyncSession) -> tuple[int, int]:
        now_ms = self.clock.now_ms()
        day = local_time(now_ms).date()
        rows = await queries.to_look(session, day.isoformat(), PAGE)
        if not rows:
            return 0, 0
        rules = [one for one in await self.rules(session) if one.trigger is Trigger.CALLBACK]
        _, calendars = await self.calendars(session, ())
        given = 0
        for row in rows:
            for one in firings(row, rules, day, calendars[NEWEST]):
                given += await give(session, _whose(row), one, now_ms)
            row.looked_day = day.isoformat()
        return len(rows), given


def firings(
    row: CallbackRow, rules: Sequence[Rule], day: date, calendar: Calendar
) -> Iterator[Firing]:
    """Every rung that a bad rating has reached, whether or not it was before."""
    subject = "办结" if is_called(row) else "回访"
    for rule in rules:
        for at in rule.rungs:
            if _reached(at, due_of(row), day, calendar):
                yield Firing(
                    rule=rule.id,
                    rung=at.rung,
                    subject=subject,
                    since=due_of(row),
                    words=f"{rule.word}：{subject}",
                    department=row.department,
                    post="",
                )


def _reached(at: At, due: str, day: date, calendar: Calendar) -> bool:
    if at.near:
        return light_of(due, day, calendar) != "green"
    end = date.fromisoformat(due)
    behind = working_days(end, day, calendar)
    return (max(1, behind) if day > end else behind) >= at.over


def _whose(row: CallbackRow) -> Whose:
    return Whose(
        key=(row.station, row.application),
        number=row.number,
        item=row.item,
        item_type=row.item_type,
    )
