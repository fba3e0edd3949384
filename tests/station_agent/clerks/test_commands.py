"""``yizhan-station clerk`` as it is typed, with a running agent and without one."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from protocol.errors import EXIT_OK, EXIT_REFUSED, EXIT_USAGE
from runtime.cli.program import run_program
from station_agent.cli import cli
from tests.builders.disks.small_disk import read_only
from tests.station_agent.village import Village

FANG, QIANG = "韦小芳", "农志强"
Types = Callable[..., tuple[int, str, str]]


@pytest.fixture
def types(village: Village, capsys: pytest.CaptureFixture[str]) -> Types:
    """Types one command about the clerks; its exit code, stdout and stderr."""

    def command(action: str, *more: object) -> tuple[int, str, str]:
        words = ["clerk", action, str(village.data), *map(str, more)]
        code = run_program(cli, words)
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return command


@pytest.fixture
def word(tmp_path: Path) -> Callable[[str], Path]:
    """A file with a password, as an editor of Windows saves it."""

    def file(text: str) -> Path:
        path = tmp_path / f"{text}.txt"
        path.write_bytes(b"\xef\xbb\xbf" + text.encode() + b"\r\n")
        return path

    return file


def handed_in(village: Village) -> None:
    async def work() -> None:
        async with village.open() as station:
            await village.submit(station)

    asyncio.run(work())


def test_clerks_come_change_and_go(village: Village, types: Types, word: Any) -> None:
    handed_in(village)
    code, out, err = types("list")
    assert (code, out) == (EXIT_OK, "本站还没有办事员；可用 clerk add 增加。\n"), err
    one, two = word("第一个口令是这个"), word("第二个口令是那个")
    code, out, err = types("add", FANG, "--password-file", one, "--json")
    assert code == EXIT_OK, err
    assert json.loads(out) == {"clerks": [{"name": FANG, "wait_s": 0}], "locked": True}
    by = ("--by", FANG, "--by-password-file", one)
    code, out, err = types("add", QIANG, "--password-file", two)
    assert (code, out) == (EXIT_REFUSED, "")
    assert "[clerk.proof]" in err
    assert types("add", QIANG, "--password-file", two, *by)[0] == EXIT_OK
    code, out, _ = types("list")
    assert out.splitlines() == [FANG, QIANG]
    new = word("换成这个新口令了")
    changed = types("password", QIANG, "--password-file", two, "--new-password-file", new)
    assert changed[0] == EXIT_OK, changed
    code, _, err = types("remove", FANG, "--by", QIANG, "--by-password-file", two)
    assert code == EXIT_REFUSED
    assert "[intake.password-wrong]" in err
    assert types("remove", FANG, "--by", QIANG, "--by-password-file", new)[0] == EXIT_OK
    code, _, err = types("remove", QIANG, "--by", QIANG, "--by-password-file", new)
    assert code == EXIT_REFUSED
    assert "[clerk.last]" in err


def test_a_clerk_reads_with_her_name_and_password(
    village: Village, types: Types, word: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    handed_in(village)
    one = word("第一个口令是这个")
    types("add", FANG, "--password-file", one)
    status = ["status", str(village.data), "--json"]

    def applicant(*more: str) -> str | None:
        assert run_program(cli, [*status, *more]) == EXIT_OK
        return json.loads(capsys.readouterr().out)["applications"][0]["applicant"]  # type: ignore[no-any-return]

    assert applicant() is None
    assert applicant("--password-file", str(one)) == "某人"
    assert applicant("--clerk", FANG, "--password-file", str(one)) == "某人"


def test_a_password_comes_from_the_environment_too(
    types: Types, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIZHAN_PASSWORD", "第一个口令是这个")
    assert types("add", FANG)[0] == EXIT_OK
    monkeypatch.setenv("YIZHAN_NEW_PASSWORD", "换成这个新口令了")
    assert types("password", FANG)[0] == EXIT_OK


def test_without_a_password_and_nobody_to_ask_it_is_wrong_usage(types: Types) -> None:
    code, out, err = types("add", FANG)
    assert (code, out) == (EXIT_USAGE, "")
    assert "YIZHAN_PASSWORD" in err
    assert types("list")[1] == "本站还没有办事员；可用 clerk add 增加。\n"


def test_on_a_disk_that_cannot_be_written_a_clerk_reads_and_nobody_is_let_in(
    village: Village, types: Types, word: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    handed_in(village)
    one, two = word("第一个口令是这个"), word("第二个口令是那个")
    types("add", FANG, "--password-file", one)
    by = ("--by", FANG, "--by-password-file", one)
    with read_only(village.data):
        assert types("list")[:2] == (EXIT_OK, f"{FANG}\n")
        status = ["status", str(village.data), "--json", "--clerk", FANG, "--password-file"]
        assert run_program(cli, [*status, str(one)]) == EXIT_OK
        (shown,) = json.loads(capsys.readouterr().out)["applications"]
        assert shown["applicant"] == "某人"
        code, _, err = types("add", QIANG, "--password-file", two, *by)
        assert (code, "[store.read-only]" in err) == (EXIT_REFUSED, True)
    assert types("list")[1] == f"{FANG}\n"
