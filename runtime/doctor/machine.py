"""What is wrong with the computer: disk, memory, limits, the date."""

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from protocol.limits import MIB
from runtime.descriptors import descriptor_limit
from runtime.disk.space import DiskSpace, room_of
from runtime.doctor.finding import Found
from runtime.portable import folder_is_read_only

_LOW_BYTES = 1024 * MIB  # of the disk: a week of a busy village
_LOW_SHARE = 10  # of a small disk a tenth is enough
_MEMORY_MIB = 100  # a program with its pages
_SAFE_SQLITE = (3, 51, 3)  # https://www.sqlite.org/wal.html, "the WAL-reset bug"
_CLOCK_MS = 5 * 60_000
_UNSAFE = frozenset(
    (
        *("9p", "cifs", "smb", "smb2", "smb3", "smbfs", "nfs", "nfs4", "fuse.sshfs"),
        *("vfat", "msdos", "exfat", "tmpfs", "ramfs"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The computer below one data folder, as measured."""

    room: DiskSpace
    reserve_bytes: int  # below it the program takes nothing new
    read_only: bool
    filesystem: str  # its name in the kernel; empty: not known
    memory_mib: int | None  # that programs can still have; None: not known
    descriptors: int  # files that a process may have open
    descriptors_wanted: int
    sqlite: tuple[int, ...]

    @classmethod
    def measure(cls, data: Path, *, reserve_bytes: int, descriptors_wanted: int) -> "Machine":
        """Look at the computer; nothing is changed."""
        return cls(
            room=room_of(data),
            reserve_bytes=reserve_bytes,
            read_only=folder_is_read_only(data),
            filesystem=_filesystem(data),
            memory_mib=_memory_mib(),
            descriptors=descriptor_limit(descriptors_wanted),
            descriptors_wanted=descriptors_wanted,
            sqlite=sqlite3.sqlite_version_info,
        )

    def faults(self) -> Iterator[Found]:
        """What is wrong with it."""
        yield from self._disk()
        if self.filesystem in _UNSAFE:
            yield Found("disk.unsafe", self.filesystem)
        if self.memory_mib is not None and self.memory_mib < _MEMORY_MIB:
            yield Found("memory.low", f"{self.memory_mib} MiB")
        if self.descriptors < self.descriptors_wanted:
            yield Found("limit.files-low", f"{self.descriptors} < {self.descriptors_wanted}")
        if self.sqlite < _SAFE_SQLITE:
            yield Found("sqlite.old", ".".join(map(str, self.sqlite)))

    def _disk(self) -> Iterator[Found]:
        room, free = self.room, f"{self.room.free // MIB} MiB"
        if self.read_only:
            yield Found("disk.read-only")
        elif room.lacks_files:
            yield Found("disk.no-files", str(room.files_free))
        elif room.free < self.reserve_bytes:
            yield Found("disk.full", free)
        elif room.free < min(_LOW_BYTES, room.total // _LOW_SHARE):
            yield Found("disk.low", free)


def clock_faults(error_ms: int | None) -> Iterator[Found]:
    """Of a clock that is wrong by so much; None: nobody knows."""
    if error_ms is not None and abs(error_ms) >= _CLOCK_MS:
        yield Found("clock.wrong", f"{error_ms // 60_000:+d} 分钟")


def _memory_mib() -> int | None:
    with suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/meminfo").read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) // 1024
    return None


def _filesystem(folder: Path) -> str:
    """The kernel's name of the file system that ``folder`` lies on; of the longest mount point."""
    best, found = -1, ""
    whole = str(folder.resolve())
    with suppress(OSError, IndexError):
        for line in Path("/proc/self/mounts").read_text("utf-8").splitlines():
            point, kind = line.split(" ")[1:3]
            point = point.replace("\\040", " ").rstrip("/")
            if len(point) > best and (whole == point or whole.startswith(f"{point}/")):
                best, found = len(point), kind
    return found
