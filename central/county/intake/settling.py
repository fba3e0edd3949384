"""Completing cases whose files are here, and the receipts for what has come.

Source: docs/protocol.md section 9.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.answers.results import next_result
from central.county.casework.arrival.completion import Completed, Completion, Damaged, Settled
from central.county.casework.arrival.register import Arrival, Entry
from central.county.followups.register import FollowUpArrival, FollowUpRegister
from central.county.intake.answers import Answers, Line
from central.county.intake.queries import carriers_of
from protocol.envelope.payloads import ReceiptState
from protocol.errors import DigestError
from protocol.ids import BlobId, BlobRef, EnvelopeId

Arrived = Arrival | FollowUpArrival
Entries = Mapping[EnvelopeId, Entry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """Of one county."""

    completion: Completion
    follow_ups: FollowUpRegister
    answers: Answers

    async def blobs_arrived(
        self, session: AsyncSession, blobs: Sequence[BlobRef], now_ms: int
    ) -> None:
        """Read blobs that are whole now; those that complete a case are confirmed."""
        await self.answer(session, [], await self.completion.settle(session, blobs, now_ms), now_ms)

    async def complete(
        self, session: AsyncSession, arrivals: Sequence[Arrived], entries: Entries, now_ms: int
    ) -> tuple[list[Line], Settled]:
        """Complete those whose blobs are here already; the lines that confirm all of them."""
        settled = await self.completion.settle(session, _awaited(arrivals, entries), now_ms)
        return [line for arrival in arrivals for line in _lines(arrival, entries)], settled

    async def answer(
        self, session: AsyncSession, lines: list[Line], settled: Settled, now_ms: int
    ) -> None:
        """Receipts for ``lines`` and for what was completed; a rejection for what is damaged."""
        follow_ups = await self.follow_ups.completed(session, settled.whole)
        lines = lines + await _complete_lines(session, [*settled.completed, *follow_ups])
        await self.answers.receipts(session, lines, now_ms)
        for damaged in settled.damaged:
            await self._tell(session, damaged, now_ms)

    async def _tell(self, session: AsyncSession, damaged: Damaged, now_ms: int) -> None:
        await self.answers.reject(
            session,
            station=damaged.station,
            suite=damaged.suite,
            envelope=damaged.envelope,
            code=DigestError.code,
            detail=", ".join(damaged.names),
            now_ms=now_ms,
            n=await next_result(session),
        )


def _awaited(arrivals: Sequence[Arrived], entries: Entries) -> Sequence[BlobRef]:
    """Blobs that may be here already, as they came with another envelope."""
    return [
        BlobRef(arrival.station, BlobId(file.blob))
        for arrival in arrivals
        if not entries[arrival.envelope].complete
        for file in arrival.content.attachments
    ]


def _lines(arrival: Arrived, entries: Entries) -> list[Line]:
    entry = entries[arrival.envelope]
    states = [ReceiptState.RECEIVED, *([ReceiptState.COMPLETE] if entry.complete else [])]
    return [
        Line(
            station=arrival.station,
            suite=arrival.suite,
            envelope=arrival.envelope,
            state=state,
            case=entry.number,
            duplicate=entry.duplicate,
        )
        for state in states
    ]


async def _complete_lines(session: AsyncSession, completed: Sequence[Completed]) -> list[Line]:
    """What is complete is confirmed for every envelope that brought it."""
    done = {(one.station, one.application): one for one in completed}
    if not done:
        return []
    return [
        Line(
            station=carrier.station,
            suite=done[carrier.key].suite,
            envelope=carrier.envelope,
            state=ReceiptState.COMPLETE,
            case=done[carrier.key].number,
            duplicate=carrier.duplicate,
        )
        for carrier in await carriers_of(session, done.keys())
    ]
