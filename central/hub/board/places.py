"""Where a stick may be mounted on this machine: a look at the usual folders. Blocks.

Desktop systems mount below /media and /run/media, in a folder for each user; administrators
below /mnt.
"""

import os
import shutil
import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from protocol.errors import StickFolderError
from protocol.stick import FOLDER

MAX_PLACES = 50  # to choose from on one page
_DESKS = ("media", "run/media")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One folder that may be a stick."""

    path: str
    free: int | None  # bytes; None if it can't be told
    packed: bool  # something was exported to it


def places(root: Path = Path("/")) -> list[Place]:
    """Every folder that may be a stick, by name."""
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
    for desk in (root / name for name in _DESKS):
        for path in _folders(desk):
            if path.is_mount():
                yield path
            else:
                yield from _folders(path)
    yield from _folders(root / "mnt")


def _folders(path: Path) -> list[Path]:
    """Folders in ``path``; none if it can't be read. Links to folders are no sticks."""
    try:
        return [each for each in path.iterdir() if each.is_dir() and not each.is_symlink()]
    except OSError:
        return []


def _drives() -> list[Path]:
    if os.name != "nt":
        return []
    drives = (Path(f"{letter}:\\") for letter in string.ascii_uppercase)
    return [drive for drive in drives if drive.exists()]


def _place(path: Path) -> Place:
    try:
        free: int | None = shutil.disk_usage(path).free
        packed = (path / FOLDER).is_dir()
    except OSError:  # it was pulled out just now
        free, packed = None, False
    return Place(path=str(path), free=free, packed=packed)
