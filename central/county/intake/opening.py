"""Opening the cases of what has come, under the numbers that stations gave them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.register import Arrival, CaseRegister, Entry
from central.county.numbers.counting import Told
from central.county.numbers.service import NumberBlocks
from protocol.ids import EnvelopeId


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpening:
    """Of one county."""

    register: CaseRegister
    blocks: NumberBlocks

    async def enter(
        self, session: AsyncSession, arrivals: Sequence[Arrival], now_ms: int
    ) -> Mapping[EnvelopeId, Entry]:
        """Count the numbers that they bring, and open their cases."""
        told = [
            Told(
                station=one.station,
                envelope=one.envelope,
                application=one.content.application,
                number=one.content.number,
            )
            for one in arrivals
            if one.content.number
        ]
        found = await self.blocks.counting.numbered(session, told)
        numbered = [replace(one, number=found.get(one.envelope, "")) for one in arrivals]
        return await self.register.enter(session, numbered, now_ms)
