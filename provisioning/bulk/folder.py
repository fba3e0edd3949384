"""The folder of one import: kits and cards, there as a whole before the roster changes.

::

    KITS/451423103201-<node>.kit          for the stick that goes to the village
    KITS/cards/451423103201-<node>.html   for the envelope that goes another way: it has the code
    KITS/cards/all.html                   every card, one a page

It grows under another name and gets its own after the roster changed. If the power fails in
between, the next import finishes that.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from protocol.errors import UsageError
from protocol.ids import NodeId
from protocol.trust.roster import Roster
from provisioning.bulk.cards import Card, card_page
from provisioning.bulk.names import ALL, CARDS, KIT, card_name, kit_name
from provisioning.invitation import Invitation
from runtime.disk.files import disk_errors, private_folder, sync_folder, write_new


class KitFolder:
    """Where one import writes."""

    def __init__(self, folder: Path) -> None:
        self.root = self._folder = folder
        self._growing = folder.with_name(folder.name + ".new")

    def prepare(self, roster: Roster) -> None:
        """Make sure that the folder can be made; finish or drop what the power cut short.

        Raises:
            UsageError: there is something under this name, or it can't be made.
            StoreError: the disk can't be written.
        """
        if self._growing.is_dir():
            nodes = {NodeId(kit.stem.partition("-")[2]) for kit in self._growing.glob("*" + KIT)}
            if nodes and nodes <= roster.nodes.keys():
                self.finish()
                raise UsageError(f"{self._folder} 是上次断电的导入，名册已有其中节点，现已补全")
        if self._folder.exists() and (not self._folder.is_dir() or any(self._folder.iterdir())):
            raise UsageError(f"{self._folder} 已存在且不是空文件夹")
        if not self._folder.absolute().parent.is_dir():
            raise UsageError(f"{self._folder.parent} 不是文件夹")

    def write(self, cards: Sequence[Card], invitations: Sequence[Invitation]) -> None:
        """All files, on disk before this returns.

        Raises:
            DiskFullError, StoreError: they can't be written.
        """
        shutil.rmtree(self._growing, ignore_errors=True)
        try:
            with disk_errors():
                self._write(cards, invitations)
        except Exception:
            shutil.rmtree(self._growing, ignore_errors=True)  # nobody is added: no code stays here
            raise

    def _write(self, cards: Sequence[Card], invitations: Sequence[Invitation]) -> None:
        private_folder(self._growing / CARDS)
        for card, invitation in zip(cards, invitations, strict=True):
            write_new(self._growing / kit_name(card), invitation.kit)
            write_new(self._growing / card_name(card), card_page([card]).encode())
        write_new(self._growing / CARDS / ALL, card_page(cards).encode())
        for folder in (self._growing / CARDS, self._growing, self._growing.absolute().parent):
            sync_folder(folder)

    def finish(self) -> None:
        """Give the folder its name."""
        with disk_errors():
            if self._folder.is_dir():
                self._folder.rmdir()  # an empty one, see prepare()
            self._growing.rename(self._folder)
            sync_folder(self._folder.absolute().parent)
