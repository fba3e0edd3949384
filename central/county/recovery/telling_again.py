"""What the county told stations, told once more: after it was set back, under its new name.

Source: docs/protocol.md section 9.4.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.facts import Case
from central.county.followups.custody import Custody
from central.county.intake.answers import Answers, Line
from central.county.intake.arrivals import Arrivals
from central.county.intake.awaiting import awaiting_lines
from central.county.intake.facts import Carrier
from central.county.review.receipts import review_queue_lines
from protocol.envelope.payloads import ReceiptState
from protocol.ports import Clock

_PAGE = 512  # envelopes told again at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingAgain:
    """How far each envelope has got, by what lies here."""

    answers: Answers
    arrivals: Arrivals
    custody: Custody
    clock: Clock

    async def tell(self, session: AsyncSession) -> None:
        """RECEIVED or COMPLETE once more, for all that was not told SAFE."""
        waiting = await awaiting_lines(session)
        await self.answers.receipts(session, waiting, self.clock.now_ms())
        after, page = ("", b""), None
        while page is None or len(page) == _PAGE:
            page = await self.arrivals.not_safe(session, after=after, limit=_PAGE)
            lines = await self._lines(session, page)
            await self.answers.receipts(session, lines, self.clock.now_ms())
            after = (page[-1].station, page[-1].envelope) if page else after

    async def _lines(self, session: AsyncSession, carriers: Sequence[Carrier]) -> list[Line]:
        cases = await self.custody.of(session, {carrier.key for carrier in carriers})
        waiting = [carrier for carrier in carriers if carrier.key not in cases]
        return await review_queue_lines(session, waiting) + [
            _line(carrier, cases[carrier.key]) for carrier in carriers if carrier.key in cases
        ]


def _line(carrier: Carrier, case: Case) -> Line:
    """How far an envelope has got."""
    return Line(
        station=carrier.station,
        suite=case.suite,
        envelope=carrier.envelope,
        state=ReceiptState.COMPLETE if case.complete else ReceiptState.RECEIVED,
        case=case.number,
        duplicate=carrier.duplicate,
    )
