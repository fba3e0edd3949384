"""Where a stick is mounted on this machine: removable media only. Blocks.

A folder that is no stick (the exchange folder of a one-way gateway, a share) is named by its path.

Source: proc_pid_mountinfo(5); Linux Documentation/ABI/stable/sysfs-block.
"""

import re
import shutil
import string
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from protocol.errors import StickFolderError
from runtime.sticks.folder import stick_root

MAX_PLACES = 50  # to choose from on one page
_ESCAPED = re.compile(r"\\([0-7]{3})")
_REMOVABLE_DRIVE = 2  # GetDriveTypeW


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One folder that may be a stick."""

    path: str
    free: int | None  # bytes; None if it can't be told
    packed: bool  # something was exported to it


def places(root: Path = Path("/")) -> list[Place]:
    """Every mounted stick, by name.

    Args:
        root: where ``proc`` and ``sys`` lie.
    """
    found = sorted({*_mounted(root), *_drives()})
    return [_place(path) for path in found[:MAX_PLACES]]


def stick_folder(text: str) -> Path:
    """The folder that somebody named.

    Raises:
        StickFolderError: it is not there, is none, or is not named from the root on.
    """
    try:
        path = Path(text)
        if text and path.is_absolute() and path.is_dir():
            return path
    except (OSError, ValueError):  # a name that no system has
        pass
    raise StickFolderError(text[:200])


def _mounted(root: Path) -> Iterator[Path]:
    try:
        lines = (root / "proc/self/mountinfo").read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return
    for line in lines:
        _, _, device, _, folder, *_ = [*line.split(" "), "", "", "", "", ""]
        if device and _is_removable(root / "sys/dev/block" / device):
            yield Path(_ESCAPED.sub(lambda found: chr(int(found[1], 8)), folder))


def _is_removable(device: Path) -> bool:
    """Whether a partition lies on USB, on an SD card, or on what says that it can be taken out.

    A USB disk says of itself that it is not removable, hence the look at the way to it.
    """
    if not device.exists():  # a share, memory, another file system without a disk
        return False
    real = device.resolve()
    if any(part.startswith("usb") for part in real.parts):
        return True
    facts = ((disk / "removable", disk / "device/type") for disk in (real, real.parent))
    return any(_says(removable, "1") or _says(kind, "SD") for removable, kind in facts)


def _says(file: Path, word: str) -> bool:
    try:
        return file.read_text("ascii").strip() == word
    except (OSError, ValueError):
        return False


def _drives() -> list[Path]:
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - there only

        drives = (f"{letter}:\\" for letter in string.ascii_uppercase)
        kind_of = ctypes.windll.kernel32.GetDriveTypeW
        return [Path(drive) for drive in drives if kind_of(drive) == _REMOVABLE_DRIVE]
    return []


def _place(path: Path) -> Place:
    try:
        free: int | None = shutil.disk_usage(path).free
        packed = stick_root(path).is_dir()
    except OSError:  # it was pulled out just now
        free, packed = None, False
    return Place(path=str(path), free=free, packed=packed)
