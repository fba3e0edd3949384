"""Every command on a folder that is there: odd texts, numbers and files end in words."""

import socket
from pathlib import Path

import click
import pytest

from central.commands import county as county_commands
from runtime.cli.program import run_program
from tests.commands.every import PROGRAMS, RUNNING, Call, every_command
from tests.station_agent.village import Village

CALLS = [
    call
    for call in every_command()
    if call.words[-1] not in RUNNING and call.program != "yizhan-hub"
]
COMMANDS = [pytest.param(call, id=call.name) for call in CALLS]
TEXTS = {"id": "ab" * 16, "rare": "𠮷\ue000\u202e", "long": "名" * 5000}
FILES = {"UTF-16": b"\xff\xfe{\x00}\x00", "deep": b"[" * 100_000}
HUGE = 2**63


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A county that is not served, and a station that has joined."""
    base = tmp_path_factory.mktemp("real")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"https://127.0.0.1:{free.getsockname()[1]}"
    county = base / "county"
    argv = ["init", str(county), "--code", "451423", "--name", "龙州县", "--url", url]
    assert run_program(county_commands.cli, argv) == 0
    village = Village(base / "station")
    return {
        "yizhan-county": county,
        "yizhan-provision": county,
        "yizhan-station": village.data,
    }


def line_of(call: Call, data: Path, path: Path, text: str, number: int = 1) -> list[str]:
    """The command line, with ``data`` as its data folder."""
    argv = call.arguments(path, text, number)
    first = next(iter(one for one in call.command.params if isinstance(one, click.Argument)), None)
    if first is not None and first.name == "data":
        argv[len(call.words)] = str(data)
    return argv


def check(call: Call, argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code = run_program(PROGRAMS[call.program], argv, name=call.program)
    said = capsys.readouterr()
    assert "Traceback" not in said.err + said.out
    assert "[internal]" not in said.err, said.err
    assert code in (0, 2, 3, 4)


@pytest.mark.parametrize("call", COMMANDS)
def test_odd_texts(
    call: Call,
    folders: dict[str, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, text in TEXTS.items():
        path = tmp_path / name
        path.write_bytes("\ufeff{}\r\n".encode())
        check(call, line_of(call, folders[call.program], path, text), capsys)


@pytest.mark.parametrize("call", COMMANDS)
def test_odd_files(
    call: Call,
    folders: dict[str, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, content in FILES.items():
        path = tmp_path / name
        path.write_bytes(content)
        check(call, line_of(call, folders[call.program], path, "0" * 16), capsys)


@pytest.mark.parametrize("call", COMMANDS)
def test_a_huge_number(
    call: Call,
    folders: dict[str, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "new"
    check(call, line_of(call, folders[call.program], path, "0" * 16, HUGE), capsys)


OTHERS = [
    ("yizhan-hub", "yizhan-county", "status"),
    ("yizhan-station", "yizhan-county", "status"),
    ("yizhan-hub", "yizhan-station", "status"),
    ("yizhan-county", "yizhan-station", "cases"),
]


@pytest.mark.parametrize(("program", "owner", "word"), OTHERS)
def test_a_folder_of_another_node_is_named_as_such(
    program: str,
    owner: str,
    word: str,
    folders: dict[str, Path],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run_program(PROGRAMS[program], [word, str(folders[owner])], name=program) == 3
    assert "[store.other-node]" in capsys.readouterr().err
