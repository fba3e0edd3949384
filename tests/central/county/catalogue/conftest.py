"""A county of its own for each test, before and after it has published the sample catalogue."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from central.commands.county import cli
from runtime.cli.program import run_program
from tests.builders.disks.redirected import let_a_process_find
from tests.central.conftest import ON_POSTGRES
from tests.system.patterns import own_port
from tests.system.serving import serving

LONGZHOU = Path(__file__).parents[4] / "examples" / "longzhou"
Ask = Callable[..., Any]


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a county was founded; copied, as founding takes longer than what is asked of it."""
    place = tmp_path_factory.mktemp("founded")
    where = ["--name", "龙州县", "--url", f"https://127.0.0.1:{own_port(6)}"]
    assert run_program(cli, ["init", str(place / "county"), "--code", "451423", *where]) == 0
    return place


@pytest.fixture(scope="session")
def founded_and_published(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where it has published the sample county's catalogue, as its first release."""
    place = tmp_path_factory.mktemp("published")
    shutil.copytree(founded, place, dirs_exist_ok=True)
    publish = ["publish", str(place / "county"), str(LONGZHOU / "catalogue.json")]
    assert run_program(cli, publish) == 0
    return place


@pytest.fixture
def data(founded: Path, tmp_path: Path) -> Path:
    """A new county that has published nothing."""
    shutil.copytree(founded, tmp_path, dirs_exist_ok=True)
    return tmp_path / "county"


@pytest.fixture
def ask(data: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Runs a command; what it printed as JSON, or its error."""

    def run(command: str, *arguments: str, code: int = 0) -> Any:
        capsys.readouterr()
        asked = [command, str(data), *arguments, "--json"]
        assert run_program(cli, asked) == code
        return json.loads(capsys.readouterr().out)

    return run


@pytest.fixture(params=["directly", "through the server"])
def published(
    request: pytest.FixtureRequest, founded_and_published: Path, data: Path, ask: Ask
) -> Iterator[Ask]:
    """The same, once the sample county's catalogue is published."""
    shutil.rmtree(data)
    shutil.copytree(founded_and_published, data.parent, dirs_exist_ok=True)
    if request.param == "directly":
        yield ask
        return
    if ON_POSTGRES:
        let_a_process_find(request.getfixturevalue("postgres"), data)
    with serving(data):
        yield ask
