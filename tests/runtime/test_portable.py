"""The other way, where POSIX has one of its own; tests/system/disks has it run for real."""

import io
from contextlib import ExitStack
from pathlib import Path

import pytest

from protocol.errors import NoLocksError
from runtime.disk.locks import _take_by_sqlite
from runtime.portable import is_read_only, reserve


class Bare(io.BytesIO):
    """A file that the system can't be asked about."""

    def fileno(self) -> int:
        raise NotImplementedError


@pytest.mark.parametrize("size", [1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1])
def test_so_many_bytes_are_taken_and_the_file_is_written_from_its_beginning(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("os.posix_fallocate")
    file = Bare()
    reserve(file, size)
    assert len(file.getvalue()) == size
    file.write(b"kit")
    assert file.getvalue()[:3] == b"kit"


def test_a_folder_that_takes_files_is_not_read_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not is_read_only(tmp_path)
    monkeypatch.delattr("os.statvfs")
    assert not is_read_only(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_sqlite_s_lock_is_held_by_one_until_it_is_closed(tmp_path: Path) -> None:
    with ExitStack() as first, ExitStack() as second:
        assert _take_by_sqlite(tmp_path / "lock", first)
        assert not _take_by_sqlite(tmp_path / "lock", second)
        first.close()
        assert _take_by_sqlite(tmp_path / "lock", second)


def test_where_sqlite_can_make_no_file_there_is_no_lock(tmp_path: Path) -> None:
    with ExitStack() as held, pytest.raises(NoLocksError, match="gone"):
        _take_by_sqlite(tmp_path / "gone" / "lock", held)
