"""How much more a file system holds: bytes, and files where it counts them.

Source: statvfs(3).
"""

import os
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from protocol.errors import DiskFullError

SPARE_FILES = 64  # below this the next start, which makes some, may fail


@dataclass(frozen=True, slots=True)
class DiskSpace:
    """What is left for us, and the whole."""

    free: int  # bytes
    total: int  # bytes
    files_free: int | None = None  # files that can still be made; None where they are not counted
    files_total: int | None = None

    @property
    def lacks_files(self) -> bool:
        """Whether hardly another file can be made, however many bytes are free."""
        return self.files_free is not None and self.files_free < SPARE_FILES

    def in_words(self) -> str:
        """For a message about files that can't be made."""
        return f"还能新建的文件数：{self.files_free}，共 {self.files_total}（inode）"


def room_of(folder: Path) -> DiskSpace:
    """Of the file system that ``folder`` lies on.

    Raises:
        OSError: it is not there.
    """
    disk = shutil.disk_usage(folder)
    free = total = None
    if hasattr(os, "statvfs"):
        counted = os.statvfs(folder)
        if counted.f_files:  # some count none
            free, total = counted.f_favail, counted.f_files
    return DiskSpace(disk.free, disk.total, free, total)


def require_files(folder: Path) -> None:
    """Raise DiskFullError if ``folder`` is on a disk that can hold no more files."""
    room = room_of(folder)
    if room.files_free == 0:
        raise DiskFullError(room.in_words())


def explain(exc: sqlite3.Error, folder: Path) -> None:
    """Raise DiskFullError if SQLite could not make a file because there may be no more of them."""
    if getattr(exc, "sqlite_errorname", "").startswith("SQLITE_CANTOPEN"):
        require_files(folder)
