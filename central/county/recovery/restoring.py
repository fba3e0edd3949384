"""A county from a backup, in an empty data folder: what founding is after a loss.

The restored county is the same node with the same keys, and another instance: hubs and stations
see that and offer everything again that was not told SAFE. What they hold of roster and catalogue
may be newer than the backup, so both go on under higher numbers.

Source: docs/operations.md, "Backup and restore".
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from central.county.app import open_county
from central.county.backup.archive import DATABASE
from central.county.backup.meter import Meter
from central.county.backup.restore import (
    Unpacked,
    begin_new_instance,
    new_folder,
    set_database,
    unpack,
)
from central.county.backup.safety import Finished
from central.county.backup.sealed import Opener
from central.county.casework.cases import Cases
from central.server.config import ServerConfig
from central.store.copying import copy_rows, sqlite_url
from central.store.engine import Store
from central.store.migrate import ACCOUNTS, COUNTY, RELAY, migrate
from protocol.errors import RestorePlaceError
from protocol.ids import Instance, NodeId
from protocol.ports import Clock, Randomness
from provisioning.authority import Authority
from provisioning.lifecycle.changes import readdressed
from runtime.control.owner import Report
from runtime.disk.files import disk_errors
from runtime.record import DONE

AHEAD = 10_000  # versions: more than ten times what a county set back by hand moves on


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to restore from what, and to where."""

    file: Path
    opener: Opener  # what opens it
    blobs: Path  # the folder of blobs beside it
    data: Path  # new or empty
    database: str = ""  # SQLAlchemy URL of an empty database; without it SQLite in ``data``
    ahead: int | None = None  # how far roster and catalogue move on, at least 1; None: by itself
    incomplete: bool = False  # also if blobs are missing or damaged
    url: str = ""  # where the county is called from now on; as before if empty
    by: str = ""  # account of whoever orders it, for the audit record


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """The county that a backup became; as ``restore`` prints it."""

    node: NodeId
    instance: str
    roster: int  # version
    release: int
    blobs: int
    lost_blobs: int  # that came neither with the backup nor from elsewhere
    safe: int  # envelopes that are told SAFE


async def restore_county(
    order: Order, report: Report, randomness: Randomness, clock: Clock
) -> Restored:
    """Make ``order.data`` the folder of the county that the backup is of, or nothing at all.

    Raises:
        RestorePlaceError: folder or database is not empty.
        FileUnreadableError: there is no such backup.
        BackupSealedError, BackupForeignError: another key opens it, or another county signed it.
        BackupDamagedError: it is not whole, or blobs are missing.
        NewerStoreError: a newer program made it.
        AddressError: ``order.url`` is of another node.
        DiskFullError, StoreError: it can't be written.
    """
    meter = Meter(report)
    with disk_errors(), new_folder(order.data) as folder:
        unpacked = await unpack(
            order.file, order.opener, order.blobs, folder, meter, incomplete=order.incomplete
        )
        meter.begin("database")
        config = set_database(folder, order.database)
        await _begin(folder, unpacked, config, randomness, meter)
        meter.begin("receipts")
        result = await _settle(folder, unpacked, config, order, clock.now_ms())
        meter.begin("name")
    return result


async def _begin(
    folder: Path, unpacked: Unpacked, config: ServerConfig, randomness: Randomness, meter: Meter
) -> None:
    """The copy of the database becomes another life, and moves to where it belongs."""
    async with Store(sqlite_url(folder / DATABASE)) as store:
        await migrate(store, RELAY, COUNTY, ACCOUNTS)
        await begin_new_instance(store, Cases(), unpacked.lost, randomness)
        if config.database:
            async with Store(config.database) as target:
                if not await target.is_empty():
                    raise RestorePlaceError("the database is not empty")
                await migrate(target, RELAY, COUNTY, ACCOUNTS)
                await meter.watch(copy_rows(store, target, meter.reached))
    if config.database:
        (folder / DATABASE).unlink()


async def _settle(
    folder: Path, unpacked: Unpacked, config: ServerConfig, order: Order, now_ms: int
) -> Restored:
    """Number roster and catalogue anew, and tell what the backup has as safe."""
    facts = unpacked.facts
    finished = Finished(
        file=order.file.name[-60:],
        at_ms=facts.at_ms,
        instance=Instance(bytes.fromhex(facts.instance)),
        receipts=facts.receipts,
    )
    async with open_county(folder, config) as node:
        if order.url:
            await asyncio.to_thread(_move, node.authority, node.relay.node, order.url)
        ahead = order.ahead or _further(facts.at_ms, now_ms)
        await node.move_ahead(ahead)
        safe = await node.county.safety.tell_again(finished, unpacked.lost)
        roster, release = node.relay.editions.versions()
        await asyncio.to_thread(_note, node.authority, order, unpacked, ahead)
        return Restored(
            node=node.relay.node,
            instance=(await node.relay.instance()).hex(),
            roster=roster,
            release=release,
            blobs=facts.blobs - len(unpacked.lost),
            lost_blobs=len(unpacked.lost),
            safe=safe,
        )


def _move(authority: Authority, county: NodeId, url: str) -> None:
    authority.change(county, lambda roster: readdressed(roster, county, url))


def _further(made_ms: int, now_ms: int) -> int:
    """How far to move on: further with each later restore of one backup.

    Two would give one number to two contents, and who holds the first never takes the second. So
    one more for each second since the backup: no county changes anything that often for long.
    """
    return AHEAD + max(0, now_ms - made_ms) // 1000


def _note(authority: Authority, order: Order, unpacked: Unpacked, ahead: int) -> None:
    """The record ends where the backup was made; this says why, and who went on from there."""
    authority.audit.add(
        actor=order.by,
        action="county.restore",
        subject=str(order.file),
        outcome=DONE,
        detail={
            "made_ms": unpacked.facts.at_ms,
            "ahead": ahead,
            "lost_blobs": len(unpacked.lost),
            **({"unsigned": True} if order.opener.unsigned else {}),
        },
    )
