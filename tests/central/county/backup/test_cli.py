"""Backup and restore as an administrator types them, with and without a running server."""

import json
import resource
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from central.commands import county as county_commands
from central.county.recovery.restoring import AHEAD
from provisioning.cli import cli as provisioning
from runtime.cli.command import account
from runtime.cli.program import run_program
from tests.central.county.village import CATALOGUE
from tests.system.serving import serving


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"https://127.0.0.1:{free.getsockname()[1]}"
    folder, catalogue = tmp_path / "county", tmp_path / "catalogue.json"
    catalogue.write_bytes(CATALOGUE)
    found = ["init", str(folder), "--code", "451423", "--name", "龙州县", "--url", url]
    assert run_program(county_commands.cli, found) == 0
    assert run_program(county_commands.cli, ["publish", str(folder), str(catalogue)]) == 0
    return folder


@pytest.fixture(params=["directly", "through the server"])
def served(request: pytest.FixtureRequest, data: Path) -> Iterator[Path]:
    if request.param == "directly":
        yield data
        return
    with serving(data):
        yield data


def run(*argv: object, code: int = 0) -> None:
    assert run_program(county_commands.cli, [str(one) for one in argv]) == code


def printed(capsys: pytest.CaptureFixture[str], *argv: object) -> Any:
    capsys.readouterr()
    run(*argv, "--json")
    return json.loads(capsys.readouterr().out)


def test_a_county_is_backed_up_and_restored(
    served: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    to = tmp_path / "backups"
    made = printed(capsys, "backup", served, to)
    assert Path(made["file"]).parent == to
    assert made == {
        "file": made["file"],
        "receipts": 0,
        "blobs": 0,
        "new_blobs": 0,
        "lost_blobs": 0,
        "safe": 0,
        "same_disk": True,
        "alarms": made["alarms"],
    }
    assert [alarm["code"] for alarm in made["alarms"]] == ["recovery-key-here", "root-key-here"]
    run("backup", served, to)
    out, err = capsys.readouterr()
    assert "已备份到" in out
    assert "同一磁盘" in err

    restored = printed(capsys, "restore", made["file"], tmp_path / "restored")
    assert 1 + AHEAD <= restored["release"] < 1 + AHEAD + 600  # one for each second since
    assert restored["blobs"] == 0
    run("restore", made["file"], tmp_path / "again", "--ahead", 7)
    out, err = capsys.readouterr()
    assert "目录版本 8" in out
    assert f"yizhan-county serve {tmp_path / 'again'}" in err
    run("ledger", tmp_path / "restored")
    audit = tmp_path / "audit.jsonl"
    run("audit", "export", tmp_path / "again", "--to", audit)
    entries = map(json.loads, audit.read_text("utf-8").splitlines())
    (noted,) = [entry for entry in entries if entry.get("action") == "county.restore"]
    assert (noted["actor"], noted["outcome"]) == (account(), "done")
    assert noted["subject"] == made["file"]
    assert noted["detail"].keys() == {"made_ms", "ahead", "lost_blobs"}
    assert noted["detail"]["ahead"] == 7


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{}", "recovery.wrong"),
        (json.dumps({"words": "", "county": "x", "seed": "ab" * 32}), "backup.other-key"),
    ],
)
def test_a_wrong_recovery_key_is_named_as_such(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, code: str
) -> None:
    made = printed(capsys, "backup", data, tmp_path / "backups")
    wrong = tmp_path / "wrong.recovery"
    wrong.write_text(text)
    run("restore", made["file"], tmp_path / "new", "--recovery", wrong, code=3)
    assert f"[{code}]" in capsys.readouterr().err


def test_refusals_have_codes_and_change_nothing(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("backup", data, data / "inside", code=3)
    assert "[backup.place]" in capsys.readouterr().err
    run("restore", tmp_path / "nothing.backup", tmp_path / "new", code=3)
    assert "[intake.file-unreadable]" in capsys.readouterr().err
    run("restore", tmp_path / "catalogue.json", tmp_path / "new", code=3)
    assert "[backup.damaged]" in capsys.readouterr().err
    run("restore", tmp_path / "catalogue.json", data, code=3)
    assert "[backup.not-empty]" in capsys.readouterr().err
    run("restore", tmp_path / "nothing.backup", tmp_path / "new", "--ahead", 0, code=2)
    run("backup", tmp_path / "nowhere", tmp_path / "backups", code=3)
    assert "[store.not-joined]" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "catalogue.json",
        "county",
        "county.recovery",
    ]


def test_without_its_blobs_a_backup_restores_only_if_told_so(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = printed(capsys, "backup", data, tmp_path / "backups")
    run("restore", made["file"], tmp_path / "a", "--blobs", tmp_path, "--incomplete")
    assert "已恢复" in capsys.readouterr().out


def test_a_backup_opens_with_the_key_or_its_papers_and_with_nothing_else(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = printed(capsys, "backup", data, tmp_path / "backups")
    kept = tmp_path / "safe" / "key"
    kept.parent.mkdir()
    shutil.copy(tmp_path / "county.recovery", kept)
    provision = ("recovery", "export", data, "--to", tmp_path / "safe", "--threshold", "2")
    assert run_program(provisioning, [*map(str, provision), "--json"]) == 0
    papers = json.loads(capsys.readouterr().out)["shares"]
    assert not (tmp_path / "county.recovery").exists()
    assert codes_of(printed(capsys, "status", data)) == ["root-key-here"]

    run("restore", made["file"], tmp_path / "a", code=3)
    assert "[backup.sealed]" in capsys.readouterr().err
    run("restore", made["file"], tmp_path / "a", "--share", papers[0], code=3)
    assert "[shares.wrong]" in capsys.readouterr().err
    run("restore", made["file"], tmp_path / "a", "--share", papers[0], "--recovery", kept, code=2)
    assert not (tmp_path / "a").exists()
    run("restore", made["file"], tmp_path / "a", "--share", papers[0], "--share", papers[4])
    run("restore", made["file"], tmp_path / "b", "--recovery", kept)
    assert not (tmp_path / "b" / "authority" / "root.key").exists()


def test_what_is_wrong_with_the_county_itself_is_said_at_the_start_and_in_its_status(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = printed(capsys, "status", data)
    assert codes_of(state) == ["recovery-key-here", "root-key-here"]
    assert (state["name"], state["roster"]) == ("龙州县", 1)
    run("status", data)
    assert "[root-key-here]" in capsys.readouterr().out


def codes_of(state: dict[str, Any]) -> list[str]:
    codes = [alarm["code"] for alarm in state["alarms"]]
    return [code for code in codes if not code.startswith("catalogue.")]


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """Of those that this process writes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("by", ["database", "archive"])
def test_a_file_system_that_holds_no_file_that_large_is_named(
    data: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], by: str
) -> None:
    """A limit of the process stands for FAT32: both say EFBIG."""
    whole = Path(printed(capfd, "backup", data, tmp_path / "enough")["file"]).stat().st_size
    limit = 100_000 if by == "database" else whole - 1
    with no_file_larger_than(limit):
        run("backup", data, tmp_path / "backups", code=3)
    assert "[store.file-too-large]" in capfd.readouterr().err
    assert list(tmp_path.glob("backups/*.backup")) == []
