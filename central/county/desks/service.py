"""Releasing a desk: the vault's key, as it was sealed for the county, goes to a one-time key.

A request takes effect inside of intake's transaction; a person's word has one of its own, in which
the answer is posted, too.

Source: docs/security.md, "Clerks of a station".
"""

import asyncio
import hmac
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.desks.calls import DeskAsked
from central.county.desks.models import OPEN, RELEASED, REPLACED, DeskRequestRow
from central.county.ports.relay import Nodes, Outgoing
from central.store.engine import Store
from protocol.codec import pack, unpack
from protocol.envelope.desk_code import desk_code, typed_code
from protocol.envelope.desk_payloads import DeskRelease, DeskRequest
from protocol.envelope.envelope import Envelope, Lane
from protocol.envelope.keyring import named
from protocol.envelope.payloads import payload_bytes
from protocol.envelope.suites import OpeningKey, SuiteNumber, suite_number
from protocol.envelope.vault_county import CountySlot, open_county_slot, release_to
from protocol.errors import NodeUnknownError, PeerError
from protocol.errors.desk import (
    ForgottenForeignError,
    ForgottenForgedError,
    ForgottenOldError,
    ForgottenReleasedError,
    ForgottenReplacedError,
)
from protocol.ids import NodeId
from protocol.limits import DESK_REQUEST_DAYS, MAX_SLOT_BYTES
from protocol.ports import Clock
from protocol.trust.revocation import lost_pc
from protocol.trust.roster import Role, State
from runtime.actor import Actor

_DAY_MS = 86_400_000
_SHOWN = 200
NOBODY: Mapping[NodeId, str] = {}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desks:
    """The desks that ask one county."""

    store: Store
    nodes: Nodes
    outgoing: Outgoing
    opening: Mapping[SuiteNumber, OpeningKey]
    contacts: Callable[[], Mapping[NodeId, str]]  # whom to call; blocks for the disk
    clock: Clock

    async def asked(
        self, session: AsyncSession, envelope: Envelope, request: DeskRequest, now_ms: int
    ) -> None:
        """Keep a request for people to judge; one of before it counts no more."""
        station = envelope.origin
        entry = self.nodes.roster.nodes.get(station)
        if entry is None or entry.keys is None or lost_pc(entry, envelope) is not None:
            log.warning("a lost PC asks", extra={"event": "desks.lost", "station": station})
            return
        mine = DeskRequestRow.station == station
        await session.execute(delete(DeskRequestRow).where(mine, DeskRequestRow.state == REPLACED))
        older = update(DeskRequestRow).where(mine, DeskRequestRow.state == OPEN)
        await session.execute(older.values(state=REPLACED))
        if await session.get(DeskRequestRow, (station, request.desk)) is not None:
            return  # released before: another envelope with the same key changes nothing
        session.add(_row(envelope, request, entry.keys.signing, now_ms))
        log.info("a desk asks to be released", extra={"event": "desks.asked", "station": station})

    async def listed(self) -> list[DeskAsked]:
        """The newest requests."""
        query = select(DeskRequestRow).order_by(DeskRequestRow.arrived_ms.desc()).limit(_SHOWN)

        async def work(session: AsyncSession) -> list[DeskAsked]:
            return [self._shown(row, contacts) for row in await session.scalars(query)]

        contacts = await asyncio.to_thread(self.contacts)
        return await self.store.transact(work)

    async def check(self, station: str, code: str) -> DeskAsked:
        """The request that would be released. Raises as :meth:`release`."""
        heard = typed_code(code)

        async def work(session: AsyncSession) -> DeskAsked:
            return self._shown(await self._judged(session, NodeId(station), heard))

        return await self.store.transact(work)

    async def release(self, station: str, code: str, actor: Actor) -> DeskAsked:
        """Seal what is in the slot for the desk, and post it.

        Raises:
            ForgottenCodeError: that is no code.
            ForgottenForgedError: no request of this station has it.
            ForgottenOldError, ForgottenReplacedError, ForgottenReleasedError: it counts no more.
            ForgottenForeignError: the slot is another station's, or altered.
            NodeUnknownError: the station is withdrawn, or has another PC.
        """
        heard = typed_code(code)

        async def work(session: AsyncSession) -> DeskAsked:
            row = await self._judged(session, NodeId(station), heard)
            sealed = await asyncio.to_thread(self._sealed, row)
            await self.outgoing.post(
                session,
                to=NodeId(row.station),
                lane=Lane.CONTROL,
                payload=payload_bytes(DeskRelease(desk=row.desk, sealed=sealed)),
                suite=SuiteNumber(row.suite),
            )
            row.state, row.released_by = RELEASED, str(actor)[:200]
            row.released_ms = self.clock.now_ms()
            return self._shown(row)

        return await self.store.transact(work)

    async def _judged(self, session: AsyncSession, station: NodeId, heard: str) -> DeskRequestRow:
        """The request with this code, if it may be released now."""
        mine = select(DeskRequestRow).where(DeskRequestRow.station == station).with_for_update()
        for row in await session.scalars(mine):
            code = await asyncio.to_thread(desk_code, station, _request(row))
            if hmac.compare_digest(code, heard):
                self._require_open(row)
                return row
        raise ForgottenForgedError(heard)

    def _require_open(self, row: DeskRequestRow) -> None:
        if row.state == REPLACED:
            raise ForgottenReplacedError
        if row.state == RELEASED:
            raise ForgottenReleasedError
        if self._is_old(row):
            raise ForgottenOldError(str(DESK_REQUEST_DAYS))
        entry = self.nodes.roster.nodes.get(NodeId(row.station))
        fits = (
            entry is not None
            and entry.role is Role.STATION
            and entry.state is State.ACTIVE
            and entry.keys is not None
            and row.signing in (entry.keys.signing, *entry.former)
        )
        if not fits:
            raise NodeUnknownError(row.station)

    def _is_old(self, row: DeskRequestRow) -> bool:
        """By when it came, and by when it was asked: whoever carried it may have kept it back."""
        now_ms, most_ms = self.clock.now_ms(), DESK_REQUEST_DAYS * _DAY_MS
        return any(
            abs(now_ms - at_ms) > most_ms
            for at_ms in (row.arrived_ms, row.asked_ms)
            if at_ms is not None
        )

    def _sealed(self, row: DeskRequestRow) -> bytes:
        """Blocks for a millisecond. Raises ForgottenForeignError."""
        slot, station = unpack(row.slot, CountySlot, limit=2 * MAX_SLOT_BYTES), NodeId(row.station)
        try:
            ring = self.opening[suite_number(slot.suite)]
            key = named(ring, slot.key) or ring  # which opens nothing, and says so
            vault = open_county_slot(slot, station=station, public=row.vault, key=key)
            return release_to(vault, station=station, desk=row.desk)
        except (KeyError, PeerError):
            raise ForgottenForeignError from None

    def _shown(self, row: DeskRequestRow, contacts: Mapping[NodeId, str] = NOBODY) -> DeskAsked:
        entry = self.nodes.roster.nodes.get(NodeId(row.station))
        return DeskAsked(
            station=row.station,
            name=entry.name if entry else "",
            contact=contacts.get(NodeId(row.station), ""),
            clerk=row.clerk,
            asked_ms=row.asked_ms,
            arrived_ms=row.arrived_ms,
            state="old" if row.state == OPEN and self._is_old(row) else row.state,
            released_ms=row.released_ms,
            released_by=row.released_by or "",
        )


def _row(envelope: Envelope, request: DeskRequest, signing: bytes, now_ms: int) -> DeskRequestRow:
    return DeskRequestRow(
        station=envelope.origin,
        desk=request.desk,
        vault=request.vault,
        slot=pack(request.slot),
        clerk=request.clerk,
        signing=signing,
        suite=envelope.header.suite,
        asked_ms=request.at_ms or None,
        arrived_ms=now_ms,
        state=OPEN,
    )


def _request(row: DeskRequestRow) -> DeskRequest:
    slot = unpack(row.slot, CountySlot, limit=2 * MAX_SLOT_BYTES)
    return DeskRequest(
        vault=row.vault, slot=slot, desk=row.desk, clerk=row.clerk, at_ms=row.asked_ms or 0
    )
