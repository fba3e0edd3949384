"""An open county: what its parts do together, and what may be asked of it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from central.accounts.service import AccountService
from central.county.api.tokens import TokenService
from central.county.archive.operations import ArchiveOperations
from central.county.backup.service import Backup
from central.county.catalogue.alarms import CatalogueWatch
from central.county.catalogue.drafts.operations import DraftOperations
from central.county.control.operations import CountyOperations
from central.county.county import County
from central.county.keys.signing import Signing
from central.county.lead.serving import Mirroring
from central.county.nodes.operations import ClockOperations
from central.relay.exchange.exchanges import Exchanges
from central.relay.service import Relay
from protocol.envelope.suites import SuiteNumber
from protocol.errors import (
    AddressMissingError,
    AddressOtherError,
    CodeExpiredError,
    CodeUsedError,
    CodeWrongError,
    JoinRejectedError,
)
from protocol.ids import NodeId
from protocol.trust.enrolment import JoinParcel
from provisioning.authority import Authority
from provisioning.operations import Provisioning
from runtime.control.owner import Operation
from runtime.record import DONE

log = logging.getLogger(__name__)

_NOTED = frozenset(  # other refusals cost a stranger nothing to repeat: they stand in the log
    kind.code
    for kind in (
        AddressMissingError,
        AddressOtherError,
        CodeExpiredError,
        CodeUsedError,
        CodeWrongError,
        JoinRejectedError,
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyServices:
    """What pages and commands ask of a county."""

    accounts: AccountService
    asked: CountyOperations
    clock: ClockOperations
    tokens: TokenService
    drafts: DraftOperations
    provisioning: Provisioning
    archive: ArchiveOperations


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyJobs:
    """What a county does by itself, as slow jobs."""

    tidy: Callable[[], Awaitable[None]]
    retain: Callable[[], Awaitable[None]]
    file_due: Callable[[], Awaitable[None]]
    signing: Signing
    catalogue_watch: CatalogueWatch


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyNode:
    """An open county: its relay, its authority, and what the command line may ask of both."""

    relay: Relay
    exchanges: Exchanges
    authority: Authority
    county: County
    backup: Backup
    operations: Mapping[str, Operation]
    services: CountyServices
    jobs: CountyJobs
    mirroring: Mirroring | None = None  # where other processes may work beside this one

    async def admit(self, parcel: JoinParcel) -> bytes:
        """The county's signed word on a request to join; a new roster is offered at once."""
        key = self.relay.identity.keys.opening[SuiteNumber.XWING]
        admissions, note = self.authority.admissions, self.authority.audit.add
        _, time = await self.relay.store.transact(self.relay.times.held)
        answer, code = await asyncio.to_thread(admissions.verdict, parcel, key, time)
        if code:
            fields = {"event": "request.refused", "peer": parcel.node, "code": code}
            log.warning("join refused", extra=fields)
        if not code or code in _NOTED:
            note = partial(note, actor=parcel.node, action="node.join", outcome=code or DONE)
            await asyncio.to_thread(note)
        if not code:
            heard = {NodeId(parcel.node)}
            await self.relay.store.transact(lambda tx: self.relay.health.heard(tx, heard))
            await self.publish_roster()
        return answer

    async def watch_clock(self) -> None:
        """A slow job: note the date, and whether it jumped."""
        await asyncio.to_thread(self.authority.watch.keep)

    async def sign_record(self) -> None:
        """A slow job: nodes learn how far the audit record has come."""
        await asyncio.to_thread(self.authority.note_audit)
        await self.publish_roster()

    async def publish_roster(self) -> None:
        """Offer the authority's newest roster, if it is news."""
        roster = self.authority.roster()
        if roster.version > self.relay.editions.roster.version:
            if self.mirroring:  # keys first: others must not know a node without them
                await self.mirroring.look()
            await self.relay.publish(roster.edition)
        await self.county.handover.look()
        await self.county.followed.circulars.tell_newcomers()
        await self.county.numbers.look()

    async def move_ahead(self, by: int) -> None:
        """Roster and catalogue as they are, under numbers that no node can hold yet."""
        await asyncio.to_thread(self.authority.move_ahead, by)
        await self.publish_roster()
        await self.county.catalogue.move_ahead(by)
