"""What can be asked of backups; light, for commands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from runtime.control.calls import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class BackUp:
    """Copy the county into a folder while it works."""

    to: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A finished backup, and what was told because of it."""

    file: Path
    receipts: int  # newest receipt number in it
    blobs: int  # that belong to it
    new_blobs: int  # of them, copied this time
    lost_blobs: int  # that the database names and the disk has not, or not whole
    safe: int  # envelopes that were told SAFE because of it
    same_disk: bool  # as the data: one lost disk takes both
    alarms: Sequence[Mapping[str, str]]  # keys that should have left this machine: code, words


BACKUP = Call("county.backup", BackUp, Made)
