"""Answers: signed receipts for what was taken, rejections for what could not be."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.counters.service import take
from central.county.ports.relay import Outgoing
from central.relay.queue.post import Letter
from protocol.envelope.envelope import Lane
from protocol.envelope.keys import Signer
from protocol.envelope.payloads import (
    Notices,
    Payload,
    ReceiptLine,
    ReceiptState,
    Rejection,
    Statement,
    payload_bytes,
    sign_receipt,
)
from protocol.envelope.suites import SuiteNumber
from protocol.errors import NodeUnknownError
from protocol.ids import EnvelopeId, NodeId

_LINES = 256  # in one statement: 28 KB before compression, so that it fits into one envelope
_DETAIL_CHARS = 1000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One receipt line to be, and where it goes."""

    station: NodeId
    suite: SuiteNumber
    envelope: EnvelopeId
    state: ReceiptState
    case: str
    duplicate: bool
    at_ms: int = 0  # when it was received, if that is told again later


class Answers:
    """Posts what the county says of envelopes, in the caller's transaction."""

    def __init__(
        self,
        *,
        outgoing: Outgoing,
        signer: Signer,
        node: NodeId,
        instance: Callable[[AsyncSession], Awaitable[bytes]],
    ) -> None:
        self._outgoing, self._signer = outgoing, signer
        self._node, self._instance = bytes.fromhex(node), instance

    async def hold(self, session: AsyncSession) -> None:
        """Let no other transaction take envelopes or complete cases before this one ends.

        SQLite has one writer at a time, from the transaction's beginning.
        """
        if session.get_bind().dialect.name == "sqlite":
            return
        await take(session, series(await self._instance(session)), 0)

    async def receipts(self, session: AsyncSession, lines: Sequence[Line], now_ms: int) -> None:
        """Number all lines, and post one signed statement to each station."""
        if not lines:
            return
        instance = await self._instance(session)
        first = await take(session, series(instance), len(lines))
        by_station: dict[NodeId, list[ReceiptLine]] = {}
        for number, line in enumerate(lines, start=first):
            by_station.setdefault(line.station, []).append(_receipt_line(line, number))
        suites = {line.station: line.suite for line in lines}  # the newest one counts
        letters = list[Letter]()
        for station, numbered in by_station.items():
            for start in range(0, len(numbered), _LINES):
                statement = Statement(
                    county=self._node,
                    instance=instance,
                    at_ms=now_ms,
                    lines=tuple(numbered[start : start + _LINES]),
                )
                receipt = payload_bytes(sign_receipt(self._signer, statement))
                letters.append(Letter(to=station, payload=receipt, suite=suites[station]))
        for lost in await self._outgoing.post_all(session, letters, lane=Lane.CONTROL):
            _unanswered(lost.to, NodeUnknownError.code)

    async def reject(
        self,
        session: AsyncSession,
        *,
        station: NodeId,
        suite: SuiteNumber,
        envelope: EnvelopeId,
        code: str,
        detail: str,
        now_ms: int,
        n: int,
        application: bytes = b"",
    ) -> EnvelopeId | None:
        """Tell a station that an envelope can't be taken: by which; None if it can't be written to.

        Args:
            n: of this result (central.county.casework.answers.results), the same at each telling.
            application: named where the station may not know the envelope.
        """
        rejection = Rejection(
            envelope=envelope,
            code=code,
            detail=clean(detail),
            n=n,
            at_ms=now_ms,
            application=application,
        )
        return await self._post(session, station, suite, Lane.RESULTS, rejection)

    async def notify(self, session: AsyncSession, station: NodeId, signed: Sequence[bytes]) -> bool:
        """Pass signed notices on to a station; False if it can't be written to."""
        notices = Notices(signed=tuple(signed))
        suite = SuiteNumber.X25519
        return await self._post(session, station, suite, Lane.CONTROL, notices) is not None

    async def again(self, session: AsyncSession, envelope: EnvelopeId, *, station: NodeId) -> bool:
        """Queue an answer once more as it was sealed; False if it must be sealed anew."""
        try:
            return await self._outgoing.again(session, envelope, to=station)
        except NodeUnknownError:
            return False

    async def _post(
        self,
        session: AsyncSession,
        station: NodeId,
        suite: SuiteNumber,
        lane: Lane,
        payload: Payload,
    ) -> EnvelopeId | None:
        """One station without a key or a way must not hold up what the others have sent."""
        data = payload_bytes(payload)
        try:
            return await self._outgoing.post(
                session, to=station, lane=lane, payload=data, suite=suite
            )
        except NodeUnknownError as exc:
            _unanswered(station, exc.code)
            return None


def _unanswered(station: NodeId, code: str) -> None:
    fields = {"event": "intake.unanswered", "station": station, "code": code}
    log.error("answer can't be posted", extra=fields)


def series(instance: bytes) -> str:
    """The numbers of the receipts that one county instance gives out."""
    return f"receipt {instance.hex()}"


def clean(text: str) -> str:
    """Text from outside as every database and page can take it: no NUL, no half characters."""
    whole = text[:_DETAIL_CHARS].encode("utf-8", "replace").decode()
    return "".join(char if char.isprintable() else "?" for char in whole)


def _receipt_line(line: Line, number: int) -> ReceiptLine:
    return ReceiptLine(
        envelope=line.envelope,
        state=line.state,
        number=number,
        case=line.case,
        duplicate=line.duplicate,
        at_ms=line.at_ms,
    )
