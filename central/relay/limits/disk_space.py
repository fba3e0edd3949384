"""Whether the disk has room left: the last of it is kept for what comes down, and for receipts."""

from pathlib import Path

from protocol.limits import MIB, RESERVE_BYTES
from runtime.disk.space import DiskSpace, room_of

_SHARE = 20  # of a small disk a twentieth is enough


class Reserve:
    """The disk that a folder lies on, and what of it is kept back."""

    def __init__(self, folder: Path, reserve_bytes: int = RESERVE_BYTES) -> None:
        self._folder, self._reserve_bytes = folder, reserve_bytes

    @property
    def free_mib(self) -> int:
        """What is left for us."""
        return self.measure().free // MIB

    @property
    def is_short(self) -> bool:
        """Nothing more should come from below."""
        room = self.measure()
        return room.lacks_files or room.free < min(self._reserve_bytes, room.total // _SHARE)

    def measure(self) -> DiskSpace:
        """What is left, and the whole."""
        return room_of(self._folder)
