"""The commands as a clerk and a script use them: what is printed where, and the exit code."""

import asyncio
import json
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from protocol.errors import EXIT_OK, EXIT_REFUSED, EXIT_UNREACHABLE, EXIT_USAGE
from runtime.cli.program import run_program
from station_agent.cli import cli
from tests.builders.clerk import CLERK
from tests.station_agent.county import STATION
from tests.station_agent.drafts.typing import FANG, SECOND, types
from tests.station_agent.village import Village

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command; its exit code, stdout and stderr."""

    def command(*args: object) -> tuple[int, str, str]:
        code = run_program(cli, [str(arg) for arg in args])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return command


@pytest.fixture
def village(tmp_path: Path) -> Village:
    """A station with the catalogue, whose parent can't be reached."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"https://127.0.0.1:{free.getsockname()[1]}"
    village = Village(tmp_path / "station", url=url)
    asyncio.run(_fetch_catalogue(village))
    return village


async def _fetch_catalogue(village: Village) -> None:
    async with village.open():
        pass


@pytest.fixture
def form(tmp_path: Path) -> Path:
    path = tmp_path / "form.json"
    path.write_text('{"name": "某人"}', "utf-8")
    return path


def test_submit_and_status(run: Run, village: Village, form: Path) -> None:
    photo = village.file(1000)
    code, out, _ = run(
        "submit", village.data, "--item", "pension", "--form", form, "--attach", f"照片={photo}"
    )
    assert code == EXIT_OK
    application = json.loads(out)["application"]
    code, out, _ = run("status", village.data, "--json")
    status = json.loads(out)
    assert (code, status["node"], status["release"]) == (EXIT_OK, STATION, 1)
    assert [entry["application"] for entry in status["applications"]] == [application]
    code, out, _ = run("status", village.data)
    assert "已保存（仅在本机）" in out
    assert application in out


async def _types(village: Village) -> None:
    async with village.open() as station:
        await types(station, {"name": "黄秀英"})
        await types(station, {"name": "不办了"}, SECOND)
        await station.drafts.throw_away(CLERK, SECOND)


def test_what_is_being_filled_in_is_listed_with_the_bin(run: Run, village: Village) -> None:
    asyncio.run(_types(village))
    code, out, _ = run("drafts", village.data, "--json")
    found = json.loads(out)
    assert code == EXIT_OK
    assert [one["who"] for one in found["open"]] == ["黄秀英"]
    assert [one["application"] for one in found["bin"]] == [SECOND]
    _, out, _ = run("drafts", village.data)
    first, line, second, other = out.splitlines()
    assert (first, second) == ("没交出去的草稿：1 份", "回收站：1 份")
    assert line.endswith(f"养老保险 黄秀英（{FANG}）")
    assert other.strip().startswith(SECOND[:8])


def test_an_item_typed_with_an_input_method_is_understood(
    run: Run, village: Village, form: Path
) -> None:
    code, _, err = run("submit", village.data, "--item", "ｐｅｎｓｉｏｎ", "--form", form)
    assert code == EXIT_OK, err
    code, _, err = run("item", village.data, "\u200bpension")
    assert code == EXIT_OK, err


def test_a_fee_is_computed_as_at_the_county(run: Run, village: Village, tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text('{"area": 12345.6}', "utf-8")
    asked = ("fee", village.data, "--item", "permit", "--facts", facts, "--on", "2026-03-01")
    code, out, _ = run(*asked, "--json")
    assert code == EXIT_OK
    assert json.loads(out) == {
        "item": "permit",
        "release": 1,
        "day": "2026-03-01",
        "total": "16049.28",
        "sheet": {
            "collector": "样例单位",
            "basis": "样例文号",
            "steps": [{"words": "12345.6㎡×1.3元", "yuan": "16049.28"}],
            "total_fen": 1604928,
        },
    }
    code, out, _ = run(*asked)
    assert out.splitlines()[-1] == "合计：16049.28元（2026-03-01，目录版本 1）"
    code, _, err = run("fee", village.data, "--item", "pension", "--facts", facts)
    assert code == EXIT_REFUSED
    assert "[fee.none]" in err


def test_a_result_that_is_not_there_yet(run: Run, village: Village, form: Path) -> None:
    _, out, _ = run("submit", village.data, "--item", "pension", "--form", form)
    application = json.loads(out)["application"]
    code, out, _ = run("result", village.data, application, "--to", village.data / "out")
    assert code == EXIT_OK
    assert json.loads(out)["result"] is None


def test_an_unreachable_parent_is_exit_4_and_loses_nothing(
    run: Run, village: Village, form: Path
) -> None:
    run("submit", village.data, "--item", "pension", "--form", form)
    code, out, err = run("exchange", village.data)
    assert (code, out) == (EXIT_UNREACHABLE, "")
    assert "[line]" in err
    assert json.loads(run("status", village.data, "--json")[1])["counts"]["saved"] == 1


def test_refusals_name_their_code_on_stderr(run: Run, village: Village, form: Path) -> None:
    wrong = form.with_name("wrong.json")
    wrong.write_text("{}")
    for args, code in [
        (("--item", "nothing", "--form", form), "[intake.item-unknown]"),
        (("--item", "pension", "--form", wrong), "[intake.form-invalid]"),
        (("--item", "permit", "--form", form), "[intake.material-missing]"),
        (("--item", "pension", "--form", form, "--attach", f"x={form}"), "material-unknown]"),
        (("--item", "pension", "--form", form.parent), "[intake.file-unreadable]"),
    ]:
        exit_code, out, err = run("submit", village.data, *args)
        assert (exit_code, out) in [(EXIT_REFUSED, ""), (EXIT_USAGE, "")]
        assert exit_code == EXIT_USAGE or code in err
    exit_code, _, err = run("result", village.data, "ab" * 16)
    assert exit_code == EXIT_REFUSED
    assert "[intake.application-unknown]" in err


def test_wrong_usage_is_exit_2(run: Run, village: Village, form: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.write_text("")
    for args in [
        ("submit", village.data, "--item", "pension"),
        ("submit", village.data, "--item", "pension", "--form", form, "--attach", "photo"),
        ("result", village.data, "not-an-id"),
        ("status", village.data, "--password-file", empty),
        ("status", village.data, "--password-file", tmp_path / "missing"),
        ("join", form, "--data", tmp_path / "new"),
        ("nothing",),
    ]:
        assert run(*args)[0] == EXIT_USAGE, args


def test_a_folder_that_is_no_station(run: Run, tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        for command in ("status", "exchange", "run"):
            code, _, err = run(command, folder)
            assert code == EXIT_REFUSED
            assert "[store.not-joined]" in err


def test_a_wrong_setting_is_named(run: Run, village: Village) -> None:
    (village.data / "station.toml").write_text("linger = 5")
    code, _, err = run("status", village.data)
    assert code == EXIT_USAGE
    assert "linger" in err


def test_joining_with_a_damaged_kit_or_twice(run: Run, village: Village, tmp_path: Path) -> None:
    kit = tmp_path / "kit"
    kit.write_bytes(b"not a kit")
    code, _, err = run("join", kit, "--data", tmp_path / "new", "--code", "7KQF-3M2P-9XTD")
    assert code == EXIT_REFUSED
    assert "[kit.damaged]" in err
    assert not (tmp_path / "new" / "node.new").exists()
    code, _, err = run("join", kit, "--data", village.data, "--code", "7KQF-3M2P-9XTD")
    assert code == EXIT_REFUSED
    assert "[enrolment.already-joined]" in err


def test_the_password_comes_from_a_file(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    village = Village(tmp_path / "locked", password="开门")
    asyncio.run(_fetch_catalogue(village))
    right, wrong = tmp_path / "right", tmp_path / "wrong"
    right.write_text("开门\n")
    wrong.write_text("关门\n")
    assert run("status", village.data, "--json", "--password-file", right)[0] == EXIT_OK
    code, _, err = run("status", village.data, "--json", "--password-file", wrong)
    assert code == EXIT_REFUSED
    assert "[intake.password-wrong]" in err


def test_a_salvage_says_what_it_found_in_words_and_as_json(run: Run, village: Village) -> None:
    assert run("salvage", village.data)[:2] == (EXIT_OK, "数据库没有损坏，未作改动。\n")

    path = village.data / "station.db"
    path.write_bytes(b"x" * path.stat().st_size)
    code, out, _ = run("salvage", village.data, "--json")
    assert code == EXIT_OK
    found = json.loads(out)
    assert found["aside"] == str(village.data / "damaged-1")
    assert (found["applications"], found["lost_wires"]) == (0, 0)

    path.write_bytes(b"x" * path.stat().st_size)
    code, out, _ = run("salvage", village.data)
    assert code == EXIT_OK
    rebuilt, kept = out.splitlines()
    assert re.fullmatch(
        r"数据库已重建：申请 0 件，其中 0 件取自日志；\d+ 处读不出来，0 条不可信已舍去。", rebuilt
    )
    assert kept == f"损坏的文件保存在 {village.data / 'damaged-2'}，请勿删除。"
