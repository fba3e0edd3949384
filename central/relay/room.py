"""Whether the disk has room left: the last of it is kept for what comes down, and for receipts."""

import os
from pathlib import Path

from protocol.limits import MIB, RESERVE_BYTES

_SHARE = 20  # of a small disk a twentieth is enough


class Room:
    """The disk that a folder lies on."""

    def __init__(self, folder: Path, reserve_bytes: int = RESERVE_BYTES) -> None:
        self._folder, self._reserve_bytes = folder, reserve_bytes

    @property
    def free_mib(self) -> int:
        """What is left for us."""
        disk = os.statvfs(self._folder)
        return disk.f_bavail * disk.f_frsize // MIB

    @property
    def is_short(self) -> bool:
        """Nothing more should come from below."""
        total, free = self.measure()
        return free < min(self._reserve_bytes, total // _SHARE)

    def measure(self) -> tuple[int, int]:
        """Bytes of the disk, and how many of them are free."""
        disk = os.statvfs(self._folder)
        return disk.f_blocks * disk.f_frsize, disk.f_bavail * disk.f_frsize
