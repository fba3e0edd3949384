"""Housekeeping: what lay long enough in quarantine goes; that it came stays on record."""

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.intake.queries import forget_quarantine
from central.store.engine import Store
from protocol.ports import Clock

KEPT_MS = 365 * 86_400_000  # a year, in which a station may ask what became of its envelope


class Housekeeping:
    """A slow job of the county."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def tidy(self) -> None:
        """Drop quarantined bytes that are older than a year."""
        before_ms = self._clock.now_ms() - KEPT_MS

        async def work(session: AsyncSession) -> None:
            await forget_quarantine(session, before_ms)

        await self._store.transact(work)
