"""Tickets that the county itself writes: from blocks of its own, strictly in order.

The county charges only where the policy names its own node under ``[numbers] charging``. A block
is opened when one is needed. It ends with its year, and when the county was restored: what was
used of it since the backup is not known.

Source: docs/numbers.md, "Tickets".
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.counters.lives import life_number
from central.county.numbers import kept, queries
from central.county.numbers.issuing import Issuing
from central.county.numbers.models import BlockRow
from protocol.errors.numbers import NumberChargingError
from protocol.ids import NONCE_BYTES, NodeId
from protocol.numbers.number import LIFE_SERIALS, Number, NumberKind, Series
from protocol.trust.schedule import local_time

_START = "000000"  # no PC of a village used it
RESTORED, YEAR_OVER = "县中心数据被恢复", "年度已过"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSums:
    """Of all own blocks: issued = used + voided + remaining."""

    issued: int
    used: int
    voided: int
    remaining: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTickets:
    """Of one county."""

    issuing: Issuing
    node: NodeId  # of the county
    hold: Callable[[AsyncSession], Awaitable[None]]  # nobody closes a block meanwhile

    async def take(self, session: AsyncSession, application: bytes) -> str:
        """The next number, used for this application.

        Raises:
            NumberChargingError: the county itself may not charge.
            NumberSeriesError: no serials are left in this year.
        """
        row = await self._block(session)
        series = Series(issuer=row.issuer, kind=NumberKind.TICKET, year=row.year)
        number = Number(series=series, serial=row.next, start=_START)
        await kept.came(
            session,
            row,
            number,
            others=(),
            application=application,
            now_ms=self.issuing.clock.now_ms(),
        )
        await session.flush()
        return number.text

    async def void(self, session: AsyncSession, count: int, reason: str) -> None:
        """The next ``count`` tickets of the block in use are never used.

        Raises:
            NumberSpentError: so many are not left in it.
            NumberWrongError: no reason is given.
            And as :meth:`take`.
        """
        row = await self._block(session)
        runs = await queries.runs_of(session, [row])
        use = kept.use_of(row, runs[row.station, row.block])
        await kept.is_so(session, row, use.void(count, reason))

    async def sums(self, session: AsyncSession) -> TicketSums:
        """What became of all tickets that the county ever had for itself."""
        rows = await queries.blocks(session, self.node)
        return TicketSums(
            issued=sum(row.issued for row in rows),
            used=sum(row.used for row in rows),
            voided=sum(row.voided for row in rows),
            remaining=sum(row.remaining for row in rows),
        )

    async def _block(self, session: AsyncSession) -> BlockRow:
        """The block in use; the counter's lock puts those who take in order."""
        if self.node not in self.issuing.rules().charging:
            raise NumberChargingError(self.node)
        year = local_time(self.issuing.clock.now_ms()).year
        await self.hold(session)
        life = life_number(await self.issuing.life(session))
        for row in await queries.open_blocks(session, {self.node}):
            if row.year == year and row.first // LIFE_SERIALS == life:
                if row.remaining:
                    return row
                continue
            await self._close(session, row, YEAR_OVER if row.year != year else RESTORED)
        return await self._open(session, year)

    async def _open(self, session: AsyncSession, year: int) -> BlockRow:
        count = self.issuing.rules().block
        first = await self.issuing.own_serials(session, year, count)
        entry = self.issuing.nodes.roster.nodes[self.node]
        row = BlockRow(
            station=self.node,
            block=self.issuing.randomness.token(NONCE_BYTES),
            issuer=self.issuing.own,
            kind=NumberKind.TICKET.value,
            year=year,
            first=first,
            last=first + count - 1,
            next=first,
            voided=0,
            arrived=0,
            twice=0,
            said_next=0,
            start=None,
            signing=entry.keys.signing if entry.keys else b"",
            forks=0,
            issued_ms=self.issuing.clock.now_ms(),
        )
        session.add(row)
        await session.flush()
        return row

    async def _close(self, session: AsyncSession, row: BlockRow, why: str) -> None:
        runs = await queries.runs_of(session, [row])
        row.closed_ms, row.closed_why = self.issuing.clock.now_ms(), why
        await kept.is_so(session, row, kept.use_of(row, runs[row.station, row.block]).close(why))
