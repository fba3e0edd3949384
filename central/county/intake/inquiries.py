"""Inquiries: a station asks again for what it was told, or should have been.

Its receipts and results may have gone to another copy of its disk, or were lost with one. Receipts
are said again in new statements, with the time of the first word; results and rejections are queued
again as they were sealed. How much one station is told again in a day is kept on disk and bounded:
whatever it asks, and however often, costs the county little.

Source: docs/protocol.md section 9.3.
"""

import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.facts import Case
from central.county.followups.custody import Custody
from central.county.intake.allowance import Allowances
from central.county.intake.answers import Answers, Line
from central.county.intake.facts import Verdict
from central.county.intake.models import QuarantineRow, ReceivedRow
from central.county.intake.queries import quarantined, received
from central.county.ports.keys import Key
from protocol.envelope.envelope import Envelope
from protocol.envelope.payloads import Inquiry, ReceiptState
from protocol.envelope.suites import SuiteNumber, known_suite, suite_number
from protocol.errors import UnexpectedError
from protocol.ids import EnvelopeId, NodeId

_HELD = (Verdict.REVIEW.value, Verdict.AWAITING.value)  # on disk, and no case yet
_OVERLAP_MS = 86_400_000  # a statement may have been signed a while before it arrived

TellAgain = Callable[[AsyncSession, Collection[Key]], Awaitable[int]]
TellSince = Callable[
    [AsyncSession, NodeId, int], Awaitable[int]
]  # what nothing of its own asked for

log = logging.getLogger(__name__)


class Inquiries:
    """Answers them, in the caller's transaction."""

    def __init__(
        self,
        *,
        answers: Answers,
        custody: Custody,
        results: Sequence[TellAgain],
        beside: TellSince,
        allowances: Allowances,
    ) -> None:
        self._answers, self._custody = answers, custody
        self._results, self._beside, self._allowances = results, beside, allowances

    async def answer(
        self, session: AsyncSession, envelope: Envelope, inquiry: Inquiry
    ) -> list[Line]:
        """Post results and rejections again; the lines to be posted as receipts."""
        suite = suite_number(envelope.header.suite)
        rows = await received(
            session,
            envelope.origin,
            envelopes=inquiry.envelopes,
            since_ms=inquiry.since_ms - _OVERLAP_MS if inquiry.since_ms else None,
            limit=await self._allowances.envelopes_left(session, envelope.origin),
        )
        await self._allowances.tell(session, envelope.origin, len(rows))
        cases = await self._custody.of(session, {_key(row) for row in rows if row.application})
        lines = [_line(row, cases[_key(row)]) for row in rows if _key(row) in cases]
        lines += [
            replace(taken(envelope), envelope=EnvelopeId(row.envelope_id), at_ms=row.arrived_ms)
            for row in rows
            if row.verdict in _HELD and _key(row) not in cases
        ]
        told = sum([await tell(session, cases.keys()) for tell in self._results])
        if inquiry.since_ms:
            since_ms = inquiry.since_ms - _OVERLAP_MS
            told += await self._beside(session, envelope.origin, since_ms)
        refused = [row for row in rows if row.verdict == Verdict.REJECTED.value]
        await self._reject_again(session, envelope.origin, suite, refused)
        log.info(
            "inquiry answered",
            extra={
                "event": "intake.inquiry",
                "station": envelope.origin,
                "asked": len(inquiry.envelopes),
                "receipts": len(lines),
                "results": told + len(refused),
            },
        )
        return [taken(envelope), *lines]

    async def _reject_again(
        self,
        session: AsyncSession,
        station: NodeId,
        suite: SuiteNumber,
        rows: Sequence[ReceivedRow],
    ) -> None:
        kept = await quarantined(session, station, [row.envelope_id for row in rows])
        for row in rows:
            held = kept.get(row.envelope_id)
            told = EnvelopeId(held.told_id) if held is not None and held.told_id else None
            if (
                held is not None
                and told
                and await self._answers.again(session, told, station=station)
            ):
                held.told_id = None  # next time it is sealed anew: something took this one for old
                continue
            code, detail = _reason(held)
            told = await self._answers.reject(
                session,
                station=station,
                suite=suite,
                envelope=EnvelopeId(row.envelope_id),
                code=code,
                detail=detail,
                now_ms=row.arrived_ms,
                n=held.result_n if held is not None else 1,  # without its reason it hides nothing
            )
            if held is not None:
                held.told_id = told


def _key(row: ReceivedRow) -> Key:
    return row.origin, row.application or b""


def _line(row: ReceivedRow, case: Case) -> Line:
    state = ReceiptState.COMPLETE if case.complete else ReceiptState.RECEIVED
    return Line(
        station=NodeId(row.origin),
        suite=case.suite,
        envelope=EnvelopeId(row.envelope_id),
        state=state if row.backup is None else ReceiptState.SAFE,
        case=case.number,
        duplicate=row.verdict == Verdict.DUPLICATE.value,
        at_ms=row.arrived_ms,
    )


def taken(envelope: Envelope, *, at_ms: int = 0) -> Line:
    """What asks for something, or waits here for something, need not be sent any more."""
    return Line(
        station=envelope.origin,
        suite=known_suite(envelope.header.suite),
        envelope=envelope.id,
        state=ReceiptState.RECEIVED,
        case="",
        duplicate=False,
        at_ms=at_ms,
    )


def _reason(row: QuarantineRow | None) -> tuple[str, str]:
    """Why it was refused; what lay in quarantine too long is told without the reason."""
    return (row.code, row.detail) if row else (UnexpectedError.code, "")
