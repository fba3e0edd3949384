"""On record: each envelope that came, and what became of it. None of these commits."""

from collections.abc import Mapping, Sequence

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.intake.facts import Verdict
from central.county.intake.models import ReceivedRow
from central.county.intake.queries import judge
from central.county.intake.reading import Reading
from central.store.base import BY_KEY, table_of
from protocol.envelope.envelope import Envelope
from protocol.envelope.keys import key_name
from protocol.errors import SignatureError
from protocol.ids import EnvelopeId
from protocol.trust.roster import Roster

Verdicts = Mapping[EnvelopeId, Verdict]

_ADD = insert(table_of(ReceivedRow)).execution_options(**BY_KEY)


async def note(
    session: AsyncSession,
    readings: Sequence[Reading],
    verdicts: Verdicts,
    *,
    roster: Roster,
    now_ms: int,
) -> None:
    """Put on record what came."""
    if readings:
        rows = [
            _received(one, verdicts[one.envelope.id], _signer(one.envelope, roster), now_ms)
            for one in readings
        ]
        await session.execute(_ADD, rows)


async def note_again(
    session: AsyncSession, readings: Sequence[Reading], verdicts: Verdicts
) -> None:
    """What became in the end of envelopes that are on record."""
    for one in readings:
        application = one.brought
        verdict = verdicts[one.envelope.id]
        await judge(session, one.envelope.origin, one.envelope.id, verdict, application=application)


def _signer(envelope: Envelope, roster: Roster) -> bytes | None:
    """Name of the key that signed it, if it is the first of a chain: each PC begins one only."""
    if envelope.header.seq > 1 or envelope.header.pred is not None:
        return None
    try:
        return key_name(envelope.check_any(roster.signing_keys(envelope.origin)))
    except SignatureError:
        return None  # the key has left the roster since it came


def _received(
    one: Reading, verdict: Verdict, signer: bytes | None, now_ms: int
) -> dict[str, object]:
    header = one.envelope.header
    pred = header.pred or (None, None)
    return {
        "origin": one.envelope.origin,
        "envelope_id": one.envelope.id,
        "incarnation": header.incarnation,
        "seq": header.seq,
        "pred_incarnation": pred[0],
        "pred_seq": pred[1],
        "signer": signer,
        "application": one.brought,
        "verdict": verdict.value,
        "arrived_ms": now_ms,
    }
