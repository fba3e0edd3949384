"""Consoles of any encoding, arguments of any encoding, and answers that nobody can take."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from protocol.errors import UsageError
from runtime.cli.streams import arguments

ANSWER = """
import click
from runtime.cli.command import print_json
from runtime.cli.program import start

@click.group()
def cli(): pass

@cli.command()
@click.argument("text")
def say(text):
    click.echo(text)

@cli.command()
def tell():
    print_json({"name": "𠮷村"})

@cli.command()
def fail():
    {}["451423189903215540"]

@cli.command()
def much():
    for number in range(100_000):
        click.echo(number)

start(cli, "yizhan-test")
"""


def program(*argv: str | bytes, **more: object) -> subprocess.CompletedProcess[bytes]:
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3]), **more.pop("env", {})}  # type: ignore[dict-item]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": env, **more}
    return subprocess.run([sys.executable, "-c", ANSWER, *argv], check=False, **options)  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize("encoding", ["gbk", "cp936", "latin-1"])
def test_a_character_that_the_console_lacks_is_a_question_mark(encoding: str) -> None:
    done = program("say", "𠮷 ok", env={"PYTHONIOENCODING": encoding})
    assert (done.returncode, done.stdout, done.stderr) == (0, b"? ok\n", b"")


def test_json_keeps_what_the_console_lacks() -> None:
    done = program("tell", env={"PYTHONIOENCODING": "gbk"})
    assert done.returncode == 0
    assert b"\\ud842\\udfb7" in done.stdout


def test_a_full_disk_under_the_answer_is_told_apart_and_the_answer_is_kept() -> None:
    with Path("/dev/full").open("wb") as full:
        done = program("tell", stdout=full)
    assert done.returncode == 3
    assert "𠮷村" in done.stderr.decode()
    assert "[output]" in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_nobody_reads_any_more() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = program("much", stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_console_does_no_harm(closed: str) -> None:
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3]), "CODE": ANSWER}
    shell = f'exec {sys.executable} -c "$CODE" tell {closed}'
    done = subprocess.run(["/bin/sh", "-c", shell], env=env, capture_output=True, check=False)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr


def test_what_nobody_foresaw_is_one_line_with_its_place(tmp_path: Path) -> None:
    done = program("fail", env={"XDG_STATE_HOME": str(tmp_path)})
    text = done.stderr.decode()
    assert done.returncode == 3
    assert text.count("\n") == 1
    assert "KeyError" in text
    assert str(tmp_path / "yizhan" / "errors.log") in text
    assert "451423189903215540" not in text


def raw(text: str) -> str:
    """As Python gives an argument that was typed in a GBK terminal."""
    return text.encode("gbk").decode("utf-8", "surrogateescape")


def test_an_argument_is_read_as_gbk_where_it_is_no_utf8() -> None:
    assert arguments(["add", raw("高山村"), "高山村"]) == ["add", "高山村", "高山村"]


def test_a_file_that_is_there_keeps_its_name(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/" + "身份证".encode("gbk"))
    Path(path).write_bytes(b"scan")
    assert arguments([path, f"id-card={path}"]) == [path, f"id-card={path}"]


@pytest.mark.parametrize("text", ["\udcff\udcff", "\udc81\x00".replace("\x00", "\x01"), "\udc80"])
def test_what_is_neither_is_refused_in_words(text: str) -> None:
    with pytest.raises(UsageError, match="2"):
        arguments(["ok", text])


def test_arguments_of_a_gbk_terminal_arrive_in_a_process() -> None:
    done = program("say", "停用".encode("gbk"))
    assert done.stdout.decode() == "停用\n"
    done = program("say", b"\xff\xff")
    assert done.returncode == 2
    assert "[usage]" in done.stderr.decode()


def test_ctrl_c_ends_a_command_in_one_line(tmp_path: Path) -> None:
    waiting = ANSWER.replace(
        "start(cli,",
        """
@cli.command()
def wait():
    import asyncio, signal
    # a shell that runs the tests in the background has interrupts ignored
    signal.signal(signal.SIGINT, signal.default_int_handler)
    click.echo("waiting")
    asyncio.run(asyncio.sleep(60))

start(cli,""",
    )
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    argv = [sys.executable, "-c", waiting, "wait"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"waiting\n"
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said.decode() == "已中断\n"
