"""The data folder's file system: how much room is left, a ballast, and writes that last.

Everything that writes a file goes through a :class:`Disk`, so that a test can cut the power
before any step of it.
"""

import os
from pathlib import Path
from typing import IO

from protocol.errors import DiskFullError
from protocol.limits import MIB
from runtime.disk.files import sync_folder
from runtime.disk.space import DiskSpace, room_of
from runtime.portable import reserve
from station_agent.store.failure import naming_failures

BALLAST_BYTES = 32 * MIB  # more than a full WAL and what a deletion needs: dropping it helps
APPLICATION_RESERVE_BYTES = 64 * MIB  # below it receipts still fit, new applications do not
ATTACHMENT_RESERVE_BYTES = 200 * MIB
_BALLAST_SHARE, _APPLICATION_SHARE, _ATTACHMENT_SHARE = 0.05, 0.05, 0.10


class Disk:
    """The file system below one data folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ballast = folder / "ballast"

    def room(self) -> DiskSpace:
        """What is left for us, and the whole."""
        with naming_failures():
            return room_of(self._folder)

    @property
    def is_short(self) -> bool:
        """Whether attachments are no longer taken."""
        room = self.room()
        reserve = min(ATTACHMENT_RESERVE_BYTES, int(room.total * _ATTACHMENT_SHARE))
        return room.lacks_files or room.free < reserve

    def holds(self, pattern: str) -> bool:
        """Whether something of that name lies in the data folder."""
        return next(self._folder.glob(pattern), None) is not None

    def require_room(self, needed: int, *, attachments: bool) -> None:
        """Raise DiskFullError if less than the reserve would be left after ``needed`` bytes."""
        room = self.room()
        if room.lacks_files:
            raise DiskFullError(room.in_words())
        reserve = min(APPLICATION_RESERVE_BYTES, int(room.total * _APPLICATION_SHARE))
        if attachments:
            reserve = min(ATTACHMENT_RESERVE_BYTES, int(room.total * _ATTACHMENT_SHARE))
        if room.free - needed < reserve:
            raise DiskFullError(
                f"{room.free // MIB} MiB free, {needed // MIB} needed, {reserve // MIB} kept back"
            )

    def keep_ballast(self) -> None:
        """Hold a file that can be dropped when the disk is full; not while it nearly is."""
        room = self.room()
        size = min(BALLAST_BYTES, int(room.total * _BALLAST_SHARE))
        spare = room.free - min(APPLICATION_RESERVE_BYTES, int(room.total * _APPLICATION_SHARE))
        if self._ballast.exists() or spare < size:
            return
        temporary = self._ballast.with_suffix(".new")
        with naming_failures(), temporary.open("wb") as file:
            reserve(file, size)
            self.sync(file)
        self.move(temporary, self._ballast)

    def drop_ballast(self) -> None:
        """Give its room to what must be written now."""
        self._ballast.unlink(missing_ok=True)

    def sync(self, file: IO[bytes]) -> None:
        """Return once everything written to ``file`` is on disk."""
        with naming_failures():
            file.flush()
            os.fsync(file.fileno())

    def sync_folder(self, folder: Path) -> None:
        """Return once the names in ``folder`` are on disk."""
        with naming_failures():
            sync_folder(folder)

    def make_folder(self, folder: Path) -> None:
        """Make a folder and those above it for good: a file is lost with its folder."""
        if folder.exists():
            return
        self.make_folder(folder.parent)
        with naming_failures():
            folder.mkdir(exist_ok=True)
        self.sync_folder(folder.parent)

    def move(self, source: Path, target: Path) -> None:
        """Give a synced file its final name, for good."""
        self.make_folder(target.parent)
        with naming_failures():
            source.replace(target)
        self.sync_folder(target.parent)

    def write_at(self, path: Path, offset: int, data: bytes) -> None:
        """Put ``data`` at ``offset`` and cut off whatever lay behind; not synced yet."""
        with naming_failures(), path.open("r+b" if path.exists() else "w+b") as file:
            file.seek(offset)
            file.write(data)
            file.truncate()

    def sync_path(self, path: Path) -> None:
        """Return once the file at ``path`` is on disk, and its name too."""
        with naming_failures(), path.open("r+b") as file:
            self.sync(file)
        self.sync_folder(path.parent)

    def append(self, path: Path, data: bytes) -> int:
        """Add ``data`` to the end of a file, for good; its size afterwards.

        On an error the file is as long as before.
        """
        self.make_folder(path.parent)
        fresh = not path.exists()
        with naming_failures(), path.open("ab", buffering=0) as file:
            before = file.tell()
            try:
                _write_whole(file, data)
                self.sync(file)
            except Exception:
                os.ftruncate(file.fileno(), before)
                raise
        if fresh:
            self.sync_folder(path.parent)
        return before + len(data)

    def cut_back(self, path: Path, size: int) -> None:
        """Make a file as short as it was, for good."""
        with naming_failures(), path.open("r+b") as file:
            file.truncate(size)
            self.sync(file)


def _write_whole(file: IO[bytes], data: bytes) -> None:
    """Unbuffered, so that nothing is written after an error when the file is closed."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]
