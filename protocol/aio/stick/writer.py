"""Packing bags, so that the stick may be pulled out at any moment.

A file gets its name once all of it is on disk, and the manifest comes last. A file that an
earlier export wrote whole is not written again. All calls block; run them in a thread.

Source: docs/protocol.md section 11.
"""

import errno
import hashlib
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from protocol.aio.stick.folder import NO_LINK, is_real_shelf, plain_file, scan, survey
from protocol.ids import NodeId
from protocol.keys import Signer
from protocol.limits import MAX_STICK_NAMES, STICK_LIST_FILES, STICK_RESERVE_BYTES
from protocol.ports import Clock
from protocol.stick import (
    FOLDER,
    HEAD,
    BagName,
    ItemName,
    Listed,
    StickFullError,
    StickHostileError,
    StickUnreadableError,
    StickUnwritableError,
    is_list,
    list_name,
    pack_head,
    pack_list,
)

_GROWING = "growing.tmp"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_FOLDER_SYNC = (errno.EINVAL, errno.ENOTSUP, errno.EBADF)  # some file systems of sticks


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
        self._folder, self._root = folder, folder / FOLDER
        self._node, self._signer, self._clock = node, signer, clock
        self._names, self._max_names = 0, max_names
        self._bags: dict[NodeId | None, BagWriter] = {}

    def open(self) -> None:
        """Make the folder, if only its last part is missing, and look at what lies there.

        Raises:
            StickUnwritableError: it can't be written.
            StickHostileError: it is full of things that no export writes.
        """
        with _writing():
            self._folder.mkdir(exist_ok=True)
        _make_folder(self._root)
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
        with _writing():
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
        with _writing():
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

    def grow(self, item: ItemName, size: int) -> "GrowingFile":
        """Begin a file of ``size`` bytes that comes in pieces. Raises like :meth:`put`."""
        self._require_room(size)
        self._ensure_shelf(item)
        return GrowingFile(
            self._path / _GROWING, self._path / str(item), lambda: self._note(item, size)
        )

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
        self._write_small(HEAD, head)

    def sweep(self) -> None:
        """Remove what earlier exports wrote and this one did not; then the bag, if it is empty.

        What no export writes stays.
        """
        if not os.path.lexists(self._path):
            return
        with _writing():
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
        growing = GrowingFile(self._path / _GROWING, self._path / name, lambda: None)
        growing.add(data)
        growing.finish()

    def _ensure_shelf(self, item: ItemName) -> None:
        for folder in (self._path, self._path / item.shelf):
            self._ensure(folder)

    def _ensure(self, folder: Path) -> None:
        if folder not in self._folders:
            _make_folder(folder)
            self._folders.add(folder)


class GrowingFile:
    """A file that gets its name once all of it is on disk. Made by :meth:`BagWriter.grow`."""

    def __init__(self, temporary: Path, target: Path, done: Callable[[], None]) -> None:
        self._temporary, self._target, self._done = temporary, target, done
        with _writing():
            temporary.unlink(missing_ok=True)  # of a stick that was pulled out
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_LINK
            self._file = os.fdopen(os.open(temporary, flags, 0o644), "wb")

    def add(self, data: bytes) -> None:
        """The next bytes; after an error nothing is left of the file."""
        with self._or_nothing(), _writing():
            self._file.write(data)

    def finish(self) -> None:
        """Wait until it is on disk, and give it its name."""
        with self._or_nothing(), _writing():
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._temporary.replace(self._target)
            _sync_folder(self._target.parent)
        self._done()

    def abandon(self) -> None:
        """It is not wanted after all."""
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self._temporary.unlink(missing_ok=True)

    @contextmanager
    def _or_nothing(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.abandon()
            raise


def _make_folder(path: Path) -> None:
    """Make one folder, unless it is there; a link in its place is not followed."""
    with _writing():
        with suppress(FileExistsError):
            path.mkdir()
        found = path.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise StickHostileError(f"{path} is no folder")


@contextmanager
def _writing() -> Iterator[None]:
    """Say in our words why the stick can't be written."""
    try:
        yield
    except OSError as exc:
        if exc.errno in _FULL:
            raise StickFullError(exc.strerror or "") from exc
        raise StickUnwritableError(f"{exc.filename or ''} {exc.strerror}".strip()) from exc


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as exc:
        if exc.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(descriptor)


def _is_whole(path: Path, size: int, digest: bytes) -> bool:
    try:
        with plain_file(path) as file:
            if os.fstat(file.fileno()).st_size != size:
                return False
            return hashlib.file_digest(file, "sha256").digest() == digest
    except StickUnreadableError:
        return False
