"""One command that root runs on another account's folder leaves nothing that is root's."""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.account import as_owner_of
from runtime.control.owner import Owner
from tests.system.launching import start

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


def owners(folder: Path) -> set[int]:
    return {path.lstat().st_uid for path in (folder, *folder.rglob("*"))}


async def test_what_root_does_in_a_folder_belongs_to_its_account(folder: Path) -> None:
    owner = await Owner(folder).lock()
    (folder / "made").write_text("by a command")
    (folder / "link").symlink_to(__file__)
    await owner.serve({})
    await owner.close()
    assert owners(folder) == {OTHER}
    assert Path(__file__).stat().st_uid == ME, "what a link leads to is not touched"


def test_it_is_handed_over_after_a_failure_too(folder: Path) -> None:
    def fail() -> None:
        with as_owner_of(folder):
            (folder / "made").write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert owners(folder) == {OTHER}


async def test_a_real_command_of_roots_leaves_nothing_that_is_roots(tmp_path: Path) -> None:
    data = tmp_path / "county"
    program = Path(sys.executable).parent / "yizhan-county"
    url = ("--url", "https://127.0.0.1:9440")
    await run(program, "init", data, "--code", "451423", "--name", "龙州县", *url)
    for path in (data, *data.rglob("*")):
        os.chown(path, OTHER, -1)
    await run(program, "cases", data, "--json")
    assert owners(data) == {OTHER}


async def run(*words: object) -> None:
    process = await start(*words)
    await process.communicate()
    assert process.returncode == 0
