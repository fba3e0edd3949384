"""How much the county does again because one node asks, and since when: on disk, and bounded.

The node's own word about time or need does not count. The county's date alone may jump, so where
this process saw a span begin, that much running time must have passed as well.

Source: docs/protocol.md section 9.3.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.intake.models import AllowanceRow
from protocol.ids import NodeId
from protocol.limits import ALLOWANCE_S, NUMBER_ANSWERS, RENEWALS, TOLD_AGAIN
from protocol.ports import Clock


class Allowances:
    """Looks them up and draws on them, in the caller's transaction."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._begun_s: dict[NodeId, float] = {}  # spans that this process has seen begin

    async def envelopes_left(self, session: AsyncSession, node: NodeId) -> int:
        """Of how many envelopes ``node`` may still be told again."""
        return max(TOLD_AGAIN - (await self._row(session, node)).told, 0)

    async def tell(self, session: AsyncSession, node: NodeId, count: int) -> None:
        """``node`` is told of ``count`` envelopes again."""
        (await self._row(session, node)).told += count

    async def renew(self, session: AsyncSession, node: NodeId) -> bool:
        """Whether ``node`` may have its keys renewed now; it counts then."""
        row = await self._row(session, node)
        if row.renewals >= RENEWALS:
            return False
        row.renewals += 1
        return True

    async def numbers(self, session: AsyncSession, node: NodeId) -> bool:
        """Whether ``node`` may be sent a block of numbers now; it counts then."""
        row = await self._row(session, node)
        if row.numbers >= NUMBER_ANSWERS:
            return False
        row.numbers += 1
        return True

    async def _row(self, session: AsyncSession, node: NodeId) -> AllowanceRow:
        """What was drawn in the present span; a new one begins with nothing drawn."""
        now_ms, now_s = self._clock.now_ms(), self._clock.ticks_s()
        row = await session.get(AllowanceRow, node)
        if row is None:
            row = AllowanceRow(node=node, begun_ms=now_ms, told=0, renewals=0, numbers=0)
            session.add(row)
            self._begun_s[node] = now_s
        begun_s = self._begun_s.get(node)
        has_lasted = begun_s is None or now_s - begun_s >= ALLOWANCE_S
        if has_lasted and abs(now_ms - row.begun_ms) >= ALLOWANCE_S * 1000:
            row.begun_ms, row.told, row.renewals, row.numbers = now_ms, 0, 0, 0
            self._begun_s[node] = now_s
        return row
