"""A bad rating has come: it is to be called back, by days that the county's calendar counts.

Source: docs/ratings.md, "Limits".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.figures.course import Course
from central.county.figures.service import Figures
from central.county.ports.keys import Key
from central.county.ratings import queries
from central.county.ratings.limits import BAD, Limits, limits_text, read_limits
from central.county.ratings.models import CallbackRow
from central.county.supervision.ports import Calendars
from central.store.engine import Store
from protocol.casework.clocks import NEWEST
from protocol.casework.events.closing import Rated
from protocol.casework.events.log import Event
from protocol.trust.schedule import local_time

_UNTOUCHED: dict[str, Any] = {
    "state": "open",
    "holder": "",
    "tries": 0,
    "reached": False,
    "finding": "",
    "mended": False,
    "answered": False,
    "closed_ms": 0,
    "looked_day": "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What somebody does about a bad rating."""

    kind: str
    detail: str = ""
    words: str = field(default="", repr=False)
    by: str = ""  # account; empty: the county's program
    checked: bool = False  # whether they have to work for the department


async def note(session: AsyncSession, key: Key, done: Done, now_ms: int) -> None:
    """Write what was done. Joins the transaction."""
    values = {
        "kind": done.kind,
        "detail": done.detail,
        "by_name": done.by,
        "at_ms": now_ms,
        "words": done.words,
    }
    await queries.add_step(session, key, values)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackOpening:
    """Of one county."""

    store: Store
    figures: Figures
    calendars: Calendars

    async def noted(self, session: AsyncSession, courses: Sequence[Course]) -> None:
        """Cases were rated, perhaps: a bad rating is to be called back. Joins the transaction."""
        for course in courses:
            for event in course.new:
                if isinstance(event.body, Rated) and event.body.level in BAD:
                    await self._rated(session, course, event, event.body.level)

    async def limits(self, session: AsyncSession) -> Limits:
        """Those that count."""
        return read_limits(await queries.limits(session))

    async def limits_now(self) -> Limits:
        """The same, in a transaction of its own."""
        return await self.store.transact(self.limits)

    async def set_limits(self, call: str, close: str) -> Limits:
        """Let these count for what comes from now on; both empty: the usual ones again.

        Raises:
            UsageError: they are none.
        """
        text = limits_text(call, close)

        async def work(session: AsyncSession) -> Limits:
            await queries.set_limits(session, text)
            return await self.limits(session)

        return await self.store.transact(work)

    async def _rated(self, session: AsyncSession, course: Course, event: Event, level: int) -> None:
        before = await queries.callback(session, course.key, held=True)
        if before is not None and before.state != "closed":
            return  # it is called back anyway
        _, calendars = await self.calendars(session, ())
        day = local_time(event.at_ms).date()
        call, close = (await self.limits(session)).ends(day, calendars[NEWEST])
        values = {
            **_UNTOUCHED,
            "n": event.n,
            "level": level,
            "opened_ms": event.at_ms,
            "call_day": call,
            "close_day": close,
        }
        if before is None:
            await queries.open_one(session, {**await self._named(session, course), **values})
        else:
            await self._again(session, before, values)

    async def _named(self, session: AsyncSession, course: Course) -> dict[str, object]:
        item = await self.figures.item_of(session, course.status.release, course.item)
        return {
            "station": course.key[0],
            "application": course.key[1],
            "number": course.number,
            "item": item.public_name if item else course.item,
            "item_type": item.type if item else "",
            "department": course.rules.department,
        }

    async def _again(self, session: AsyncSession, row: CallbackRow, values: dict[str, Any]) -> None:
        """Closed before, and rated badly once more."""
        for name, value in values.items():
            setattr(row, name, value)
        key = (row.station, row.application)
        await self.figures.exclude(session, key, excluded=False)
        await note(session, key, Done(kind="again"), row.opened_ms)
