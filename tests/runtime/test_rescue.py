"""A disk that can't be written any more still gives away what is on it."""

import sqlite3
from pathlib import Path

import pytest

from protocol.errors import DamagedError, DiskFullError, ForbiddenError, ReadOnlyError, StoreError
from runtime.rescue import readable_copy, reading_anyway


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with a database in WAL mode that was never closed, and other files."""
    folder = tmp_path / "data"
    (folder / "authority").mkdir(parents=True)
    (folder / "journal").mkdir()
    (folder / "journal" / "1").write_bytes(b"sealed")
    for path in (folder / "station.db", folder / "authority" / "authority.db"):
        kept = sqlite3.connect(path)
        kept.executescript("PRAGMA journal_mode=WAL; CREATE TABLE t (x); INSERT INTO t VALUES (7)")
        (path.with_name("kept")).write_bytes((path.with_name(path.name + "-wal")).read_bytes())
        kept.close()
    return folder


def test_a_copy_can_be_written_and_leaves_the_folder_as_it_was(data: Path) -> None:
    before = (data / "station.db").read_bytes()
    with readable_copy(data) as copy:
        for name in ("station.db", "authority/authority.db"):
            with sqlite3.connect(copy / name) as opened:
                assert opened.execute("SELECT x FROM t").fetchall() == [(7,)]
                opened.execute("INSERT INTO t VALUES (8)")
            opened.close()
        assert (copy / "journal" / "1").read_bytes() == b"sealed"
        assert copy.stat().st_mode & 0o777 == 0o700
    assert not copy.exists()
    assert (data / "station.db").read_bytes() == before
    assert (data / "journal" / "1").exists()


@pytest.mark.parametrize("kind", [ReadOnlyError, StoreError, DiskFullError, ForbiddenError])
async def test_what_reads_goes_on_with_a_copy(data: Path, kind: type[StoreError]) -> None:
    seen = []

    async def work(folder: Path) -> str:
        seen.append(folder)
        if folder == data:
            raise kind("disk")
        return "read"

    assert await reading_anyway(data, work, reads=True) == "read"
    assert len(seen) == 2


@pytest.mark.parametrize(
    ("reads", "error"), [(False, ReadOnlyError("x")), (True, DamagedError("x"))]
)
async def test_what_writes_or_needs_another_remedy_is_told(
    data: Path, reads: bool, error: StoreError
) -> None:
    seen = []

    async def work(folder: Path) -> str:
        seen.append(folder)
        raise error

    with pytest.raises(type(error)):
        await reading_anyway(data, work, reads=reads)
    assert seen == [data]  # what is written to a copy would be gone with it


async def test_a_healthy_disk_is_used_itself(data: Path) -> None:
    async def work(folder: Path) -> Path:
        return folder

    assert await reading_anyway(data, work, reads=False) == data
