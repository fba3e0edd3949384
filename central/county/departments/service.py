"""Departments and posts: one snapshot for every question, and changes that strand no case.

A change is made of the snapshot of before, in a transaction that holds the room's lock; what is
different is written. Cases move in the same transaction.

Source: docs/operations.md, "Departments and posts".
"""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.counters.service import last_given, take
from central.county.departments.changing import Changed
from central.county.departments.ports import Able, Standing
from central.county.departments.queries import read, write
from central.county.departments.staffing import Staffing
from central.store.engine import Store
from protocol.errors.posts import PostStandingError
from protocol.ports import Clock
from protocol.trust.schedule import local_time

__all__ = ["Departments", "Effect", "read"]

_SERIES = "departments"  # its number tells one state from the next, its lock puts changes in order
_NOTHING = (-1, Staffing())

Change = Callable[[Staffing], Changed]


class Effect(NamedTuple):
    """Who worked where before a change, and who does after it."""

    before: Staffing
    after: Staffing


class Departments:
    """The departments of one county."""

    def __init__(self, *, store: Store, able: Able, standing: Standing, clock: Clock) -> None:
        self._store, self._able, self._standing, self._clock = store, able, standing, clock
        self._held = _NOTHING

    async def snapshot(self, session: AsyncSession) -> Staffing:
        """Who works where now, in the caller's transaction; read anew only after a change."""
        number, able = await last_given(session, _SERIES), await self._able(session)
        known, staffing = self._held
        if known == number and staffing.able == able:
            return staffing
        staffing = await read(session, able)
        self._held = (number, staffing)
        return staffing

    async def now(self) -> Staffing:
        """The same, in a transaction of its own."""
        return await self._store.transact(self.snapshot)

    async def change(self, change: Change, by: str) -> Effect:
        """Change it; cases move along.

        Args:
            by: who asks, as events name it.

        Raises as ``change``, and:
            PostStandingError: open cases stand there, and no successor is named.
        """

        async def work(session: AsyncSession) -> Effect:
            await take(session, _SERIES, 1)
            before = await self.snapshot(session)
            made = change(before)
            for move in made.moves:
                count = await self._standing.standing(session, move.origin)
                if count and move.to is None:
                    raise PostStandingError(str(count))
                if count and move.to is not None:
                    await self._standing.move(session, move.origin, move.to, by)
            await write(session, before, made.staffing)
            return Effect(before=before, after=made.staffing)

        try:
            return await self._store.transact(work)
        finally:  # what was read within, and is not committed after all, is not to be believed
            self._held = _NOTHING

    @property
    def today(self) -> date:
        """By the county's clock."""
        return local_time(self._clock.now_ms()).date()

    @property
    def now_ms(self) -> int:
        """By the county's clock."""
        return self._clock.now_ms()
