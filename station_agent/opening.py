"""Opening a station's folder: its database, its journal, its newest keys; or making it anew."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from protocol.errors import OtherNodeError
from protocol.ids import NONCE_BYTES, Instance
from protocol.ports import Clock, Randomness
from protocol.trust.edition import Kind
from protocol.trust.roster import Role, Roster
from protocol.trust.trusted_clock import TrustedClock
from protocol.version import PROGRAM
from runtime.node.identity import Identity, load_identity
from runtime.node.renewal import may_take_keys, take_keys
from station_agent.app import Station, compose
from station_agent.config import StationConfig
from station_agent.exchange.eta import EtaEstimator
from station_agent.exchange.metering import Metering
from station_agent.exchange.receiver import HeldRoster
from station_agent.exchange.timekeeping import Timekeeping
from station_agent.keys.revocation_status import RevocationStatusService
from station_agent.resources import Resources
from station_agent.store import editions, refusals, station
from station_agent.store.blobs import BlobFiles
from station_agent.store.db import Database, Transaction
from station_agent.store.disk import Disk
from station_agent.store.journal import Journal
from station_agent.store.station import StationState
from station_agent.store.vault import Vault
from station_agent.upkeep.housekeeping import rebuild_outbox

if TYPE_CHECKING:
    from station_agent.upkeep.recovery import RecoveredDatabase

log = logging.getLogger(__name__)

_DATABASE, _JOURNAL, _BLOBS = "station.db", "journal", "blobs"


@asynccontextmanager
async def open_station(
    data: Path, *, clock: Clock, randomness: Randomness, disk: Disk | None = None
) -> AsyncIterator[Station]:
    """The station that ``data`` belongs to; the caller holds the folder's lock.

    Raises:
        NotJoinedError: it is no node's folder.
        OtherNodeError: it belongs to a node of another role.
        NewerStoreError, DamagedError, DiskFullError: its store can't be opened.
    """
    identity = await asyncio.to_thread(load_identity, data)
    if identity.role is not Role.STATION:
        raise OtherNodeError(f"{data} belongs to a {identity.role.value}")
    async with AsyncExitStack() as stack:
        database = await Database.open(data / _DATABASE)
        stack.push_async_callback(database.close)
        resources = await _open_resources(
            data,
            identity,
            database,
            clock=clock,
            randomness=randomness,
            disk=disk or Disk(data),
        )
        opened = compose(resources)
        stack.push_async_callback(opened.exchanges.service.close)
        stack.push_async_callback(opened.taking.service.close)
        stack.push_async_callback(opened.keeping.close)
        await opened.exchanges.stores.arrival.take_up()
        yield opened


async def recover_station(
    data: Path, *, randomness: Randomness, disk: Disk | None = None
) -> "RecoveredDatabase":
    """Make the database in ``data`` anew if it is damaged; the caller holds the folder's lock.

    Raises:
        NotJoinedError: it is no node's folder.
        OtherNodeError: it belongs to a node of another role.
        DamagedError: its identity is damaged too, so it must be enrolled anew.
        DiskFullError, StoreError: nothing was changed.
    """
    from station_agent.upkeep.recovery import DatabaseRecovery  # noqa: PLC0415 - rarely wanted

    identity = await asyncio.to_thread(load_identity, data)
    disk = disk or Disk(data)
    salvage = DatabaseRecovery(
        data=data,
        identity=identity,
        journal=Journal(data / _JOURNAL, disk),
        blobs=BlobFiles(data / _BLOBS, disk, node=identity.node),
        disk=disk,
        instance=Instance(randomness.token(NONCE_BYTES)),
    )
    return await salvage.run()


async def _open_resources(
    data: Path,
    identity: Identity,
    database: Database,
    *,
    clock: Clock,
    randomness: Randomness,
    disk: Disk,
) -> Resources:
    config = StationConfig.load(data)
    journal = Journal(data / _JOURNAL, disk)
    blobs = BlobFiles(data / _BLOBS, disk, node=identity.node)
    await asyncio.to_thread(blobs.clear_unfinished)
    instance = Instance(randomness.token(NONCE_BYTES))
    held, state = await database.write(lambda tx: _begin(tx, identity, instance))
    identity = await _with_newest_keys(data, identity, held.roster, database)
    await rebuild_outbox(database, journal, blobs, identity.signing_keys)
    trusted = TrustedClock(clock, state.time or identity.first_time(), state.run_ms)
    Timekeeping(trusted=trusted, held=held).look_at_signer()
    metering = Metering(
        node=identity.node,
        held=held,
        own=config.budget,
        clock=clock,
        trusted=trusted,
        database=database,
        spent=state.spent,
    )
    return Resources(
        identity=identity,
        config=config,
        database=database,
        journal=journal,
        blobs=blobs,
        disk=disk,
        held=held,
        trusted=trusted,
        eta_estimator=EtaEstimator(database=database, metering=metering, trusted=trusted),
        vault=Vault(identity.folder),
        revocation_status=RevocationStatusService(
            node=identity.node,
            signing=identity.keys.signer.public_bytes(),
            held=held,
        ),
        clock=clock,
        randomness=randomness,
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


def _begin(
    tx: Transaction, identity: Identity, instance: Instance
) -> tuple[HeldRoster, StationState]:
    """On the first start: the instance, and the roster that came with the admission."""
    station.begin(tx, instance)
    refusals.note_program(tx, PROGRAM)
    roster = editions.load_roster(tx, identity.root)
    if roster is None:
        roster = identity.roster()
        editions.keep(tx, Kind.ROSTER, roster.edition)
    held = HeldRoster(roster=roster, root=identity.root)
    newer = editions.newer_roster(tx, identity.root)
    if newer is not None:  # an older program kept it
        held.believe(held.trust.with_roster(newer))
        if held.newer is None:
            editions.keep(tx, Kind.ROSTER, newer)
    if spoilt := editions.forget_spoilt_release(tx):
        fields = {"event": "release.spoilt", "version": spoilt}
        log.warning("the release in the database is not what was signed", extra=fields)
    return held, station.read_state(tx)
