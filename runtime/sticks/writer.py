"""Packing bags, so that the stick may be pulled out at any moment.

A file gets its name once its content is on disk, and the manifest comes last. A file that an
earlier export wrote whole is not written again. All calls block; run them in a thread.

Source: docs/protocol.md section 11.
"""

import hashlib
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from protocol.envelope.keys import Signer
from protocol.errors import StickFullError, StickUnreadableError
from protocol.ids import NodeId
from protocol.limits import MAX_STICK_NAMES, STICK_LIST_FILES, STICK_RESERVE_BYTES
from protocol.ports import Clock
from protocol.stick.names import (
    HEAD,
    BagName,
    ItemName,
    Listed,
    is_list,
    list_name,
    pack_head,
    pack_list,
)
from runtime.disk.files import sync_folder
from runtime.sticks.folder import is_real_shelf, plain_file, scan, stick_root, survey
from runtime.sticks.growing import GrowingFile, make_folder, writing

_GROWING = "growing.tmp"


class StickWriter:
    """Packs the bags of one node. Open it, put things into bags, then close it."""

    def __init__(
        self,
        folder: Path,
        *,
        node: NodeId,
        signer: Signer,
        clock: Clock,
        max_names: int = MAX_STICK_NAMES,
    ) -> None:
        self._folder, self._root = folder, stick_root(folder)
        self._node, self._signer, self._clock = node, signer, clock
        self._names, self._max_names = 0, max_names
        self._bags: dict[NodeId | None, BagWriter] = {}

    def open(self) -> None:
        """Make the folder, if only its last part is missing, and look at what lies there.

        Raises:
            StickUnwritableError: it can't be written.
            StickHostileError: it is full of things that no export writes.
        """
        with writing():
            self._folder.mkdir(exist_ok=True)
        make_folder(self._root)
        self._names = survey(self._folder, max_names=self._max_names).names

    def bag(self, to: NodeId | None) -> "BagWriter":
        """The bag for ``to``, or for everybody."""
        if to not in self._bags:
            name = BagName(self._node, to)
            self._bags[to] = BagWriter(self._root / str(name), name, self._require_room)
        return self._bags[to]

    def close(self, *, covers: Callable[[NodeId | None], bool]) -> None:
        """Write the manifests. Then remove what earlier exports wrote and nobody waits for now.

        Args:
            covers: whether this export was for that recipient too; bags of others stay.
        """
        with writing():
            found = [BagName.parse(entry.name) for entry in scan(self._root)]
        for name in found:
            if name and name.origin == self._node and covers(name.to):
                self.bag(name.to)
        self.sign()
        for bag in self._bags.values():
            bag.sweep()

    def sign(self) -> None:
        """Write the manifests of what was packed so far; nothing is removed."""
        for bag in self._bags.values():
            bag.sign(self._signer, self._clock.now_ms())

    def _require_room(self, size: int) -> None:
        with writing():
            free = shutil.disk_usage(self._root).free
        if free - size < STICK_RESERVE_BYTES:
            raise StickFullError(f"{free} bytes are free, {size} are needed")
        self._names += 2  # the file, and perhaps its shelf
        if self._names > self._max_names:
            raise StickFullError(f"at most {self._max_names} names")


class BagWriter:
    """One bag while it is packed. Made by :meth:`StickWriter.bag`."""

    def __init__(self, path: Path, name: BagName, require_room: Callable[[int], None]) -> None:
        self._path, self._name, self._require_room = path, name, require_room
        self._folders: set[Path] = set()  # known to be real ones
        self._changed: set[Path] = set()  # with names that are not synced yet
        self._packed: set[ItemName] = set()
        self._size = 0  # bytes of these
        self._unlisted: list[Listed] = []
        self._lists: list[bytes] = []

    def put(self, item: ItemName, data: bytes) -> bool:
        """Pack a file; False if it was there already, whole.

        Raises:
            StickFullError, StickUnwritableError: it is not there.
        """
        if self.keep(item, len(data), hashlib.sha256(data).digest()):
            return False
        growing = self.grow(item, len(data))
        growing.add(data)
        growing.finish()
        return True

    def keep(self, item: ItemName, size: int, digest: bytes) -> bool:
        """Pack what an earlier export wrote; False if it is not there, or not whole."""
        if item not in self._packed:
            self._ensure_shelf(item)
            if not _is_whole(self._path / str(item), size, digest):
                return False
            self._note(item, size)
        return True

    def grow(self, item: ItemName, size: int) -> GrowingFile:
        """Begin a file of ``size`` bytes that comes in pieces. Raises like :meth:`put`."""
        self._require_room(size)
        self._ensure_shelf(item)
        return self._growing(str(item), lambda: self._note(item, size))

    def sign(self, signer: Signer, made_ms: int) -> None:
        """Write the manifest of what was packed; nothing for a bag that is not there."""
        self._write_list()
        if not self._packed and not os.path.lexists(self._path):
            return
        head = pack_head(
            signer,
            self._name,
            made_ms=made_ms,
            files=len(self._packed),
            size=self._size,
            lists=self._lists,
        )
        self._sync()  # what the manifest names is there before it
        self._write_small(HEAD, head)
        self._sync()

    def sweep(self) -> None:
        """Remove what earlier exports wrote and this one did not; then the bag, if it is empty.

        What no export writes stays.
        """
        if not os.path.lexists(self._path):
            return
        with writing():
            for entry in list(scan(self._path)):
                if is_real_shelf(entry):
                    self._sweep_shelf(entry)
                elif self._is_spent(entry):
                    Path(entry.path).unlink()
            if not self._packed:
                (self._path / HEAD).unlink(missing_ok=True)
                with suppress(OSError):  # something else is in it
                    self._path.rmdir()

    def _sweep_shelf(self, shelf: os.DirEntry[str]) -> None:
        for entry in list(scan(shelf.path)):
            item = ItemName.parse(shelf.name, entry.name)
            if item and item not in self._packed and not entry.is_dir(follow_symlinks=False):
                Path(entry.path).unlink()
        with suppress(OSError):
            Path(shelf.path).rmdir()

    def _is_spent(self, entry: os.DirEntry[str]) -> bool:
        if entry.is_dir(follow_symlinks=False):
            return False
        if not is_list(entry.name):
            return entry.name == _GROWING
        return bytes.fromhex(Path(entry.name).stem) not in self._lists

    def _note(self, item: ItemName, size: int) -> None:
        self._packed.add(item)
        self._size += size
        self._unlisted.append(Listed(str(item), size))
        if len(self._unlisted) == STICK_LIST_FILES:
            self._write_list()

    def _write_list(self) -> None:
        if self._unlisted:
            data = pack_list(self._unlisted)
            self._write_small(list_name(data), data)
            self._lists.append(hashlib.sha256(data).digest())
            self._unlisted = []

    def _write_small(self, name: str, data: bytes) -> None:
        self._ensure(self._path)
        growing = self._growing(name, lambda: None)
        growing.add(data)
        growing.finish()

    def _growing(self, name: str, done: Callable[[], None]) -> GrowingFile:
        target = self._path / name
        self._changed.add(target.parent)
        return GrowingFile(self._path / _GROWING, target, done)

    def _sync(self) -> None:
        """Return once the names in every changed folder are on disk."""
        with writing():
            for folder in sorted(self._changed):
                sync_folder(folder)
        self._changed.clear()

    def _ensure_shelf(self, item: ItemName) -> None:
        for folder in (self._path, self._path / item.shelf):
            self._ensure(folder)

    def _ensure(self, folder: Path) -> None:
        if folder not in self._folders:
            make_folder(folder)
            self._folders.add(folder)


def _is_whole(path: Path, size: int, digest: bytes) -> bool:
    try:
        with plain_file(path) as file:
            if os.fstat(file.fileno()).st_size != size:
                return False
            return hashlib.file_digest(file, "sha256").digest() == digest
    except StickUnreadableError:
        return False
