"""Opening the cases of what has come, under the numbers that stations gave them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.arrival.register import Arrival, CaseRegister, Entry
from central.county.casework.cases import Cases, number_of
from central.county.flows.arrivals import CaseArrivals, Opened
from central.county.flows.log import Begun
from central.county.numbers.counting import Told
from central.county.numbers.service import NumberBlocks
from protocol.ids import EnvelopeId


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpening:
    """Of one county."""

    register: CaseRegister
    blocks: NumberBlocks
    cases: Cases
    life: CaseArrivals

    async def enter(
        self, session: AsyncSession, arrivals: Sequence[Arrival], now_ms: int
    ) -> Mapping[EnvelopeId, Entry]:
        """Count the numbers that they bring, open their cases, and begin their logs."""
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
        entries = await self.register.enter(session, numbered, now_ms)
        fresh = [one for one in arrivals if not entries[one.envelope].duplicate]
        await self._begin(session, fresh, entries, now_ms)
        return entries

    async def _begin(
        self,
        session: AsyncSession,
        fresh: Sequence[Arrival],
        entries: Mapping[EnvelopeId, Entry],
        now_ms: int,
    ) -> None:
        if not fresh:
            return
        corrected = {(one.station, one.content.corrects) for one in fresh if one.content.corrects}
        before = await self.cases.of(session, corrected) if corrected else {}
        opened = [
            Opened(
                begun=Begun(
                    key=one.key,
                    item=one.content.item,
                    release=one.content.release,
                    corrects=number_of(before, one.station, one.content.corrects) or "",
                    window_ms=one.content.taken.window_ms if one.content.taken else 0,
                    window_day=one.content.taken.window_day if one.content.taken else "",
                ),
                number=entries[one.envelope].number,
                answers=one.content.corrects or one.content.supersedes or None,
            )
            for one in fresh
        ]
        await self.life.opened(session, opened, now_ms)
