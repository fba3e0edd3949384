"""Backup and restore as an administrator types them, with and without a running server."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from central import cli_county
from central.county.restoring import AHEAD
from runtime.command import account
from runtime.program import run_program
from tests.central.county.village import CATALOGUE


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"https://127.0.0.1:{free.getsockname()[1]}"
    folder, catalogue = tmp_path / "county", tmp_path / "catalogue.json"
    catalogue.write_bytes(CATALOGUE)
    found = ["init", str(folder), "--code", "451423", "--name", "龙州县", "--url", url]
    assert run_program(cli_county.cli, found) == 0
    assert run_program(cli_county.cli, ["publish", str(folder), str(catalogue)]) == 0
    return folder


@pytest.fixture(params=["directly", "through the server"])
def served(request: pytest.FixtureRequest, data: Path) -> Iterator[Path]:
    if request.param == "directly":
        yield data
        return
    command = [sys.executable, "-m", "central.cli_county", "serve", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdout.readline().startswith("ready https://127.0.0.1:")
        yield data
        server.send_signal(signal.SIGTERM)
        assert server.wait() == 0


def run(*argv: object, code: int = 0) -> None:
    assert run_program(cli_county.cli, [str(one) for one in argv]) == code


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
    }
    run("backup", served, to)
    out, err = capsys.readouterr()
    assert "已备份到" in out
    assert "同一磁盘" in err

    restored = printed(capsys, "restore", made["file"], tmp_path / "restored")
    assert (restored["release"], restored["blobs"]) == (1 + AHEAD, 0)
    run("restore", made["file"], tmp_path / "again", "--ahead", 7)
    assert "目录版本 8" in capsys.readouterr().out
    run("ledger", tmp_path / "restored")
    audit = tmp_path / "audit.jsonl"
    run("audit", "export", tmp_path / "again", "--to", audit)
    entries = map(json.loads, audit.read_text("utf-8").splitlines())
    (noted,) = [entry for entry in entries if entry.get("action") == "county.restore"]
    assert (noted["actor"], noted["outcome"]) == (account(), "done")
    assert noted["subject"] == made["file"]
    assert noted["detail"].keys() == {"made_ms", "ahead", "lost_blobs"}
    assert noted["detail"]["ahead"] == 7


def test_refusals_have_codes_and_change_nothing(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("backup", data, data / "inside", code=3)
    assert "[backup.place]" in capsys.readouterr().err
    run("restore", tmp_path / "nothing.tar", tmp_path / "new", code=3)
    assert "[intake.file-unreadable]" in capsys.readouterr().err
    run("restore", tmp_path / "catalogue.json", tmp_path / "new", code=3)
    assert "[backup.damaged]" in capsys.readouterr().err
    run("restore", tmp_path / "catalogue.json", data, code=3)
    assert "[backup.not-empty]" in capsys.readouterr().err
    run("restore", tmp_path / "nothing.tar", tmp_path / "new", "--ahead", 0, code=2)
    run("backup", tmp_path / "nowhere", tmp_path / "backups", code=3)
    assert "[store.not-joined]" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["catalogue.json", "county"]


def test_without_its_blobs_a_backup_restores_only_if_told_so(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = printed(capsys, "backup", data, tmp_path / "backups")
    run("restore", made["file"], tmp_path / "a", "--blobs", tmp_path, "--incomplete")
    assert "已恢复" in capsys.readouterr().out
