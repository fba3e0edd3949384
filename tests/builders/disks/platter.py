"""What of a folder is really on the platter: only synced bytes, only names of synced folders.

The strict reading of POSIX: ``fsync`` of a file keeps its bytes and not its name, ``fsync`` of a
folder keeps its names and not their bytes. The files of SQLite sync themselves where Python can't
see it; of them is kept what was there after the last commit that was synced.
"""

import os
import shutil
import stat
from enum import Enum
from pathlib import Path

_SQLITE_ENDINGS = (".db", ".db-wal", ".db-journal")
_SHARED_MEMORY = ".db-shm"  # made anew by whoever opens the database


class Loss(Enum):
    """What a power cut takes of that which was not synced."""

    ALL = "all"  # neither bytes nor names
    HALF = "half"  # every name is there, and the first half of the bytes
    NOTHING = "nothing"  # only the process was killed


class Platter:
    """Follows one folder from now on; told of each sync."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._names: dict[int, dict[str, int]] = {}  # by the folder's inode
        self._bytes: dict[int, bytes] = {}
        self._held: dict[int, int] = {}  # descriptors, so that no inode is given out twice
        self._databases: dict[int, bytes] = {}
        for folder, _, files in os.walk(root):
            self.folder_synced(Path(folder))
            for name in files:
                self.file_synced(Path(folder) / name)
        for path in root.rglob("*.db"):
            self.database_synced(path)

    def close(self) -> None:
        """Give the descriptors back."""
        for descriptor in self._held.values():
            os.close(descriptor)
        self._held.clear()

    def synced(self, descriptor: int) -> None:
        """A file or folder that is open was synced."""
        path = Path(f"/proc/self/fd/{descriptor}")
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            self.folder_synced(path)
        else:
            self.file_synced(path)

    def file_synced(self, path: Path) -> None:
        self._bytes[self._hold(path)] = path.read_bytes()

    def folder_synced(self, path: Path) -> None:
        found = {entry.name: self._hold(Path(entry.path)) for entry in os.scandir(path)}
        self._names[self._hold(path)] = found

    def database_synced(self, path: Path) -> None:
        """SQLite has synced what it committed."""
        for one in (path, path.with_name(path.name + "-wal")):
            if one.exists():
                self._databases[self._hold(one)] = one.read_bytes()

    def image(self, target: Path, loss: Loss) -> None:
        """Write what is left after ``loss`` as the new folder ``target``."""
        if loss is Loss.ALL:
            self._write_kept(target, self._root.stat().st_ino)
        else:
            self._write_seen(self._root, target, halved=loss is Loss.HALF)

    def _write_kept(self, target: Path, inode: int) -> None:
        target.mkdir()
        for name, child in self._names.get(inode, {}).items():
            if stat.S_ISDIR(os.fstat(self._held[child]).st_mode):
                self._write_kept(target / name, child)
            elif self._is_plain(name, child):
                (target / name).write_bytes(self._bytes.get(child, b""))
        for entry in os.scandir(self._held[inode]):  # wherever the folder lies by now
            if (content := self._databases.get(entry.inode())) is not None:
                (target / entry.name).write_bytes(content)

    def _is_plain(self, name: str, inode: int) -> bool:
        """Whether its bytes were synced by us, and not by SQLite; a copy may become a database."""
        if name.endswith(_SQLITE_ENDINGS):
            return inode not in self._databases and inode in self._bytes
        return not name.endswith(_SHARED_MEMORY)

    def _write_seen(self, source: Path, target: Path, *, halved: bool) -> None:
        target.mkdir()
        for entry in os.scandir(source):
            path = Path(entry.path)
            if entry.is_dir():
                self._write_seen(path, target / entry.name, halved=halved)
            elif entry.is_file() and not entry.name.endswith(_SHARED_MEMORY):
                content = path.read_bytes()
                if halved and not entry.name.endswith(_SQLITE_ENDINGS):
                    content = self._halved(entry.inode(), content)
                (target / entry.name).write_bytes(content)

    def _halved(self, inode: int, content: bytes) -> bytes:
        kept = self._bytes.get(inode, b"")
        if kept == content:
            return content
        same = len(kept) if content.startswith(kept) else 0
        return content[: (same + len(content)) // 2]

    def _hold(self, path: Path) -> int:
        inode = path.stat(follow_symlinks=True).st_ino
        if inode not in self._held:
            self._held[inode] = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        return inode


def replace_folder(root: Path, image: Path) -> None:
    """The machine boots again on what was left."""
    shutil.rmtree(root)
    image.rename(root)
