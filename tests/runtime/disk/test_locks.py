"""One process has a lock; a disk that has no locks is named as such, and at once."""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from protocol.errors import NoLocksError
from runtime.control.owner import Owner
from runtime.disk.locks import take_lock


def test_the_second_gets_it_when_the_first_has_closed(tmp_path: Path) -> None:
    first, second = (os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT) for _ in range(2))
    with ExitStack() as held, ExitStack() as others:
        assert take_lock(first, tmp_path / "lock", held)
        assert not take_lock(second, tmp_path / "lock", others)
        os.close(first)
        held.close()
        assert take_lock(second, tmp_path / "lock", others)
        os.close(second)


def test_what_can_not_be_locked_is_no_matter_of_waiting(tmp_path: Path) -> None:
    unlockable = os.open(tmp_path, os.O_PATH)
    with pytest.raises(NoLocksError, match="station"):
        take_lock(unlockable, tmp_path / "station", ExitStack())
    os.close(unlockable)


async def test_a_folder_without_locks_is_refused_and_its_file_closed(tmp_path: Path) -> None:
    class Bare(Owner):
        def _open_lock(self) -> int:
            self.opened = os.open(tmp_path, os.O_PATH)
            return self.opened

    owner = Bare(tmp_path)
    with pytest.raises(NoLocksError):
        await owner.lock()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(owner.opened)
