"""Real processes: other accounts of a machine read nothing of what they keep."""

import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from pathlib import Path

import pytest

from examples.sandbox import Program, free_port
from tests.system.conftest import LONGZHOU, Township, sample_application
from tests.system.launching import start

pytestmark = pytest.mark.system


@pytest.fixture(autouse=True)
def loose() -> Iterator[None]:
    """An account whose new files everybody may read and write."""
    before = os.umask(0o000)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    """What others have rights in."""
    found = [folder, *folder.rglob("*")]
    return [str(path) for path in found if not path.is_symlink() and path.stat().st_mode & 0o077]


def log_of(program: Program) -> str:
    return (program.data.parent / f"{program.name}.log").read_text("utf-8")


async def test_data_folders_are_closed_whatever_they_were_made_with(township: Township) -> None:
    box = township.sandbox
    for name in ("county", "hub", "station1"):
        (box.folder / name).mkdir(mode=0o755)
    await township.found(stations=1)
    (station,) = township.stations
    scan = LONGZHOU / "applications" / "scans" / "01-id-card.png"
    material = next(iter(sample_application(1)["attachments"]))
    application = await township.submit(station, 1, "--attach", f"{material}={scan}")
    await township.reaches(station, application, "complete")
    nodes = (township.county, township.hub, station)
    assert {node.name: open_to_others(node.data) for node in nodes} == {n.name: [] for n in nodes}

    for node in nodes:
        await box.stop(node)
        for path in (node.data, *node.data.rglob("*")):
            path.chmod(0o777 if path.is_dir() else 0o666)
        await box.start(node)
        assert open_to_others(node.data) == []
        assert log_of(node).count('"files.closed"') == 1
        await box.stop(node)
        await box.start(node)
        assert log_of(node).count('"files.closed"') == 1


async def test_a_program_makes_private_files_from_its_start(tmp_path: Path) -> None:
    """SQLite and others make files with what the process allows, before anybody looks at them."""
    program = Path(sys.executable).parent / "yizhan-county"
    url = f"https://127.0.0.1:{free_port()}"
    init = ("init", tmp_path / "county", "--code", "451423", "--name", "龙州县", "--url", url)
    for args in (init, ("cases", tmp_path / "county"), ("cases", tmp_path / "county")):
        process = await start(program, *args, stderr=PIPE)
        _, said = await process.communicate()
        assert (process.returncode, b"files.closed" in said) == (0, False)
    assert open_to_others(tmp_path / "county") == []
