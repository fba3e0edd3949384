"""Making a backup: copies of one moment, one file beside the blobs, and only then the receipts.

::

    TO/county-20261123T171500Z.backup   one for each backup; without this name it does not exist
    TO/blobs/<origin>/ab/<id>           of all backups; a blob never changes
    TO/.new/                            what is being made; after a power cut the next one sweeps it
    DATA/.backup/.new/                  the copies; they never lie unsealed on another disk

Source: docs/operations.md, "Backup and restore".
"""

import asyncio
import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from central.county.backup.archive import Facts, archive_pieces
from central.county.backup.calls import Made
from central.county.backup.meter import Meter
from central.county.backup.safety import Finished, Safety
from central.county.backup.sealed import Seal, write_sealed
from central.county.backup.shelf import BlobShelf
from central.county.backup.snapshot import Snapshot, take_snapshot, write_blob_list
from central.relay.service import Relay
from protocol.errors import (
    BackupPlaceError,
    BackupRunningError,
    DigestError,
    RecoveryKeyMissingError,
)
from protocol.ids import BlobRef
from protocol.json_values import to_json
from provisioning.authority import Authority
from provisioning.escrow.alarms import key_alarms
from provisioning.escrow.recovery import public_half
from runtime.control.owner import Report
from runtime.disk.files import disk_errors, private_folder, sync_folder
from runtime.disk.locks import take_lock

log = logging.getLogger(__name__)

_NEW, _LOCK, SHELF, _COPIES = ".new", ".lock", "blobs", ".backup"
ENDING = ".backup"


class Backup:
    """Makes backups of one county while it works."""

    def __init__(self, *, data: Path, relay: Relay, authority: Authority, safety: Safety) -> None:
        self._data, self._relay, self._authority = data, relay, authority
        self._safety = safety
        self._running: set[asyncio.Task[Any]] = set()

    async def make(self, to: Path, report: Report) -> Made:
        """Copy the county into the folder ``to``, and tell the stations what is SAFE.

        Raises:
            BackupPlaceError: ``to`` lies in the data folder.
            BackupRunningError: another backup is under way.
            RecoveryKeyMissingError: nobody could open it.
            FileTooLargeError: the disk holds no file that large.
            DiskFullError, StoreError: no backup came about, or its receipts are not all posted;
                the next one posts them.
        """
        _keep_outside(to, self._data)
        seal, copies = self._seal(), self._data / _COPIES
        with self._stoppable(), disk_errors(), _folder(copies) as copy, _folder(to) as new:
            return await self._make(to, new, copy, seal, Meter(report))

    async def stop(self) -> None:
        """Give up what is being made; it leaves nothing but a folder that the next one sweeps."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    @contextmanager
    def _stoppable(self) -> Iterator[None]:
        task = asyncio.current_task()
        tasks = {task} if task else set()
        self._running |= tasks
        try:
            yield
        finally:
            self._running -= tasks

    def _seal(self) -> Seal:
        half = public_half(self._data)
        if half is None:
            raise RecoveryKeyMissingError
        return Seal(
            root=self._authority.root_public,
            recovery=half.public,
            delegation=self._authority.delegation,
            signer=self._authority.signer,
        )

    async def _make(self, to: Path, new: Path, copies: Path, seal: Seal, meter: Meter) -> Made:
        now_ms = self._relay.clock.now_ms()
        snapshot = await take_snapshot(
            copies, store=self._relay.store, authority=self._authority, at_ms=now_ms, meter=meter
        )
        copied, lost = await self._keep_blobs(snapshot, BlobShelf(to / SHELF), meter)
        members, facts = snapshot.members(self._data), self._facts(snapshot, lost)
        write_blob_list(snapshot, lost)
        meter.begin("archive", sum(path.stat().st_size for path in members.values()))
        written = new / f"county{ENDING}"
        pieces, randomness = archive_pieces(members, facts, meter.moved), self._authority.randomness
        await meter.in_thread(lambda: write_sealed(written, pieces, seal, randomness))
        meter.begin("name")
        file = _free_name(to, now_ms)
        written.rename(file)
        sync_folder(to)
        meter.begin("receipts")
        finished = Finished(
            file=file.name,
            at_ms=now_ms,
            instance=snapshot.instance,
            receipts=snapshot.receipts,
        )
        async with snapshot.open() as copy:
            safe = await self._safety.tell(finished, copy, lost)
        made = Made(
            file=file,
            receipts=snapshot.receipts,
            blobs=facts.blobs,
            new_blobs=copied,
            lost_blobs=len(lost),
            safe=safe,
            same_disk=_on_one_disk(to, self._data),
            alarms=key_alarms(self._data),
        )
        log.info("backup done", extra={"event": "backup.done", **to_json(made)})
        return made

    async def _keep_blobs(
        self, snapshot: Snapshot, shelf: BlobShelf, meter: Meter
    ) -> tuple[int, set[BlobRef]]:
        """Put what is new on the shelf: how many that were, and which could not be found."""

        def missing() -> Mapping[BlobRef, int]:
            blobs = sorted(snapshot.blobs.items())
            return {blob: size for blob, size in blobs if not shelf.has(blob, size)}

        def keep() -> set[BlobRef]:
            files = self._relay.queue.files
            lost = set[BlobRef]()
            for blob in wanted:
                try:
                    if path := files.file(blob):
                        shelf.take(blob, path, meter.moved, link=True)
                    else:
                        shelf.fetch(blob, files.pieces(blob), meter.moved)
                except (FileNotFoundError, DigestError):
                    lost.add(blob)
            shelf.sync()
            return lost

        wanted = await meter.in_thread(missing)
        meter.begin("blobs", sum(wanted.values()))
        lost = await meter.in_thread(keep)
        if lost:
            names = [str(blob) for blob in sorted(lost)[:10]]
            extra = {"event": "backup.blobs-lost", "count": len(lost), "first": names}
            log.error("blobs are missing or damaged", extra=extra)
        return len(wanted) - len(lost), lost

    def _facts(self, snapshot: Snapshot, lost: set[BlobRef]) -> Facts:
        return Facts(
            node=self._relay.node,
            name=self._relay.identity.name,
            at_ms=snapshot.at_ms,
            instance=snapshot.instance.hex(),
            receipts=snapshot.receipts,
            blobs=len(snapshot.blobs.keys() - lost),
        )


@contextmanager
def _folder(to: Path) -> Iterator[Path]:
    """An empty folder to build in, for one backup at a time; gone afterwards if all went well."""
    if not to.exists():
        private_folder(to)
    with ExitStack() as held:
        descriptor = os.open(to / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        held.callback(os.close, descriptor)
        if not take_lock(descriptor, to / _LOCK, held):
            raise BackupRunningError(str(to))
        new = to / _NEW
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        try:
            yield new
        except Exception:
            shutil.rmtree(new, ignore_errors=True)
            raise
        shutil.rmtree(new, ignore_errors=True)


def _keep_outside(to: Path, data: Path) -> None:
    if data.resolve() in (to.resolve(), *to.resolve().parents):
        raise BackupPlaceError(str(to))


def _on_one_disk(one: Path, other: Path) -> bool:
    return one.stat().st_dev == other.stat().st_dev


def _free_name(to: Path, now_ms: int) -> Path:
    """The next name by the clock; a clock that was set back may find one taken."""
    while True:
        time = datetime.fromtimestamp(now_ms / 1000, tz=UTC)
        path = to / f"county-{time:%Y%m%dT%H%M%SZ}{ENDING}"
        if not path.exists():
            return path
        now_ms += 1000
