"""Commands end with the promised exit codes, and keep results, errors and secrets apart."""

import io
import json
import os
import sys
from pathlib import Path

import click
import pytest

from protocol.errors import (
    CodeWrongError,
    FileUnreadableError,
    LineError,
    UsageError,
    YizhanError,
)
from runtime.cli.command import (
    FILE,
    FOLDER,
    PATH,
    NamedPath,
    open_input,
    print_json,
    progress,
    read_file,
    read_secret,
    silent,
)
from runtime.cli.program import run_program
from runtime.control.done import Done


def program(ends_with: object = None) -> click.Group:
    """A program with one command, which returns or raises ``ends_with``."""
    group = click.Group("yizhan-test")

    @group.command("do")
    @click.option("--count", type=int, default=1)
    def do(count: int) -> object:
        if isinstance(ends_with, BaseException):
            raise ends_with
        return ends_with

    return group


@pytest.mark.parametrize("kind", [FILE, FOLDER, PATH])
def test_a_path_that_an_unset_variable_left_empty_is_not_the_folder_where_one_stands(
    kind: NamedPath, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    group = click.Group("yizhan-test")

    @group.command("do")
    @click.argument("path", type=kind)
    def do(path: Path) -> str:
        return str(path)

    assert run_program(group, ["do", str(tmp_path / "new")]) == 0
    assert run_program(group, ["do", ""]) == 2
    assert "路径是空的" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("ends_with", "code"),
    [
        (None, 0),
        (3, 3),
        ("text", 0),
        (UsageError("x"), 2),
        (CodeWrongError("x"), 3),
        (LineError("x"), 4),
        (YizhanError("x"), 3),
        (click.exceptions.Abort(), 130),
        (click.UsageError("x"), 2),
        (click.FileError("x"), 2),
    ],
)
def test_the_exit_code_says_how_it_ended(
    ends_with: object, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_program(program(ends_with), ["do"]) == code
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("argv", [["no-such-command"], ["do", "--count", "many"], ["do", "--what"]])
def test_a_wrong_command_line_is_usage(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_program(program(), argv) == 2
    assert capsys.readouterr().err


def test_an_error_goes_to_stderr_with_its_words_and_its_code(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run_program(program(CodeWrongError("12 letters")), ["do"])
    assert capsys.readouterr().err == f"{CodeWrongError.zh} 12 letters [code.wrong]\n"


def test_json_is_one_readable_document(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"name": "龙州县", "count": 1})
    out = capsys.readouterr().out
    assert json.loads(out) == {"name": "龙州县", "count": 1}
    assert "龙州县" in out


def test_a_secret_comes_from_the_option_else_the_file_else_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, other = tmp_path / "code", tmp_path / "other"
    file.write_text("from file\n", "utf-8")
    other.write_text("  from named file ", "utf-8")
    assert read_secret(None, None, "TEST_CODE") is None
    monkeypatch.setenv("TEST_CODE", "from environment")
    assert read_secret(None, None, "TEST_CODE") == "from environment"
    monkeypatch.setenv("TEST_CODE_FILE", str(other))
    assert read_secret(None, None, "TEST_CODE") == "from named file"
    assert read_secret(None, file, "TEST_CODE") == "from file"
    assert read_secret("given", file, "TEST_CODE") == "given"


@pytest.mark.parametrize("content", [None, b"\xff"])
def test_a_secret_that_can_not_be_read_is_a_matter_of_usage(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "code"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError):
        read_secret(None, path, "TEST_CODE")


def test_a_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "form.json"
    path.write_bytes(b"12345")
    assert read_file(path, 5) == b"12345"
    with pytest.raises(FileUnreadableError, match="超过 4 字节"):
        read_file(path, 4)


def test_a_file_that_is_none_is_unreadable(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing", tmp_path / "a" / "b"):
        with pytest.raises(FileUnreadableError):
            read_file(path, 5)


@pytest.mark.parametrize("kind", ["pipe", "zero", "link to a pipe"])
def test_what_never_ends_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "form.json"
    if kind == "zero":
        path.symlink_to("/dev/zero")
    else:
        os.mkfifo(tmp_path / "pipe")
        path.symlink_to("pipe")
        path = path if kind == "link to a pipe" else tmp_path / "pipe"
    with pytest.raises(FileUnreadableError, match="不是普通文件"):
        read_file(path, 5)
    with pytest.raises(FileUnreadableError, match="不是普通文件"), open_input(path):
        pass


def test_input_may_be_a_file_or_standard_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "stack.jsonl"
    path.write_bytes(b"12345")
    with open_input(path) as file:
        assert file.read() == b"12345"
    with pytest.raises(FileUnreadableError), open_input(tmp_path / "missing"):
        pass
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"67")))
    with open_input(Path("-")) as file:
        assert file.read() == b"67"


def test_without_a_terminal_progress_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    report, end = progress("交换")
    report(Done(1, 2))
    end()
    assert report is silent
    assert capsys.readouterr() == ("", "")


def test_on_a_terminal_progress_is_drawn_on_stderr(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    report, end = progress("交换")
    report(Done(1, 0))
    report(Done(1, 2))
    end()
    out, err = capsys.readouterr()
    assert out == ""
    assert "交换" in err
