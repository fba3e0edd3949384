"""The composition root: every object of a station is made here, and none at import time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from protocol.aio.identity import Identity, load_identity
from protocol.aio.renewal import keep_certificate, may_take_keys, take_keys
from protocol.edition import Kind
from protocol.errors import NotJoinedError
from protocol.health import Speaker
from protocol.ids import NONCE_BYTES, Instance, NodeId
from protocol.later import Later
from protocol.ports import Clock, Randomness
from protocol.roster import Role, Roster
from protocol.version import PROGRAM
from station_agent.config import StationConfig
from station_agent.services.arrival import ArrivalService, HeldRoster
from station_agent.services.delivery import DeliveryService
from station_agent.services.depot import Pushes, StationDepot
from station_agent.services.exchange import ExchangeService
from station_agent.services.health import StationHealth
from station_agent.services.housekeeping import HousekeepingService, rebuild_outbox
from station_agent.services.inquiry import InquiryService
from station_agent.services.intake import IntakeService
from station_agent.services.metering import Metering
from station_agent.services.outlook import Outlook
from station_agent.services.parent import Parentage
from station_agent.services.paths import Paths
from station_agent.services.renewal import RenewalService
from station_agent.services.salvage import Salvage, Salvaged
from station_agent.services.sealing import SealingService
from station_agent.services.status import StatusService
from station_agent.services.stick import StickService
from station_agent.services.timekeeping import TrustedClock
from station_agent.services.visitor import Visitor
from station_agent.store import editions, refusals, station
from station_agent.store.blobs import BlobFiles
from station_agent.store.db import Database, Transaction
from station_agent.store.disk import Disk
from station_agent.store.journal import Journal
from station_agent.store.station import StationState
from station_agent.store.vault import Vault

_DATABASE, _JOURNAL, _BLOBS = "station.db", "journal", "blobs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """One open station."""

    identity: Identity
    config: StationConfig
    database: Database
    intake: IntakeService
    exchange: ExchangeService
    inquiry: InquiryService
    renewal: RenewalService
    status: StatusService
    housekeeping: HousekeepingService
    stick: StickService
    parentage: Parentage
    depot: "DepotFactory"  # for an exchange over another link than the parent's HTTPS


@dataclass(frozen=True, slots=True, kw_only=True)
class DepotFactory:
    """Makes the view that one exchange needs."""

    identity: Identity
    database: Database
    blobs: BlobFiles
    arrival: ArrivalService
    trusted: TrustedClock
    clock: Clock
    pushes: Pushes
    later: Later
    metering: Metering
    visitor: Visitor
    health: StationHealth

    def __call__(self, parent: NodeId | None = None) -> StationDepot:
        """A depot for the next exchange, with ``parent`` if it is one over a line."""
        return StationDepot(
            node=self.identity.node,
            database=self.database,
            blobs=self.blobs,
            arrival=self.arrival,
            trusted=self.trusted,
            clock=self.clock,
            pushes=self.pushes,
            later=self.later,
            metering=self.metering,
            health=self.health,
            parent=parent,
            visits=self.visitor.words(parent) if parent else (),
            guest=parent is not None and self.visitor.is_guest(parent),
        )


@asynccontextmanager
async def open_station(
    data: Path, *, clock: Clock, randomness: Randomness, disk: Disk | None = None
) -> AsyncIterator[Station]:
    """The station that ``data`` belongs to; the caller holds the folder's lock.

    Raises:
        NotJoinedError: it is no station's folder.
        NewerStoreError, DamagedError, DiskFullError: its store can't be opened.
    """
    identity = await asyncio.to_thread(load_identity, data)
    if identity.role is not Role.STATION:
        raise NotJoinedError(f"{data} belongs to a {identity.role.value}")
    async with AsyncExitStack() as stack:
        database = await Database.open(data / _DATABASE)
        stack.push_async_callback(database.close)
        opened = await _compose(
            data,
            identity,
            database,
            clock=clock,
            randomness=randomness,
            disk=disk or Disk(data),
        )
        stack.push_async_callback(opened.exchange.close)
        stack.push_async_callback(opened.intake.close)
        yield opened


async def salvage_station(
    data: Path, *, randomness: Randomness, disk: Disk | None = None
) -> Salvaged:
    """Make the database in ``data`` anew if it is damaged; the caller holds the folder's lock.

    Raises:
        NotJoinedError: it is no station's folder.
        DamagedError: its identity is damaged too, so it must be enrolled anew.
        DiskFullError, StoreError: nothing was changed.
    """
    identity = await asyncio.to_thread(load_identity, data)
    disk = disk or Disk(data)
    salvage = Salvage(
        data=data,
        identity=identity,
        journal=Journal(data / _JOURNAL, disk),
        blobs=BlobFiles(data / _BLOBS, disk),
        disk=disk,
        instance=Instance(randomness.token(NONCE_BYTES)),
    )
    return await salvage.run()


async def _compose(
    data: Path,
    identity: Identity,
    database: Database,
    *,
    clock: Clock,
    randomness: Randomness,
    disk: Disk,
) -> Station:
    config = StationConfig.load(data)
    journal, blobs = Journal(data / _JOURNAL, disk), BlobFiles(data / _BLOBS, disk)
    await asyncio.to_thread(blobs.clear_unfinished)
    instance = Instance(randomness.token(NONCE_BYTES))
    roster, state = await database.write(lambda tx: _begin(tx, identity, instance))
    identity = await _with_newest_keys(data, identity, roster, database)
    await rebuild_outbox(database, journal, blobs, identity.signing_keys)
    held = HeldRoster(roster=roster, root=identity.root)
    trusted = TrustedClock(clock, state.offset_ms, state.trusted_ms)
    metering = Metering(
        node=identity.node,
        held=held,
        own=config.budget,
        clock=clock,
        trusted=trusted,
        database=database,
        spent=state.spent,
    )
    ground = _Ground(
        identity=identity,
        config=config,
        database=database,
        journal=journal,
        blobs=blobs,
        disk=disk,
        held=held,
        trusted=trusted,
        metering=metering,
        outlook=Outlook(database=database, metering=metering, trusted=trusted),
        vault=Vault(identity.folder),
        clock=clock,
        randomness=randomness,
    )
    return ground.station()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What the services of a station stand on."""

    identity: Identity
    config: StationConfig
    database: Database
    journal: Journal
    blobs: BlobFiles
    disk: Disk
    held: HeldRoster
    trusted: TrustedClock
    metering: Metering
    outlook: Outlook
    vault: Vault
    clock: Clock
    randomness: Randomness

    def station(self) -> Station:
        """Every service, each told of those that it needs."""
        housekeeping = HousekeepingService(
            database=self.database,
            journal=self.journal,
            blobs=self.blobs,
            disk=self.disk,
            trusted=self.trusted,
        )
        depots, parentage = self._depots(), self._parentage()
        paths = self._paths(parentage)
        exchange = self._exchange(paths, parentage, depots, housekeeping)
        sealing = self._sealing(exchange)
        return Station(
            identity=self.identity,
            config=self.config,
            database=self.database,
            intake=IntakeService(
                database=self.database,
                blobs=self.blobs,
                disk=self.disk,
                sealing=sealing,
                randomness=self.randomness,
            ),
            exchange=exchange,
            inquiry=InquiryService(database=self.database, sealing=sealing, clock=self.clock),
            renewal=self._renewal(sealing),
            status=self._status(exchange, paths, sealing),
            housekeeping=housekeeping,
            parentage=parentage,
            stick=self._stick(depots),
            depot=depots,
        )

    def _depots(self) -> DepotFactory:
        identity, held = self.identity, self.held
        return DepotFactory(
            identity=identity,
            database=self.database,
            blobs=self.blobs,
            arrival=ArrivalService(
                database=self.database,
                blobs=self.blobs,
                held=held,
                delivery=DeliveryService(
                    node=identity.node,
                    keys=identity.keys,
                    roster=lambda: held.roster,
                    vault=self.vault,
                    clock=self.clock,
                    keep_certificate=partial(keep_certificate, identity),
                ),
            ),
            trusted=self.trusted,
            clock=self.clock,
            pushes=Pushes(),
            later=Later(self.clock),
            metering=self.metering,
            visitor=Visitor(
                node=identity.node,
                signer=identity.keys.signer,
                roster=lambda: held.roster,
                trusted=self.trusted,
            ),
            health=StationHealth(
                node=identity.node,
                speaker=Speaker(signer=identity.keys.signer, clock=self.clock),
                trusted=self.trusted,
                disk=self.disk,
            ),
        )

    def _parentage(self) -> Parentage:
        return Parentage(
            identity=self.identity, held=self.held, clock=self.clock, randomness=self.randomness
        )

    def _paths(self, parentage: Parentage) -> Paths:
        return Paths(
            parent=parentage.target,
            others=parentage.others,
            clock=self.clock,
            randomness=self.randomness,
            after_s=self.config.another_path_after_s,
        )

    def _exchange(
        self,
        paths: Paths,
        parentage: Parentage,
        depots: DepotFactory,
        housekeeping: HousekeepingService,
    ) -> ExchangeService:
        return ExchangeService(
            paths=paths,
            dial=parentage.dial,
            database=self.database,
            new_depot=depots,
            clock=self.clock,
            randomness=self.randomness,
            pause_s=self.config.exchange_pause_s,
            linger_s=self.config.linger_s,
            outlook=self.outlook,
            make_room=housekeeping.make_room,
        )

    def _sealing(self, exchange: ExchangeService) -> SealingService:
        held = self.held
        return SealingService(
            node=self.identity.node,
            signer=self.identity.keys.signer,
            suite=self.config.suite,
            roster=lambda: held.roster,
            database=self.database,
            journal=self.journal,
            clock=self.clock,
            trusted=self.trusted,
            randomness=self.randomness,
            queued=exchange.new_work,
        )

    def _renewal(self, sealing: SealingService) -> RenewalService:
        return RenewalService(
            identity=self.identity,
            held=self.held,
            database=self.database,
            sealing=sealing,
            trusted=self.trusted,
            clock=self.clock,
            randomness=self.randomness,
        )

    def _status(
        self, exchange: ExchangeService, paths: Paths, sealing: SealingService
    ) -> StatusService:
        return StatusService(
            node=self.identity.node,
            database=self.database,
            vault=self.vault,
            blobs=self.blobs,
            outlook=self.outlook,
            connected=lambda: exchange.connected,
            last_path=lambda: paths.last,
            suites=lambda: (self.config.suite, sealing.suite),
        )

    def _stick(self, depots: DepotFactory) -> StickService:
        return StickService(
            node=self.identity.node,
            signer=self.identity.keys.signer,
            held=self.held,
            database=self.database,
            blobs=self.blobs,
            arrival=depots.arrival,
            new_depot=depots,
            clock=self.clock,
        )


async def _with_newest_keys(
    data: Path, identity: Identity, roster: Roster, database: Database
) -> Identity:
    """The identity with new keys, if they are complete and the roster names them."""
    if not await asyncio.to_thread(may_take_keys, identity, roster.nodes.get(identity.node)):
        return identity
    await database.write(station.takes_keys)
    await asyncio.to_thread(take_keys, identity)
    return await asyncio.to_thread(load_identity, data)


def _begin(tx: Transaction, identity: Identity, instance: Instance) -> tuple[Roster, StationState]:
    """On the first start: the instance, and the roster that came with the admission."""
    station.begin(tx, instance)
    refusals.note_program(tx, PROGRAM)
    roster = editions.load_roster(tx, identity.root)
    if roster is None:
        roster = identity.roster()
        editions.keep(tx, Kind.ROSTER, roster.edition)
    return roster, station.read_state(tx)
