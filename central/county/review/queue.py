"""The review queue: which applications need a person, and what is refused outright.

Source: docs/protocol.md section 7.4; docs/adr/0017-revocation-in-two-phases.md.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.cases import Cases
from central.county.intake.arrivals import Arrivals
from central.county.intake.ports import Held, Screened, Why
from central.county.intake.reading import Reading
from central.county.ports.relay import Nodes
from central.county.review.models import ReviewRow
from central.store.base import table_of
from protocol.envelope.payloads import payload_bytes
from protocol.errors import BeyondCounterError, NodeStoppedError, YizhanError
from protocol.errors.clerk import FollowUpWithdrawnError
from protocol.ids import NodeId
from protocol.trust.revocation import Point, lost_pc, ordinal
from protocol.trust.roster import State

_WITHDRAWN = (State.DRAINING, State.STOPPED)


class ReviewQueue:
    """Sifts what arrives, in the caller's transaction."""

    def __init__(self, *, nodes: Nodes, arrivals: Arrivals, cases: Cases) -> None:
        self._nodes, self._arrivals, self._cases = nodes, arrivals, cases

    async def screen(self, session: AsyncSession, readings: Collection[Reading]) -> Screened:
        """Hold back what a draining or lost PC has sealed; refuse what is beyond its counter.

        What repeats an application that has a case goes its usual way.
        """
        readings = [self._refused(one) for one in readings]
        held = [found for one in readings if (found := self._look(one)) is not None]
        if not held:
            return Screened(taken=[*readings], held=())
        keys = {(one.reading.envelope.origin, one.content.application) for one in held}
        cases = await self._cases.of(session, keys)
        runs = {
            station: await self._runs(session, station, readings)
            for station in {one.reading.envelope.origin for one in held if one.upto is not None}
        }
        taken = {one.envelope.id: one for one in readings}
        kept: list[Held] = []
        for one in held:
            envelope = one.reading.envelope
            if (envelope.origin, one.content.application) in cases:
                continue
            if error := self._refusal(one, runs.get(envelope.origin, {})):
                taken[envelope.id] = replace(one.reading, content=None, error=error)
                continue
            del taken[envelope.id]
            kept.append(one)
        return Screened(taken=[*taken.values()], held=kept)

    async def keep(self, session: AsyncSession, held: Sequence[Held], now_ms: int) -> None:
        """Put them into the review queue."""
        if held:
            rows = [_row(one, now_ms) for one in held]
            await session.execute(insert(table_of(ReviewRow)), rows)

    def _refused(self, one: Reading) -> Reading:
        """``one``, refused if it follows an application and a withdrawn or lost PC sealed it."""
        entry = self._nodes.roster.nodes.get(one.envelope.origin)
        if one.follow_up is None or entry is None:
            return one
        if lost_pc(entry, one.envelope) is None and entry.state not in _WITHDRAWN:
            return one
        return replace(one, follow_up=None, error=FollowUpWithdrawnError(one.envelope.id.hex()))

    def _look(self, one: Reading) -> Held | None:
        """``one`` with the reason for which it can't go its usual way."""
        entry = self._nodes.roster.nodes.get(one.envelope.origin)
        if one.content is None or entry is None:
            return None
        lost = lost_pc(entry, one.envelope)
        if lost is not None:
            return Held(reading=one, content=one.content, why=Why.REPLACED, upto=lost.upto)
        if entry.state in _WITHDRAWN:
            return Held(reading=one, content=one.content, why=Why.DRAINING, upto=entry.upto)
        return None

    def _refusal(self, one: Held, runs: dict[bytes, Point | None]) -> YizhanError | None:
        header, station = one.reading.envelope.header, one.reading.envelope.origin
        if self._nodes.roster.nodes[station].state is State.STOPPED:
            return NodeStoppedError(station)
        if one.upto is None:
            return None
        number, exact = ordinal((header.incarnation, header.seq), runs)
        if number <= one.upto:
            return None
        words = "第" if exact else "至少第"
        return BeyondCounterError(f"{words} {number} 件，县里收至第 {one.upto} 件")

    async def _runs(
        self, session: AsyncSession, station: NodeId, readings: Collection[Reading]
    ) -> dict[bytes, Point | None]:
        """The runs of a station's PCs, as far as their first envelopes are here, these included."""
        found = await self._arrivals.preds(session, station)
        for one in readings:
            header = one.envelope.header
            if one.envelope.origin == station and header.seq == 1:
                found[header.incarnation] = header.pred
        return found


def _row(one: Held, now_ms: int) -> dict[str, object]:
    envelope = one.reading.envelope
    return {
        "station": envelope.origin,
        "envelope_id": envelope.id,
        "application": one.content.application,
        "suite": envelope.header.suite,
        "payload": payload_bytes(one.content),
        "wire": envelope.wire,
        "unchecked": one.reading.unchecked,
        "why": one.why.value,
        "upto": one.upto,
        "arrived_ms": now_ms,
    }
