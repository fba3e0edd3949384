"""A county of its own for each test, before and after it has published the sample catalogue."""

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from central.commands.county import cli
from runtime.cli.program import run_program
from tests.system.serving import serving

LONGZHOU = Path(__file__).parents[4] / "examples" / "longzhou"
Ask = Callable[..., Any]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A new county that has published nothing."""
    folder = tmp_path / "county"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"https://127.0.0.1:{free.getsockname()[1]}"
    found = ["init", str(folder), "--code", "451423", "--name", "龙州县", "--url", url]
    assert run_program(cli, found) == 0
    return folder


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
def published(request: pytest.FixtureRequest, data: Path, ask: Ask) -> Iterator[Ask]:
    """The same, once the sample county's catalogue is published."""
    assert ask("publish", str(LONGZHOU / "catalogue.json")) == {"release": 1}
    if request.param == "directly":
        yield ask
        return
    with serving(data):
        yield ask
