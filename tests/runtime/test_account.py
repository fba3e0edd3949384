"""One command that root runs on another account's folder leaves nothing that is root's."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.account import as_owner_of
from runtime.control.owner import Owner

ME = os.geteuid()
OTHER = 65534 if ME == 0 else ME  # only root can be somebody else


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder of another account, at a place that everybody may pass."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        folder = Path(place) / "station"
        folder.mkdir()
        os.chown(folder, OTHER, -1)
        yield folder


async def test_what_root_does_in_a_folder_belongs_to_its_account(folder: Path) -> None:
    owner = await Owner(folder).lock()
    (folder / "made").write_text("by a command")
    await owner.serve({})
    owners = {path.stat().st_uid for path in (folder, *folder.rglob("*"))}
    await owner.close()
    assert owners == {OTHER}
    assert os.geteuid() == ME


def test_root_is_root_again_after_a_failure(folder: Path) -> None:
    def fail() -> None:
        with as_owner_of(folder):
            assert os.geteuid() == OTHER
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert os.geteuid() == ME
