"""A county that was founded and holds a catalogue, as a folder of each test's own."""

import shutil
import socket
from pathlib import Path

import pytest

from central.commands import county as county_commands
from runtime.cli.program import run_program
from tests.central.county.village import CATALOGUE


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("founded")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"https://127.0.0.1:{free.getsockname()[1]}"
    argv = ["init", str(base / "county"), "--code", "451423", "--name", "龙州县", "--url", url]
    assert run_program(county_commands.cli, argv) == 0
    (base / "catalogue.json").write_bytes(CATALOGUE)
    publish = ["publish", str(base / "county"), str(base / "catalogue.json")]
    assert run_program(county_commands.cli, publish) == 0
    return base


@pytest.fixture
def county(founded: Path, tmp_path: Path) -> Path:
    shutil.copytree(founded, tmp_path / "c")
    return tmp_path / "c" / "county"
