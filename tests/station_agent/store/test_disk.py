"""Room, reserves, the ballast, and what a failing file system is called."""

import errno
import sqlite3
from pathlib import Path

import pytest

from protocol.errors import DiskFullError, InUseError, StoreError
from protocol.limits import MIB
from runtime.disk.space import DiskSpace
from station_agent.store.disk import Disk
from station_agent.store.failure import naming_failures

GIB = 1024 * MIB


class SizedDisk(Disk):
    """A disk that says what it is told to say."""

    def __init__(self, folder: Path, free: int, total: int) -> None:
        super().__init__(folder)
        self.said = DiskSpace(free, total)

    def room(self) -> DiskSpace:
        return self.said


@pytest.mark.parametrize(
    ("total", "attachments", "reserve"),
    [
        (500 * GIB, False, 64 * MIB),
        (500 * GIB, True, 200 * MIB),
        (100 * MIB, False, 5 * MIB),  # a small card: shares of it instead
        (100 * MIB, True, 10 * MIB),
    ],
)
def test_a_reserve_is_kept_back(
    tmp_path: Path, total: int, reserve: int, *, attachments: bool
) -> None:
    SizedDisk(tmp_path, reserve + 1000, total).require_room(1000, attachments=attachments)
    with pytest.raises(DiskFullError):
        SizedDisk(tmp_path, reserve + 999, total).require_room(1000, attachments=attachments)


def test_the_ballast_is_real_and_small_on_a_small_disk(tmp_path: Path) -> None:
    disk = SizedDisk(tmp_path, 90 * MIB, 100 * MIB)
    disk.keep_ballast()
    disk.keep_ballast()
    found = (tmp_path / "ballast").stat()
    assert found.st_size == 5 * MIB
    assert found.st_blocks * 512 >= 5 * MIB
    disk.drop_ballast()
    disk.drop_ballast()
    assert not (tmp_path / "ballast").exists()


def test_no_ballast_is_made_where_room_is_short(tmp_path: Path) -> None:
    SizedDisk(tmp_path, 9 * MIB, 100 * MIB).keep_ballast()
    assert list(tmp_path.iterdir()) == []


def test_a_write_cuts_off_what_lay_behind(tmp_path: Path) -> None:
    disk, path = Disk(tmp_path), tmp_path / "part"
    disk.write_at(path, 0, b"0123456789")
    disk.write_at(path, 4, b"xy")
    assert path.read_bytes() == b"0123xy"


def test_the_real_disk_has_room(tmp_path: Path) -> None:
    room = Disk(tmp_path).room()
    assert 0 < room.free <= room.total


def test_a_database_that_another_program_holds_is_named(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "station.db", isolation_level=None)
    mine = sqlite3.connect(tmp_path / "station.db", isolation_level=None, timeout=0)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(InUseError), naming_failures():
        mine.execute("BEGIN IMMEDIATE")
    for connection in (other, mine):
        connection.close()


def test_failures_get_our_names() -> None:
    with pytest.raises(DiskFullError), naming_failures():
        raise OSError(errno.ENOSPC, "no space")
    with pytest.raises(StoreError), naming_failures():
        raise PermissionError(errno.EACCES, "denied")
    with pytest.raises(sqlite3.IntegrityError), naming_failures():
        raise sqlite3.IntegrityError("a mistake of the program is not hidden")
