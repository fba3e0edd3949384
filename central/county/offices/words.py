"""What the county says to offices, sealed for the keys that it approved."""

import logging
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.flows.log import Logged
from central.county.offices.models import APPROVED, OfficeKeyRow
from central.county.ports.relay import Nodes, Outgoing
from protocol.envelope.envelope import Lane
from protocol.envelope.keys import PublicKeys
from protocol.envelope.office_payloads import OfficeAnswer, OfficeTold
from protocol.envelope.payloads import payload_bytes
from protocol.envelope.suites import SuiteNumber
from protocol.errors import NodeUnknownError
from protocol.ids import BlobId, NodeId
from protocol.limits import MAX_NOTE_CHARS
from protocol.trust.revocation import is_present_pc

RECLAIMED = "case.reclaimed"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealing:
    """The keys for which cases of one county are sealed."""

    nodes: Nodes
    held: dict[NodeId, PublicKeys] = field(default_factory=dict)

    def of(self, hub: NodeId) -> PublicKeys | None:
        """As they were loaded last."""
        return self.held.get(hub)

    async def load(self, session: AsyncSession, hub: NodeId) -> PublicKeys | None:
        """The approved key of a hub's office; None: it has none, and nothing is sealed for it.

        The key of a PC that was withdrawn or replaced is none any more: a thief may have it.
        """
        query = select(OfficeKeyRow).where(OfficeKeyRow.hub == hub, OfficeKeyRow.state == APPROVED)
        row = await session.scalar(query)
        entry = self.nodes.roster.nodes.get(hub)
        if row is None or entry is None or not is_present_pc(entry, row.signing):
            self.held.pop(hub, None)
            return None
        keys = PublicKeys(signing=row.signing, xwing=row.xwing, x25519=row.x25519)
        self.held[hub] = keys
        return keys


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeWords:
    """Says them, in the caller's transaction."""

    sealing: Sealing
    outgoing: Outgoing  # that seals with the keys of ``sealing``

    async def say(
        self,
        session: AsyncSession,
        hub: NodeId,
        told: OfficeTold,
        blobs: tuple[tuple[BlobId, int], ...] = (),
    ) -> None:
        """Seal and queue. Raises NodeUnknownError: it has no key, or no way leads to it."""
        await self.sealing.load(session, hub)
        await self.outgoing.post(
            session,
            to=hub,
            lane=Lane.RESULTS,
            payload=payload_bytes(told),
            suite=SuiteNumber.XWING,
            blobs=blobs,
        )

    async def answer(self, session: AsyncSession, hub: NodeId, told: OfficeAnswer) -> None:
        """Say how far its events stand; a hub that can't be written to asks again some day."""
        try:
            await self.say(session, hub, told)
        except NodeUnknownError as exc:
            fields = {"event": "offices.unanswered", "hub": hub, "code": exc.code}
            log.warning("an office can't be answered", extra=fields)

    async def reclaimed(self, session: AsyncSession, case: Logged, why: str) -> None:
        """An office is about to lose this case."""
        told = OfficeAnswer(
            station=bytes.fromhex(case.key[0]),
            application=case.key[1],
            turn=case.status.turn,
            upto=case.status.n,
            over=True,
            code=RECLAIMED,
            words=why[:MAX_NOTE_CHARS],
        )
        await self.answer(session, NodeId(case.status.office), told)
