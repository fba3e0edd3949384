"""A copy of a database as it was before a newer program brings it up to date, and the way back.

The copy lies in ``before-upgrade`` beside the database, whole or not at all, before the first
migration begins. The newest one of each database is kept.

Source: docs/install.md, "Upgrade"; docs/adr/0056-a-copy-before-each-upgrade.md.
"""

import logging
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from protocol.errors import DiskFullError, UsageError
from runtime.disk.files import disk_errors, private_folder, sync_folder
from runtime.disk.space import room_of

log = logging.getLogger(__name__)

KEPT_DAYS = 30  # a copy of what citizens wrote
BEFORE, AFTER = "before-upgrade", "after-upgrade"
_KEPT, _GROWING = ".kept", ".growing"
_BESIDE = ("", "-wal", "-shm")  # a database's files; its log belongs to it alone


def keep_copy(connection: sqlite3.Connection, path: Path, version: str) -> Path:
    """A copy of the database at ``path``, which is of ``version``; on disk when this returns.

    Raises:
        DiskFullError: there is no room for it; nothing has changed, so the older program runs on.
        StoreError: it can't be written.
        sqlite3.Error: the database can't be read.
    """
    folder = path.parent / BEFORE
    private_folder(folder)
    target = folder / f"{path.stem}-{version}{_KEPT}"
    growing = target.with_suffix(_GROWING)
    with disk_errors():
        growing.unlink(missing_ok=True)
        _require_room(folder, path)
        with closing(sqlite3.connect(growing)) as copy:
            connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE").fetchall()
        with growing.open("r+b") as file:
            os.fsync(file.fileno())
        growing.replace(target)
        sync_folder(folder)
        for older in _copies(path):
            if older != target:
                older.unlink()
    extra = {"event": "upgrade.kept", "file": str(target), "version": version}
    log.warning("a copy of the database as it was before the upgrade is kept", extra=extra)
    return target


def go_back(path: Path) -> Path | None:
    """Put the kept copy in the place of the database at ``path``; where that lies now.

    None if there is no copy. The caller holds the folder's lock.

    Raises:
        DiskFullError, StoreError: the database is where it was, or this is to be done once more.
    """
    copies = _copies(path)
    if not copies:
        return None
    with disk_errors():
        aside = _free(path.parent)
        private_folder(aside)
        for beside in reversed(_BESIDE):  # the log first: it is of no other file
            now = path.with_name(path.name + beside)
            if now.exists():
                now.replace(aside / now.name)
        sync_folder(aside)
        copies[-1].replace(path)
        sync_folder(path.parent)
        sync_folder(copies[-1].parent)
    return aside


def go_back_all(data: Path, *paths: Path) -> list[Path]:
    """The same for every database of a data folder that was brought up to date; where they lie.

    Raises:
        UsageError: none was.
    """
    found = [aside for path in paths if (aside := go_back(path)) is not None]
    if not found:
        raise UsageError(f"{data / BEFORE}：没有升级前的副本")
    return found


def forget_old(now_ms: int, *paths: Path) -> None:
    """Let go of copies of the databases at ``paths`` that are older than a month."""
    oldest_s = now_ms / 1000 - KEPT_DAYS * 86_400
    old = [one for path in paths for one in _copies(path) if one.stat().st_mtime < oldest_s]
    with disk_errors():
        for one in old:
            one.unlink(missing_ok=True)
    if old:
        extra = {"event": "upgrade.forgotten", "count": len(old)}
        log.warning("copies from before an upgrade are gone", extra=extra)


def _copies(path: Path) -> list[Path]:
    """Of one database, the oldest first."""
    found = (path.parent / BEFORE).glob(f"{path.stem}-*{_KEPT}")
    return sorted(found, key=lambda one: (one.stat().st_mtime_ns, one.name))


def _require_room(folder: Path, path: Path) -> None:
    size = sum(
        part.stat().st_size for part in (path, path.with_name(f"{path.name}-wal")) if part.exists()
    )
    free = room_of(folder).free
    if free < 2 * size:  # the copy, and what the migration writes
        raise DiskFullError(f"升级前要留一份 {path.name} 的副本：需要 {2 * size} 字节，只剩 {free}")


def _free(folder: Path) -> Path:
    number = 1
    while (folder / f"{AFTER}-{number}").exists():
        number += 1
    return folder / f"{AFTER}-{number}"
