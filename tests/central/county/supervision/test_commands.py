"""``yizhan-county supervision``, as typed."""

import asyncio
from pathlib import Path

import pytest

from tests.central.county.backup.place import Place
from tests.central.county.departments.test_commands import Rooms
from tests.faults.actions.county import with_cases
from tests.faults.actions.supervision import weeks


async def _late(folder: Path) -> Place:
    made = await with_cases(folder / "county")
    async with made.open() as county:
        await weeks(county)
    return made.place


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Rooms:
    return Rooms(asyncio.run(_late(tmp_path)).data, capsys)


def test_cards_are_listed_answered_and_exported_by_commands(shell: Rooms, tmp_path: Path) -> None:
    red, *_ = shell.json("supervision list", "--rung", "red")["cards"]
    card, month = str(red["card"]), red["month"]
    assert "红牌" in shell.run("supervision list", "--state", "open")
    assert "没有督办。" in shell.run("supervision list", "--state", "verified")
    said = ("--words", "已补办", "--as", "韦兰")
    assert "待核实" in shell.run("supervision reply", card, *said)
    shell.run("supervision verify", card, *said, code=3)  # the own answer
    shell.run("supervision verify", card, "--words", "属实", "--as", "黄监察")
    shown = shell.run("supervision show", card)
    assert "韦兰  答复：已补办" in shown
    assert "黄监察  核实通过：属实" in shown
    shell.run("supervision show", "999999", code=3)
    target = tmp_path / "cards.csv"
    shell.run("supervision export", "--month", month, "--to", str(target))
    assert target.read_text("utf-8-sig").startswith("办件编号,督办内容,")
    assert "红灯 2" in shell.run("supervision overview", "--month", month)


def test_rules_are_written_read_back_and_put_back_by_commands(shell: Rooms, tmp_path: Path) -> None:
    usual = shell.json("supervision rules")
    file = tmp_path / "rules.json"
    file.write_text(shell.run("supervision rules", "--json"), "utf-8")
    assert shell.json("supervision rules", "--set", str(file)) == usual
    file.write_text("[]", "utf-8")
    shell.run("supervision rules", "--set", str(file), code=2)
    assert "超过承诺时限" in shell.run("supervision rules", "--usual")


def test_when_yellow_begins_is_set_and_put_back_by_commands(shell: Rooms) -> None:
    usual = {"percent": 20, "least": 1, "short": 2}
    assert shell.json("supervision yellow") == usual
    assert shell.json("supervision yellow", "--percent", "50") == usual | {"percent": 50}
    shell.run("supervision yellow", "--percent", "91", code=2)
    assert "50%" in shell.run("supervision yellow", "--least", "3")
    shell.run("supervision rules", "--usual")  # another thing
    assert shell.json("supervision yellow") == usual | {"percent": 50, "least": 3}
    assert shell.json("supervision yellow", "--usual") == usual
