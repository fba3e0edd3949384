"""A disk that can hold no more files, while it has bytes enough."""

import sqlite3
from pathlib import Path

import pytest

from central.relay.limits.disk_space import Reserve
from central.store.copying import sqlite_url
from central.store.engine import Store
from protocol.errors import DiskFullError, StoreError
from runtime.cli.failures import of_system
from runtime.disk.space import SPARE_FILES, DiskSpace, explain, room_of
from station_agent.store.db import Database
from station_agent.store.disk import Disk
from tests.builders.disks.small_disk import small_disk, use_up_files

WORDS = "inode"


def test_files_are_counted_where_the_disk_counts_them(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 8, files=200) as folder:
        before = room_of(folder)
        (folder / "one").touch()
        after = room_of(folder)
        assert before.files_total == after.files_total == 200
        assert (before.files_free or 0) - (after.files_free or 0) == 1
        assert not after.lacks_files


@pytest.mark.parametrize("free", [SPARE_FILES - 1, SPARE_FILES, None])
def test_a_few_files_are_kept_in_reserve(free: int | None) -> None:
    assert DiskSpace(2**40, 2**40, free, 1000).lacks_files is (free == SPARE_FILES - 1)


async def test_a_database_that_can_t_make_its_files_says_why(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 8, files=100) as folder:
        use_up_files(folder)
        with pytest.raises(DiskFullError, match=WORDS):
            await Database.open(folder / "station.db")
        async with Store(sqlite_url(folder / "hub.db")) as store:
            with pytest.raises(DiskFullError, match=WORDS):
                await store.migrate(lambda _: None)


def test_nothing_more_is_taken_and_the_words_name_the_files(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 8, files=100) as folder:
        assert not Reserve(folder, 0).is_short
        use_up_files(folder)
        assert Reserve(folder, 0).is_short
        assert Disk(folder).is_short
        with pytest.raises(DiskFullError, match=WORDS):
            Disk(folder).require_room(0, attachments=False)
        with pytest.raises(OSError, match="No space") as failed:
            (folder / "more").touch()
        assert WORDS in of_system(failed.value).detail


def test_another_reason_stays_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError) as failed:
        sqlite3.connect(tmp_path / "missing" / "x.db").execute("SELECT 1")
    explain(failed.value, tmp_path)
    assert isinstance(of_system(OSError(5, "Input/output error", str(tmp_path))), StoreError)
