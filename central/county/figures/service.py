"""Figures of cases: kept as logs grow, compared with them, and summed.

Source: docs/ratings.md, "What is counted".
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.figures import queries
from central.county.figures.course import Course, day_of, figures_of, is_moved
from central.county.ports.keys import Key
from central.county.ports.relay import Nodes
from central.county.supervision.ports import Calendars
from protocol.catalogue.items.model import Item
from protocol.ids import NodeId
from protocol.trust.roster import Role

ItemOf = Callable[[AsyncSession, int, str], Awaitable[Item | None]]
TOWNSHIP_DIGITS = 9  # of a division code
_NEW: Mapping[str, object] = {
    "done_day": "",
    "way": "",
    "pace": "",
    "stopped": False,
    "level": 0,
    "excluded": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Of one county."""

    nodes: Nodes
    calendars: Calendars
    item_of: ItemOf

    async def opened(self, session: AsyncSession, courses: Sequence[Course]) -> None:
        """Count cases that were just opened; joins the transaction."""
        if courses:
            await queries.add(session, [self._new(one) for one in courses])

    async def moved(self, session: AsyncSession, course: Course) -> None:
        """Count a case anew in whose log something was written; joins the transaction."""
        if is_moved(course):
            await queries.move(session, course.key, await self._values(session, course))

    async def exclude(self, session: AsyncSession, key: Key, *, excluded: bool) -> None:
        """Leave the rating of a case out of sums, or take it in again."""
        await queries.move(session, key, {"excluded": excluded})

    async def differs(self, session: AsyncSession, course: Course) -> bool:
        """Whether the row of a case is not what its log says."""
        row = await queries.of(session, course.key)
        again = {
            **await self._values(session, course),
            "item": course.item,
            "received_day": day_of(course.events[0].at_ms),
        }
        return row is None or any(getattr(row, name) != value for name, value in again.items())

    async def without_case(
        self, session: AsyncSession, after: Key, last: Key | None, cases: Collection[Key]
    ) -> list[Key]:
        """Rows of none of these cases, behind a key and up to another."""
        return [key for key in await queries.keys_between(session, after, last) if key not in cases]

    async def mend(self, session: AsyncSession, key: Key, course: Course | None) -> bool:
        """Whether the row of a case was not what its log says; now it is.

        Args:
            course: by its log, in which nobody writes meanwhile; None: there is no such case.
        """
        row = await queries.of(session, key)
        if course is None:
            await queries.drop(session, key)
            return row is not None
        if row is None:
            await self.opened(session, [course])
        elif not await self.differs(session, course):
            return False
        values = await self._values(session, course)
        received = {"item": course.item, "received_day": day_of(course.events[0].at_ms)}
        await queries.move(session, key, {**values, **received})
        return True

    async def rated(
        self, session: AsyncSession, by: str, first: str, last: str
    ) -> Sequence[tuple[str, int, bool, int]]:
        """Of cases done between two days that could be rated: group, level, excluded, count."""
        return await queries.rated(session, by, first, last)

    async def received(
        self, session: AsyncSession, by: str, first: str, last: str
    ) -> Sequence[tuple[str, int]]:
        """How many cases came between two days, by group, or by ``day``."""
        return await queries.received(session, by, first, last)

    async def done(
        self, session: AsyncSession, by: str, first: str, last: str
    ) -> Sequence[tuple[str, str, str, bool, int]]:
        """Of cases done between two days: group, way, pace, whether it stopped, how many."""
        return await queries.done(session, by, first, last)

    async def undone(self, session: AsyncSession, by: str, last: str) -> Mapping[str, int]:
        """Cases that had come by a day, and were not done on it, by group."""
        return await queries.undone(session, by, last)

    async def undone_keys(
        self, session: AsyncSession, last: str, after: Key, limit: int
    ) -> list[Key]:
        """A page of the same cases, in the order of their keys."""
        return await queries.undone_keys(session, last, after, limit)

    async def names(
        self, session: AsyncSession, by: str, keys: Collection[str]
    ) -> Mapping[str, str]:
        """What people call these groups; one that nobody knows keeps its code."""
        if by == "item":
            found = {key: await self.item_of(session, 0, key) for key in keys}
            return {key: item.public_name if item else key for key, item in found.items()}
        if by == "township":
            hubs = {
                one.code[:TOWNSHIP_DIGITS]: one.name
                for one in self.nodes.roster.nodes.values()
                if one.role is Role.HUB
            }
            return {key: hubs.get(key, key) for key in keys}
        return {key: key for key in keys}

    async def _values(self, session: AsyncSession, course: Course) -> dict[str, object]:
        _, calendars = await self.calendars(session, course.status.calendars)
        return figures_of(course, calendars)

    def _new(self, course: Course) -> dict[str, object]:
        return {
            **_NEW,
            "station": course.key[0],
            "application": course.key[1],
            "item": course.item,
            "department": course.rules.department,
            "township": self.township(course.key[0]),
            "received_day": day_of(course.events[0].at_ms),
        }

    def township(self, station: str) -> str:
        """The nine digits of a station's township; empty: nobody knows the station."""
        entry = self.nodes.roster.nodes.get(NodeId(station))
        return entry.code[:TOWNSHIP_DIGITS] if entry else ""
