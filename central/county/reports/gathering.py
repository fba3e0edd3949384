"""What a monthly report says, gathered from figures, logs and cards.

Source: docs/reports.md.
"""

import calendar
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.figures.course import Course
from central.county.figures.service import Figures
from central.county.ports.keys import Key
from central.county.ratings.sums import RatingSums
from central.county.supervision.ports import Calendars
from central.store.engine import Store
from protocol.casework.fold import fold
from protocol.casework.lights import ORDER, Thresholds, light_of
from protocol.casework.states import OPEN, State
from protocol.json_values import to_json
from protocol.trust.schedule import CHINA

PAGE = 100  # cases whose logs are read in one transaction
DIMENSIONS = ("department", "township", "item")
_WAYS = ("approved", "refused", "not-accepted")
_PACES = {"in-time": "in_time", "promise": "promise", "law": "law", "free": "free"}
Given = Callable[[AsyncSession, str], Awaitable[Sequence[tuple[str, str, str, int, int]]]]


class Courses(Protocol):
    """The room of the logs."""

    async def courses(self, session: AsyncSession, keys: Collection[Key]) -> Sequence[Course]:
        """These cases by their logs. Raises LogBrokenError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """Of one county.

    Args:
        given: cards of a month, by department and post: rung, how many, how many upheld.
        yellow: when yellow begins.
    """

    store: Store
    figures: Figures
    ratings: RatingSums
    courses: Courses
    calendars: Calendars
    yellow: Callable[[AsyncSession], Awaitable[Thresholds]]
    given: Given

    async def of(self, month: str) -> dict[str, Any]:
        """What is known of a month now; it reads in several transactions, and writes nothing."""
        lights, suspended = await self._at_end(month)

        async def work(session: AsyncSession) -> dict[str, Any]:
            parts = {by: await self._by(session, by, month) for by in DIMENSIONS}
            cards = await self.given(session, month)
            return {
                "whole": _whole(parts["department"]["lines"]),
                "lights": lights,
                "suspended": suspended,
                "cards": [
                    dict(zip(("department", "post", "rung", "count", "upheld"), one, strict=True))
                    for one in cards
                ],
                **parts,
            }

        return await self.store.transact(work)

    async def _by(self, session: AsyncSession, by: str, month: str) -> dict[str, Any]:
        first, last = f"{month}-01", last_day(month)
        lines: dict[str, Counter[str]] = {}
        for key, count in await self.figures.received(session, by, first, last):
            lines.setdefault(key, Counter())["received"] += count
        for key, way, pace, stopped, count in await self.figures.done(session, by, first, last):
            line = lines.setdefault(key, Counter())
            names = ("done", way if way in _WAYS else "other", _PACES[pace])
            line.update(dict.fromkeys(names, count))
            line["stopped"] += count * stopped
        for key, count in (await self.figures.undone(session, by, last)).items():
            lines.setdefault(key, Counter())["undone"] += count
        called = await self.figures.names(session, by, [*lines])
        return {
            "lines": [
                {"key": key, "name": called[key] or "—", **_counted(lines[key])}
                for key in sorted(lines)
            ],
            "ratings": to_json(await self.ratings.of(session, by, month, month)),
        }

    async def _at_end(self, month: str) -> tuple[dict[str, int], int]:
        """Lights of what was not done when the month ended, from their logs; and what stood."""
        lights, suspended, after = Counter[str](), 0, ("", b"")
        while True:
            keys, found = await self._page(month, after)
            lights.update(light for light, _ in found)
            suspended += sum(stands for _, stands in found)
            if len(keys) < PAGE:
                return {one.value: lights[one.value] for one in ORDER}, suspended
            after = keys[-1]

    async def _page(self, month: str, after: Key) -> tuple[list[Key], list[tuple[str, bool]]]:
        end = datetime.fromisoformat(f"{last_day(month)}T23:59:59.999")
        end_ms = int(end.replace(tzinfo=CHINA).timestamp() * 1000)

        async def work(session: AsyncSession) -> tuple[list[Key], list[tuple[str, bool]]]:
            keys = await self.figures.undone_keys(session, last_day(month), after, PAGE)
            yellow, found = await self.yellow(session), list[tuple[str, bool]]()
            for course in await self.courses.courses(session, keys):
                status = fold(one for one in course.events if one.at_ms <= end_ms)
                if status.state in OPEN:
                    _, calendars = await self.calendars(session, status.calendars)
                    lit = light_of(status, course.rules, calendars, end, yellow)
                    found.append((lit.light.value, status.state is State.SUSPENDED))
            return keys, found

        return await self.store.transact(work)


def last_day(month: str) -> str:
    """Of a month, as 2027-01-31."""
    year, number = map(int, month.split("-"))
    return f"{month}-{calendar.monthrange(year, number)[1]:02}"


COUNTS = (
    *("received", "done", "in_time", "promise", "law", "free"),
    *("approved", "refused", "not-accepted", "other", "stopped", "undone"),
)
"""What is counted of each group."""


def _counted(line: Mapping[str, int]) -> dict[str, int]:
    return {name: line.get(name, 0) for name in COUNTS}


def _whole(lines: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    return {name: sum(_values(lines, name)) for name in COUNTS}


def _values(lines: Sequence[Mapping[str, Any]], name: str) -> Iterator[int]:
    return (int(one[name]) for one in lines)
