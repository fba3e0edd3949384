"""A county whose disk has become read-only still answers every command that only reads."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from central.commands.county import cli as county
from protocol.errors import ReadOnlyError
from provisioning.cli import cli as provision
from runtime.cli.program import run_program
from tests.builders.disks.small_disk import read_only
from tests.central.county.catalogue.conftest import LONGZHOU

ITEM, IDENTITY = "451423-001", "451423-059"
DATA = "DATA"
READING = {
    "show": "catalogue show DATA",
    "show an item": f"catalogue show DATA --item {ITEM}",
    "show a draft": "catalogue show DATA 1",
    "drafts": "catalogue drafts DATA",
    "diff": "catalogue diff DATA",
    "history": "catalogue history DATA",
    "export": "catalogue export DATA",
    "find": "catalogue find DATA 低保",
    "fee": f"fee DATA --item {IDENTITY} --facts FACTS --on 2026-03-01",
    "due": "due DATA --from 2026-04-17 --limit 2wd",
    "market-days": "market-days DATA --code 451423100 --from 2026-01-01 --days 9",
    "numbers": "numbers status DATA",
    "cases": "cases DATA",
    "ledger": "ledger DATA",
    "nodes": "nodes DATA",
    "review": "review DATA",
    "status": "status DATA",
    "staff": "staff list DATA",
    "rekey": "rekey status DATA",
    "clock": "clock DATA",
    "audit": "audit verify DATA",
}
WRITING = (
    "catalogue propose DATA FILE --author 张三",
    "catalogue withdraw DATA 1 --by 张三",
    "catalogue approve DATA 1 --approver 李四",
    f"catalogue withdraw DATA --item {ITEM} --by 张三",
    "publish DATA FILE",
)


@pytest.fixture
def paths(data: Path, tmp_path: Path) -> dict[str, str]:
    """A county with a release and a draft, and the files that commands take."""
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({"reason": "丢失补领"}), "utf-8")
    file = tmp_path / "file.json"
    document = json.loads((LONGZHOU / "catalogue.json").read_text("utf-8"))
    document["items"][0]["name"] = "新名"
    file.write_text(json.dumps(document), "utf-8")
    found = {"DATA": str(data), "FACTS": str(facts), "FILE": str(file)}
    assert run_program(county, argv("publish DATA SAMPLE", found)) == 0
    assert run_program(county, argv("catalogue propose DATA FILE --author 张三", found)) == 0
    return found


def argv(command: str, paths: dict[str, str]) -> list[str]:
    sample = {"SAMPLE": str(LONGZHOU / "catalogue.json")}
    return [(paths | sample).get(word, word) for word in command.split()]


def test_whatever_only_reads_says_the_same_as_before_and_all_else_is_refused(
    paths: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    def run(command: str) -> Any:
        capsys.readouterr()
        more = () if command.startswith("catalogue export") else ("--json",)
        code = run_program(county, [*argv(command, paths), *more])
        return code, json.loads(capsys.readouterr().out)

    before = {name: run(command) for name, command in READING.items()}
    assert {code for code, _ in before.values()} == {0}
    kept = {path: path.read_bytes() for path in Path(paths[DATA]).glob("*.db*")}
    with read_only(Path(paths[DATA])):
        after = {name: run(command) for name, command in READING.items()}
        refused = {command: run(command) for command in WRITING}
        assert run_program(provision, argv("show DATA --json", paths)) == 0
        assert run_program(provision, argv("contact DATA 451423 张三", paths)) == 3
    for name in before.keys() - {"status", "nodes", "clock", "audit"}:  # these tell the time, too
        assert after[name] == before[name], name
    assert {code for code, _ in after.values()} == {0}
    assert {(code, told["code"]) for code, told in refused.values()} == {(3, ReadOnlyError.code)}
    assert {path: path.read_bytes() for path in Path(paths[DATA]).glob("*.db*")} == kept


def as_who_may_not_write() -> list[str]:
    """What to put before a command so that rights of files count for it, even if we are root."""
    if os.geteuid() != 0:
        return []
    gone = "-dac_override,-dac_read_search"
    return ["setpriv", f"--bounding-set={gone}", f"--inh-caps={gone}"]


def test_a_folder_that_nobody_may_write_is_read_all_the_same(
    paths: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(paths[DATA])
    program = str(Path(sys.executable).with_name("yizhan-county"))
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]

    def run(command: str) -> tuple[int, Any]:
        asked = [*as_who_may_not_write(), program, *argv(command, paths), "--json"]
        done = subprocess.run(asked, capture_output=True, check=False, timeout=60)
        return done.returncode, json.loads(done.stdout)

    capsys.readouterr()
    code = run_program(county, [*argv(READING["due"], paths), "--json"])
    before = code, json.loads(capsys.readouterr().out)
    for path in folders:
        path.chmod(0o500)
    (folder / "lock").chmod(0o400)
    try:
        assert run(READING["due"]) == before
        code, told = run(WRITING[0])
    finally:
        for path in folders:
            path.chmod(0o700)
    assert (before[0], code, told["code"]) == (0, 3, ReadOnlyError.code)
