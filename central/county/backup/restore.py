"""What a restore does to files and rows before the county is opened: nothing of it is in DATA yet.

Source: docs/operations.md, "Backup and restore".
"""

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.backup.archive import BLOBS, SETTINGS, Facts, unpack_archive
from central.county.backup.meter import Meter
from central.county.backup.sealed import Opener, opened
from central.county.backup.shelf import BlobShelf
from central.county.casework.cases import Cases
from central.county.counters.lives import life_of, lives
from central.relay.instance.service import begin_anew
from central.relay.time.service import move_time_on
from central.server.config import ServerConfig
from central.store.engine import Store
from protocol.errors import BackupDamagedError, DigestError, RestorePlaceError, UsageError
from protocol.ids import NONCE_BYTES, BlobRef, Instance
from protocol.ports import Randomness
from runtime.disk.files import private_folder, sync_folder, write_private

_TRIES = 1000  # to find letters that no case number has; there are 576


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """A backup as files again, every one of them as it was written."""

    facts: Facts
    lost: frozenset[BlobRef]  # that belong to it and are not there, or not whole


@contextmanager
def new_folder(data: Path) -> Iterator[Path]:
    """A folder beside ``data`` to build in, which becomes ``data`` if all goes well.

    Raises:
        RestorePlaceError: ``data`` is there and not empty.
    """
    if os.path.ismount(data):
        raise RestorePlaceError(f"{data} is a disk; name a folder on it")
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise RestorePlaceError(str(data))
    building = data.with_name(f"{data.name}.restoring")
    shutil.rmtree(building, ignore_errors=True)  # of a restore that the power cut short
    private_folder(building)
    try:
        yield building
    except Exception:
        shutil.rmtree(building, ignore_errors=True)
        raise
    _sync_tree(building)
    building.rename(data)
    sync_folder(data.parent)


async def unpack(
    file: Path, opener: Opener, blobs: Path, folder: Path, meter: Meter, *, incomplete: bool
) -> Unpacked:
    """Check and write the files of a backup, and the blobs that belong to it, into ``folder``.

    Args:
        blobs: the folder of blobs that lies beside the backup's file.
        incomplete: go on without blobs that are missing or damaged.

    Raises:
        FileUnreadableError: there is no such file.
        BackupSealedError, BackupForeignError: another key opens it, or another county signed it.
        BackupDamagedError: not everything is as it was written.
        NewerStoreError: a newer program made it.
    """
    meter.begin("unpack", _size(file))

    def open_up() -> Facts:
        with opened(file, opener) as plain:
            return unpack_archive(plain, folder, meter.moved)

    facts = await meter.in_thread(open_up)
    shelf, target = BlobShelf(blobs), BlobShelf(folder / "blobs")
    listed = _listed(folder / BLOBS)
    meter.begin("blobs", sum(_size(shelf.path(blob)) for blob in listed))

    def copy() -> frozenset[BlobRef]:
        lost = {blob for blob in listed if not _copied(blob, shelf, target, meter)}
        if lost and not incomplete:
            first = min(lost)
            raise BackupDamagedError(f"{len(lost)} of {len(listed)} blobs in {blobs}: {first} ...")
        return frozenset(lost)

    return Unpacked(facts=facts, lost=await meter.in_thread(copy))


def set_database(folder: Path, database: str) -> ServerConfig:
    """Write into the settings where the database is from now on; empty: in the data folder.

    Blobs lie in the data folder, whatever the settings said: that is where they were restored to.

    Raises:
        UsageError: the settings can't be changed so.
    """
    path = folder / SETTINGS
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    lines = [
        line for line in lines if not re.match(r"\s*(database|blobs|blob_credentials)\s*=", line)
    ]
    if database:
        lines.insert(0, f"database = {json.dumps(database)}")
    write_private(path, "".join(f"{line}\n" for line in lines).encode())
    config = ServerConfig.load(path)
    if config.database != database:
        raise UsageError(f"{SETTINGS}: database is {config.database!r}")
    return config


async def begin_new_instance(
    store: Store, cases: Cases, lost: frozenset[BlobRef], randomness: Randomness
) -> Instance:
    """Make the restored database another than the one that was lost; the name of it."""

    async def work(session: AsyncSession) -> Instance:
        instance = new_instance(await lives(session), randomness)
        await begin_anew(session, instance, lost)
        await move_time_on(session)
        await cases.await_again(session, lost)
        return instance

    return await store.transact(work)


def new_instance(used: set[str], randomness: Randomness) -> Instance:
    """A name for another life, whose case numbers look like none that was given out."""
    tries = (Instance(randomness.token(NONCE_BYTES)) for _ in range(_TRIES))
    fresh = (instance for instance in tries if life_of(instance) not in used)
    return next(fresh, Instance(randomness.token(NONCE_BYTES)))


def _listed(path: Path) -> list[BlobRef]:
    names = path.read_text("ascii").split()
    path.unlink()
    return [BlobRef.parse(name) for name in names]


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _copied(blob: BlobRef, shelf: BlobShelf, target: BlobShelf, meter: Meter) -> bool:
    try:
        target.take(blob, shelf.path(blob), meter.moved, link=False)
    except (FileNotFoundError, DigestError):
        return False
    return True


def _sync_tree(folder: Path) -> None:
    """Wait until all that is in ``folder`` is on disk."""
    for root, _, names in os.walk(folder):
        for name in names:
            with (Path(root) / name).open("rb") as file:
                os.fsync(file.fileno())
        sync_folder(Path(root))
