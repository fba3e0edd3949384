"""``yizhan-county report``, as typed."""

import asyncio
import hashlib
from pathlib import Path

import pytest

from tests.central.county.backup.place import Place
from tests.central.county.departments.test_commands import Rooms
from tests.faults.actions.county import with_cases


async def _made(folder: Path) -> Place:
    return (await with_cases(folder / "county")).place


def test_a_month_is_frozen_shown_and_written_by_commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shell = Rooms(asyncio.run(_made(tmp_path)).data, capsys)
    assert "还没有月报。" in shell.run("report list")
    made = shell.json("report make", "--month", "2025-12")
    shell.run("report make", "--month", "2025-12", code=3)
    shell.run("report make", "--month", "2099-12", code=3)
    assert shell.json("report list")["reports"] == [made]
    assert "第 1 版" in shell.run("report show", "--month", "2025-12")
    signed, table = tmp_path / "r.json", tmp_path / "r.csv"
    shell.run("report show", "--month", "2025-12", "--to", str(signed))
    shell.run("report show", "--month", "2025-12", "--edition", "1", "--to", str(table))
    assert hashlib.sha256(signed.read_bytes()).hexdigest() == made["sha256"]
    assert "合计" in table.read_text("utf-8-sig")
    assert shell.json("report make", "--month", "2025-12", "--reason", "补录")["corrects"] == 1
