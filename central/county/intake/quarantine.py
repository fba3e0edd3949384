"""Quarantine: what can't be taken is kept as it came, and its station is told why."""

import logging
from collections.abc import Mapping, Sequence

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.answers.results import next_result
from central.county.intake.answers import Answers, clean
from central.county.intake.facts import Verdict
from central.county.intake.models import QuarantineRow
from central.store.base import table_of
from protocol.envelope.envelope import Envelope
from protocol.envelope.suites import suite_number
from protocol.errors import YizhanError
from protocol.ids import EnvelopeId

log = logging.getLogger(__name__)

Refused = tuple[Envelope, YizhanError]


class Quarantine:
    """Keeps refused envelopes, in the caller's transaction."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    async def keep(
        self,
        session: AsyncSession,
        refused: Sequence[Refused],
        now_ms: int,
        *,
        application: bytes = b"",
    ) -> Mapping[EnvelopeId, Verdict]:
        """Store the bytes of each, and tell its station; what became of it.

        ``application`` is that of all of them, if a person has looked at it.
        """
        if not refused:
            return {}
        rows = [
            _row(envelope, error, now_ms, await next_result(session)) for envelope, error in refused
        ]
        await session.execute(insert(table_of(QuarantineRow)), rows)
        return {
            envelope.id: await self._tell(session, envelope, error, now_ms, application)
            for envelope, error in refused
        }

    async def _tell(
        self,
        session: AsyncSession,
        envelope: Envelope,
        error: YizhanError,
        now_ms: int,
        application: bytes,
    ) -> Verdict:
        row = await session.get_one(QuarantineRow, (envelope.origin, envelope.id))
        row.told_id = await self._answers.reject(
            session,
            station=envelope.origin,
            suite=suite_number(envelope.header.suite),
            envelope=envelope.id,
            code=error.code,
            detail=error.detail,
            now_ms=now_ms,
            n=row.result_n,
            application=application,
        )
        log.warning(
            "envelope refused",
            extra={
                "event": "intake.refused",
                "code": error.code,
                "envelope": envelope.id.hex(),
                "from": envelope.origin,
            },
        )
        return Verdict.REJECTED if row.told_id else Verdict.QUARANTINED


def _row(envelope: Envelope, error: YizhanError, now_ms: int, n: int) -> dict[str, object]:
    return {
        "origin": envelope.origin,
        "envelope_id": envelope.id,
        "wire": envelope.wire,
        "code": error.code,
        "detail": clean(error.detail),
        "arrived_ms": now_ms,
        "result_n": n,
    }
