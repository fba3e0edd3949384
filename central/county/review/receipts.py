"""What is said again of envelopes in the review queue: RECEIVED, and no case number yet."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.intake.answers import Line
from central.county.intake.facts import Carrier
from central.county.review.queries import suites_in_review_queue
from protocol.envelope.payloads import ReceiptState


async def review_queue_lines(session: AsyncSession, carriers: Sequence[Carrier]) -> list[Line]:
    """One line for each of ``carriers`` that lies in the review queue."""
    suites = await suites_in_review_queue(
        session, {(one.station, one.envelope) for one in carriers}
    )
    return [
        Line(
            station=one.station,
            suite=suites[one.station, one.envelope],
            envelope=one.envelope,
            state=ReceiptState.RECEIVED,
            case="",
            duplicate=False,
        )
        for one in carriers
        if (one.station, one.envelope) in suites
    ]
