"""The lease: one row says which process leads. Nobody's date counts, and nothing dies with a line.

Who wants it watches the row's beat by its own monotonic clock; if that has not moved for
``LEASE_S``, the holder can't believe any more that it leads (it stops by itself after ``HOLD_S``),
and the row is taken by comparing and setting. The epoch is the fence: what a former
holder writes late compares its own with the row's, in the same transaction, and is refused.

Source: docs/adr/0061-one-lead-and-other-processes.md.
"""

import asyncio
import logging
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.lead.models import LeaseRow
from central.store.base import table_of
from central.store.engine import Store
from central.store.insert import insert_new
from protocol.errors import LeadElsewhereError, StoreError
from protocol.ports import Clock

log = logging.getLogger(__name__)

BEAT_S = 3.0  # between two signs of life
HOLD_S = 10.0  # without one a holder does nothing more; three may fail
LEASE_S = 15.0  # without one seen, another takes it: later than the holder has stopped

_LOOK_S = 1.0
_LEAD = "lead"
_ROW = select(LeaseRow.holder, LeaseRow.epoch, LeaseRow.beat).where(LeaseRow.name == _LEAD)


@dataclass(frozen=True, slots=True)
class Held:
    """What the row says."""

    holder: str  # host and folder; empty: nobody
    epoch: int
    beat: int


NOBODY = Held("", 0, 0)


class Lease:
    """The right to lead, as one process has it or wants it."""

    def __init__(self, store: Store, clock: Clock, holder: str) -> None:
        """``holder``: host and data folder; whoever has it also has the folder's own lock."""
        self._store, self._clock, self.holder = store, clock, holder
        self.epoch = 0  # none
        self._renewed_s = 0.0
        self.lost = asyncio.Event()

    @property
    def holds(self) -> bool:
        """Whether this process surely leads now."""
        fresh = self._clock.ticks_s() - self._renewed_s < HOLD_S
        return bool(self.epoch) and fresh and not self.lost.is_set()

    async def take(self) -> None:
        """Lead from now on; waits as long as another may still believe that it does.

        Raises:
            LeadElsewhereError: another process leads.
        """
        seen, since_s = None, self._clock.ticks_s()
        while True:
            row, now_s = await self._store.transact(leader), self._clock.ticks_s()
            if seen is not None and row != seen and row.holder:
                raise LeadElsewhereError(row.holder)
            if row.holder in ("", self.holder) or (seen and now_s - since_s >= LEASE_S):
                if await self._store.transact(partial(self._seize, row=row)):
                    self._renewed_s = now_s
                    return
            else:
                seen = row
            await self._clock.sleep(_LOOK_S)

    async def beat(self) -> None:
        """Show a sign of life, once."""
        now_s = self._clock.ticks_s()

        async def work(session: AsyncSession) -> int:
            mine = update(LeaseRow).where(LeaseRow.name == _LEAD, LeaseRow.epoch == self.epoch)
            more = mine.values(beat=LeaseRow.beat + 1).returning(LeaseRow.beat)
            return int(await session.scalar(more) or 0)

        if await self._store.transact(work):
            self._renewed_s = now_s
        else:
            log.critical("another process leads now", extra={"event": "lead.lost"})
            self.lost.set()

    async def keep(self) -> None:
        """Show signs of life until the lease is lost or the caller ends this."""
        while not self.lost.is_set():
            try:
                await self.beat()
            except StoreError as exc:
                fields = {"event": "lead.not-renewed", "code": exc.code}
                log.warning("the lease could not be renewed", extra=fields)
            await self._clock.sleep(BEAT_S)

    async def give_back(self) -> None:
        """Another may lead at once."""

        async def work(session: AsyncSession) -> None:
            mine = update(LeaseRow).where(LeaseRow.name == _LEAD, LeaseRow.epoch == self.epoch)
            await session.execute(mine.values(holder=""))

        await self._store.transact(work)
        self.epoch = 0

    async def fence(self, session: AsyncSession) -> None:
        """Make sure, until the transaction ends, that this process still leads.

        Raises:
            LeadElsewhereError: it does not; nothing is to be written.
        """
        row = await leader(session, lock=True)
        if row.epoch != self.epoch:
            raise LeadElsewhereError(row.holder)

    async def _seize(self, session: AsyncSession, *, row: Held) -> bool:
        after = {"holder": self.holder, "epoch": row.epoch + 1, "beat": row.beat + 1}
        if row == NOBODY:
            new = insert_new(session, LeaseRow).values(name=_LEAD, **after)
            done = await session.scalar(new.returning(table_of(LeaseRow).c.epoch))
        else:
            same = (LeaseRow.epoch == row.epoch, LeaseRow.beat == row.beat)
            mine = update(LeaseRow).where(LeaseRow.name == _LEAD, *same).values(**after)
            done = await session.scalar(mine.returning(LeaseRow.epoch))
        if done:
            self.epoch = row.epoch + 1
        return bool(done)


async def leader(session: AsyncSession, *, lock: bool = False) -> Held:
    """Who leads, as far as the row says.

    Args:
        lock: nobody else begins to before the transaction ends.
    """
    found = await session.execute(_ROW.with_for_update(read=True) if lock else _ROW)
    row = found.one_or_none()
    return Held(*row) if row else NOBODY
