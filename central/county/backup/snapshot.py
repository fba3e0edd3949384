"""Copies of one moment: the database, then the authority, and what the copies say of themselves.

The order makes them fit: whoever has sent something that is in the copy of the database is in the
later copy of the authority, and the blobs that it names are on disk and never change.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.backup.archive import AUTHORITY_DATABASE, BLOBS, DATABASE, SETTINGS
from central.county.backup.meter import Meter
from central.county.counters.service import last_given
from central.county.intake.answers import series
from central.relay.instance.service import instance_of, whole_blobs
from central.store.copying import copy_to_file, sqlite_url
from central.store.engine import Store
from central.store.migrate import ACCOUNTS, COUNTY, RELAY
from protocol.ids import BlobRef, Instance
from provisioning.authority import FOLDER, Authority
from provisioning.escrow.service import ROOT_KEY

_NODE = "node"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A copy of a county, in files of its own."""

    folder: Path
    at_ms: int
    instance: Instance
    receipts: int  # newest receipt number in the copy of the database
    blobs: Mapping[BlobRef, int]  # every whole blob that it knows, with its size in bytes

    def open(self) -> Store:
        """The copy of the database. It is only read; close it before the file is used."""
        return Store(sqlite_url(self.folder / DATABASE))

    def members(self, data: Path) -> dict[str, Path]:
        """Every file of a backup by its name there; what never changes is taken from ``data``."""
        copied = [DATABASE, BLOBS, AUTHORITY_DATABASE]
        fixed = [data / SETTINGS, *_keys(data / FOLDER), *(data / _NODE).iterdir()]
        return {name: self.folder / name for name in copied} | {
            str(path.relative_to(data)): path for path in sorted(fixed) if path.is_file()
        }


async def take_snapshot(
    folder: Path, *, store: Store, authority: Authority, at_ms: int, meter: Meter
) -> Snapshot:
    """Copy ``store`` and ``authority`` into ``folder``, which is empty.

    Raises:
        DiskFullError, StoreError: the copies can't be written.
    """
    meter.begin("database")
    await meter.watch(
        copy_to_file(store, folder / DATABASE, (RELAY, COUNTY, ACCOUNTS), meter.reached)
    )
    meter.begin("authority")
    copied = folder / AUTHORITY_DATABASE
    copied.parent.mkdir(mode=0o700)
    await meter.in_thread(lambda: authority.copy_database(copied))

    async def work(session: AsyncSession) -> Snapshot:
        instance = await instance_of(session)
        return Snapshot(
            folder=folder,
            at_ms=at_ms,
            instance=instance,
            receipts=await last_given(session, series(instance)),
            blobs=await whole_blobs(session),
        )

    async with Store(sqlite_url(folder / DATABASE)) as copy:
        return await copy.transact(work)


def write_blob_list(snapshot: Snapshot, lost: set[BlobRef]) -> None:
    """Write down which blobs belong to the backup."""
    names = sorted(str(blob) for blob in snapshot.blobs.keys() - lost)
    (snapshot.folder / BLOBS).write_text("".join(f"{name}\n" for name in names), "ascii")


def _keys(folder: Path) -> list[Path]:
    """The files of the authority but its database, which lives, and the root, which is not here."""
    left_out = (Path(AUTHORITY_DATABASE).name, ROOT_KEY)
    return [path for path in folder.iterdir() if not path.name.startswith(left_out)]
