"""Keys of offices: asked for by hubs, approved by a person who heard a code by telephone.

Source: docs/security.md, "Offices of townships".
"""

import asyncio
import hmac
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.flows.abroad import Abroad, cases_abroad
from central.county.offices.calls import OfficeAsked, OfficeHas, OfficesListed
from central.county.offices.models import APPROVED, OPEN, REPLACED, RETIRED, OfficeKeyRow
from central.county.offices.words import OfficeWords
from central.county.ports.relay import Nodes
from central.store.engine import Store
from protocol.envelope.envelope import Envelope
from protocol.envelope.keys import key_name
from protocol.envelope.office_code import office_code, typed_office_code
from protocol.envelope.office_payloads import OfficeApproved, OfficeRequest
from protocol.errors import NodeUnknownError
from protocol.errors.offices import OfficeForgedError, OfficeJudgedError
from protocol.ids import NodeId
from protocol.ports import Clock
from protocol.trust.office_words import office_words
from protocol.trust.revocation import is_present_pc, lost_pc
from protocol.trust.roster import Role
from runtime.actor import Actor

_SHOWN = 200

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeKeys:
    """Of one county."""

    store: Store
    nodes: Nodes
    words: OfficeWords
    contacts: Callable[[], Mapping[NodeId, str]]  # whom to call; blocks for the disk
    clock: Clock

    async def asked(
        self, session: AsyncSession, envelope: Envelope, request: OfficeRequest, now_ms: int
    ) -> None:
        """Keep a request for a person to judge; one of before it counts no more."""
        hub = envelope.origin
        entry = self.nodes.roster.nodes.get(hub)
        if (
            entry is None
            or entry.role is not Role.HUB
            or entry.keys is None
            or lost_pc(entry, envelope) is not None
        ):
            log.warning("no hub asks for an office key", extra={"event": "offices.odd", "of": hub})
            return
        mine = OfficeKeyRow.hub == hub
        older = update(OfficeKeyRow).where(mine, OfficeKeyRow.state == OPEN)
        await session.execute(older.values(state=REPLACED))
        name = key_name(request.xwing).hex()
        row = await session.get(OfficeKeyRow, (hub, name), populate_existing=True)
        if row is not None:
            row.state = OPEN if row.state == REPLACED and row.judged_ms is None else row.state
            return
        session.add(
            OfficeKeyRow(
                hub=hub,
                name=name,
                xwing=request.xwing,
                x25519=request.x25519,
                signing=entry.keys.signing,
                asked_by=request.name,
                asked_ms=request.at_ms or None,
                arrived_ms=now_ms,
                state=OPEN,
            )
        )
        log.info("a key of an office is asked for", extra={"event": "offices.asked", "hub": hub})

    async def listed(self) -> OfficesListed:
        """The newest requests; and every office that has cases, or a key for them."""
        newest = select(OfficeKeyRow).order_by(OfficeKeyRow.arrived_ms.desc()).limit(_SHOWN)
        in_use = select(OfficeKeyRow).where(OfficeKeyRow.state == APPROVED)
        contacts = await asyncio.to_thread(self.contacts)

        async def work(session: AsyncSession) -> OfficesListed:
            abroad = {one.hub: one for one in await cases_abroad(session)}
            keys = [self._shown(row, abroad, contacts) for row in await session.scalars(newest)]
            used = {NodeId(row.hub): row for row in await session.scalars(in_use)}
            hubs = sorted({*abroad, *used}, key=self._place)
            offices = [self._has(hub, abroad.get(hub), used.get(hub), contacts) for hub in hubs]
            return OfficesListed(keys=keys, offices=offices)

        return await self.store.transact(work)

    async def check(self, hub: str, code: str) -> OfficeAsked:
        """The request that would be approved; raises as :meth:`approve`."""
        heard = typed_office_code(code)

        async def work(session: AsyncSession) -> OfficeAsked:
            return self._shown(await self._open(session, hub, heard), {}, {})

        return await self.store.transact(work)

    async def retire(self, session: AsyncSession, hub: NodeId) -> None:
        """Its PC is lost: nothing is sealed for the key of this office any more."""
        used = OfficeKeyRow.hub == hub, OfficeKeyRow.state == APPROVED
        await session.execute(update(OfficeKeyRow).where(*used).values(state=RETIRED))
        await self.words.sealing.load(session, hub)

    async def approve(self, hub: str, code: str, actor: Actor) -> OfficeAsked:
        """Seal cases for this key from now on, and for no other of this hub; tell the office.

        Raises:
            OfficeCodeError: that is no code.
            OfficeForgedError: no request of this hub has it.
            OfficeJudgedError: it counts no more.
            NodeUnknownError: the hub is withdrawn, or has another PC.
        """
        heard = typed_office_code(code)

        async def work(session: AsyncSession) -> OfficeAsked:
            row = await self._open(session, hub, heard)
            before = update(OfficeKeyRow).where(
                OfficeKeyRow.hub == hub, OfficeKeyRow.state == APPROVED
            )
            await session.execute(before.values(state=REPLACED))
            row.state, row.judged_by = APPROVED, str(actor)[:200]
            row.judged_ms = self.clock.now_ms()
            await session.flush()
            await self.words.say(session, NodeId(hub), OfficeApproved(key=bytes.fromhex(row.name)))
            return self._shown(row, {one.hub: one for one in await cases_abroad(session)}, {})

        return await self.store.transact(work)

    async def _open(self, session: AsyncSession, hub: str, heard: str) -> OfficeKeyRow:
        row = await self._meant(session, hub, heard)
        if row.state != OPEN:
            raise OfficeJudgedError
        self._require_hub(row)
        return row

    async def _meant(self, session: AsyncSession, hub: str, heard: str) -> OfficeKeyRow:
        mine = select(OfficeKeyRow).where(OfficeKeyRow.hub == hub).with_for_update()
        for row in await session.scalars(mine):
            request = OfficeRequest(xwing=row.xwing, x25519=row.x25519)
            code = await asyncio.to_thread(office_code, NodeId(hub), request)
            if hmac.compare_digest(code, heard):
                return row
        raise OfficeForgedError(heard)

    def _require_hub(self, row: OfficeKeyRow) -> None:
        entry = self.nodes.roster.nodes.get(NodeId(row.hub))
        if entry is None or entry.role is not Role.HUB or not is_present_pc(entry, row.signing):
            raise NodeUnknownError(row.hub)

    def _shown(
        self, row: OfficeKeyRow, abroad: Mapping[NodeId, Abroad], contacts: Mapping[NodeId, str]
    ) -> OfficeAsked:
        hub = NodeId(row.hub)
        entry = self.nodes.roster.nodes.get(hub)
        has = abroad.get(hub) if row.state == APPROVED else None
        return OfficeAsked(
            hub=row.hub,
            name=entry.name if entry else "",
            contact=contacts.get(hub, ""),
            key=row.name,
            words=office_words(OfficeRequest(xwing=row.xwing, x25519=row.x25519)),
            asked_by=row.asked_by,
            asked_ms=row.asked_ms,
            arrived_ms=row.arrived_ms,
            state=row.state,
            judged_ms=row.judged_ms,
            judged_by=row.judged_by or "",
            cases=has.cases if has else 0,
        )

    def _has(
        self,
        hub: NodeId,
        has: Abroad | None,
        used: OfficeKeyRow | None,
        contacts: Mapping[NodeId, str],
    ) -> OfficeHas:
        entry = self.nodes.roster.nodes.get(hub)
        request = OfficeRequest(xwing=used.xwing, x25519=used.x25519) if used else None
        return OfficeHas(
            hub=hub,
            name=entry.name if entry else "",
            contact=contacts.get(hub, ""),
            key=used.name if used else "",
            words=office_words(request) if request else "",
            cases=has.cases if has else 0,
            quiet_ms=has.quiet_ms if has else None,
        )

    def _place(self, hub: NodeId) -> tuple[str, str]:
        """By division code, as every list of nodes."""
        entry = self.nodes.roster.nodes.get(hub)
        return (entry.code if entry else "", hub)
