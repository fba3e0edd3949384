"""``--json``, ``--help`` and ``--version`` mean the same for every command."""

import json
from pathlib import Path

import click
import pytest

from protocol.errors import every_error
from protocol.errors.steps import next_step
from protocol.version import PROGRAM
from runtime.cli.command import print_json
from runtime.cli.program import run_program
from runtime.cli.terminal import print_table, width_of
from tests.commands.every import PROGRAMS, Call, every_command

COMMANDS = [pytest.param(call, id=call.name) for call in every_command()]


def test_every_command_takes_json() -> None:
    def takes_it(call: Call) -> bool:
        return any("--json" in param.opts for param in call.command.params)

    assert [call.name for call in every_command() if not takes_it(call)] == []


@pytest.mark.parametrize("call", COMMANDS)
def test_a_refusal_is_one_document(
    call: Call, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = [*call.arguments(tmp_path / "missing" / "x", "x"), "--json"]
    code = run_program(PROGRAMS[call.program], argv, name=call.program)
    said = capsys.readouterr()
    if code:
        assert {"code", "words", "next"} <= set(json.loads(said.out))
        assert said.err


@pytest.mark.parametrize("call", COMMANDS)
def test_wrong_usage_is_one_document(call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    argv = [*call.words, "--no-such-option", "--json"]
    assert run_program(PROGRAMS[call.program], argv, name=call.program) == 2
    assert json.loads(capsys.readouterr().out)["code"] == "usage"


@pytest.mark.parametrize("call", COMMANDS)
def test_every_command_explains_itself(call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    for asked in ("-h", "--help"):
        assert run_program(PROGRAMS[call.program], [*call.words, asked], name=call.program) == 0
        assert "--json" in capsys.readouterr().out


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_program_says_its_version(program: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_program(PROGRAMS[program], ["--version"], name=program) == 0
    assert capsys.readouterr().out == f"{program} {PROGRAM}\n"


def test_an_answer_that_was_given_is_followed_by_no_second_document(
    capsys: pytest.CaptureFixture[str],
) -> None:
    group = click.Group()

    @group.command()
    @click.option("--json", "as_json", is_flag=True)
    def half(*, as_json: bool) -> None:
        print_json({"done": as_json})
        raise KeyError

    assert run_program(group, ["half", "--json"]) == 3
    said = capsys.readouterr()
    assert json.loads(said.out) == {"done": True}
    assert "[internal]" in said.err


def test_every_error_names_a_next_step() -> None:
    assert all(next_step(kind()).endswith("。") for kind in every_error())


def test_a_table_is_never_cut(capsys: pytest.CaptureFixture[str]) -> None:
    name = "很长的名字" * 60
    print_table(("名称", "数"), [(name, 1), ("短", 22)])
    head, first, second = capsys.readouterr().out.splitlines()
    assert first == f"{name}  1"
    assert second.index("22") == len(second) - 2
    assert width_of(second) == width_of(first) + 1
    assert head.startswith("名称")
