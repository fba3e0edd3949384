"""No command answers a bad path, text or number with a traceback or an unforeseen error.

The command lines come from the command trees, so that a new command is tried by itself.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from runtime.cli.program import run_program
from tests.commands.every import PROGRAMS, RUNNING, Call, every_command

COMMANDS = [pytest.param(call, id=call.name) for call in every_command()]
NOBODY = 65534
NUMBERS = [0, -1, 2**63, 10**30]
TEXTS = ["", "\udcb8\udcdf", "\u202e", "𠮷" * 300, "-1", "='", "a\n\rb"]


def told(call: Call, argv: list[str], capsys: pytest.CaptureFixture[str]) -> int:
    """The exit code, after a look at what the command said."""
    code = run_program(PROGRAMS[call.program], argv, name=call.program)
    said = capsys.readouterr()
    assert "Traceback" not in said.err + said.out
    assert "[internal]" not in said.err
    assert code in (0, 2, 3, 4), said.err
    if code:
        assert said.err.strip()
    return code


@pytest.mark.parametrize("call", COMMANDS)
def test_a_folder_that_is_not_there(
    call: Call, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told(call, call.arguments(tmp_path / "missing" / "too", "x"), capsys)


@pytest.mark.parametrize("call", COMMANDS)
def test_a_file_in_place_of_a_folder(
    call: Call, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"\xff\xfe\x00no text at all")
    assert told(call, call.arguments(file, "x"), capsys) != 0


@pytest.mark.parametrize("call", COMMANDS)
def test_an_empty_folder_in_place_of_everything(
    call: Call, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told(call, call.arguments(tmp_path, "x"), capsys)


@pytest.mark.parametrize("call", COMMANDS)
def test_a_name_that_no_disk_takes(
    call: Call, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(call, call.arguments(tmp_path / ("名" * 200), "x"), capsys) != 0


@pytest.mark.parametrize("call", COMMANDS)
def test_texts_that_nobody_means(
    call: Call, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for text in TEXTS:
        told(call, call.arguments(tmp_path / "missing", text), capsys)


@pytest.mark.parametrize("call", COMMANDS)
def test_numbers_without_sense(
    call: Call, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in NUMBERS:
        told(call, call.arguments(tmp_path / "missing", "x", number), capsys)


@contextmanager
def another_account() -> Iterator[Path]:
    """A folder that this account may not look into; root, who may, becomes another one."""
    is_root = os.geteuid() == 0
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "locked").mkdir(mode=0)
        if is_root:
            os.seteuid(NOBODY)
        try:
            with pytest.raises(PermissionError):
                list((folder / "locked").iterdir())
            yield folder / "locked"
        finally:
            if is_root:
                os.seteuid(0)
            (folder / "locked").chmod(0o700)


@pytest.mark.parametrize("call", COMMANDS)
def test_a_folder_of_another_account(
    call: Call, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for known in (tmp_path, tmp_path / "missing"):  # now everything is imported
        told(call, call.arguments(known, "x"), capsys)
    with another_account() as locked:
        assert told(call, call.arguments(locked / "data", "x"), capsys) != 0
        assert told(call, call.arguments(locked, "x"), capsys) != 0


def test_the_trees_were_walked() -> None:
    names = {call.name for call in every_command()}
    assert {"yizhan-station submit", "yizhan-provision root export"} <= names
    assert {call.words[-1] for call in every_command()} >= set(RUNNING)
