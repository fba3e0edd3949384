"""On record: each envelope that came, and what became of it. None of these commits."""

from collections.abc import Mapping, Sequence

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.intake.facts import Verdict
from central.county.intake.models import ReceivedRow
from central.county.intake.queries import judge
from central.county.intake.reading import Reading
from central.store.base import BY_KEY, table_of
from protocol.ids import EnvelopeId

Verdicts = Mapping[EnvelopeId, Verdict]

_ADD = insert(table_of(ReceivedRow)).prefix_with(BY_KEY)


async def note(
    session: AsyncSession, readings: Sequence[Reading], verdicts: Verdicts, now_ms: int
) -> None:
    """Put on record what came."""
    if readings:
        rows = [_received(one, verdicts[one.envelope.id], now_ms) for one in readings]
        await session.execute(_ADD, rows)


async def note_again(
    session: AsyncSession, readings: Sequence[Reading], verdicts: Verdicts
) -> None:
    """What became in the end of envelopes that are on record."""
    for one in readings:
        application = one.content.application if one.content else None
        verdict = verdicts[one.envelope.id]
        await judge(session, one.envelope.origin, one.envelope.id, verdict, application=application)


def _received(one: Reading, verdict: Verdict, now_ms: int) -> dict[str, object]:
    header = one.envelope.header
    pred = header.pred or (None, None)
    return {
        "origin": one.envelope.origin,
        "envelope_id": one.envelope.id,
        "incarnation": header.incarnation,
        "seq": header.seq,
        "pred_incarnation": pred[0],
        "pred_seq": pred[1],
        "application": one.content.application if one.content else None,
        "verdict": verdict.value,
        "arrived_ms": now_ms,
    }
