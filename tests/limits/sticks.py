"""Sticks as large as they may be, and a little larger."""

import os
from pathlib import Path

from protocol.ids import NodeId
from protocol.stick.names import FOLDER, BagName, FileKind, ItemName


def bags(folder: Path, count: int) -> None:
    """So many empty bags."""
    (folder / FOLDER).mkdir()
    for number in range(count):
        (folder / FOLDER / str(BagName(NodeId(f"{number:016x}"), None))).mkdir()


def sparse(folder: Path, size: int) -> None:
    """One file that claims so many bytes, and takes no room."""
    bag = str(BagName(NodeId("0" * 16), None))
    path = folder / FOLDER / bag / str(ItemName(FileKind.ENVELOPE, bytes(32)))
    path.parent.mkdir(parents=True)
    path.touch()
    os.truncate(path, size)
