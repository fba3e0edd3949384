"""``yizhan-county numbers``, as an administrator types it."""

import asyncio
from pathlib import Path

import pytest

from central.commands import county as county_commands
from runtime.cli.program import run_program
from tests.central.commands.test_county import Shell
from tests.central.county.backup.place import Place
from tests.central.county.review.test_commands import recorded


class Numbers(Shell):
    """The verb of a group stands before the data folder."""

    def run(self, command: str, *arguments: str, code: int = 0) -> str:
        self._capsys.readouterr()
        words = ["numbers", command, str(self._data), *arguments]
        assert run_program(county_commands.cli, words) == code
        out, self.error = self._capsys.readouterr()
        return out


async def found(place: Place) -> list[str]:
    async with place.open() as county:
        return [(await county.village()).node for _ in range(2)]


def test_a_block_is_issued_shown_and_voided(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Place(folder=tmp_path)
    one, other = asyncio.run(found(place))
    shell = Numbers(place.data, capsys)

    assert "还没有发出号段" in shell.run("status")
    for none in ("0", "-1"):
        shell.run("issue", "--node", one, f"--count={none}", code=2)
    assert "还没有发出号段" in shell.run("status")
    words = shell.run("issue", "--node", one, "--count", "30")
    assert "已发出 号段" in words
    assert "独山村 预发编号 451423" in words
    assert "共 30，已用 0（已到县 0），作废 0，剩余 30" in words
    issued = shell.json("issue", "--all")["issued"]
    assert sorted(block["station"] for block in issued) == sorted([one, other])
    assert {block["issued"] for block in issued} == {100}
    block = issued[0]["block"]
    assert "（打错年度）" in shell.run("void", block, "--reason", "打错年度")
    shown = {b["block"]: b for b in shell.json("status")["blocks"]}
    assert (shown[block]["voided"], shown[block]["remaining"]) == (100, 0)
    assert [run["reason"] for run in shown[block]["voids"]] == ["打错年度"]
    record = asyncio.run(recorded(place))
    assert ("county.numbers-issue", one) in record
    assert ("county.numbers-void", block) in record


def test_what_is_wrong_is_said_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = Place(folder=tmp_path)
    one, _ = asyncio.run(found(place))
    shell = Numbers(place.data, capsys)
    for words, code, said in (
        (("issue",), 2, "[usage]"),
        (("issue", "--node", one, "--all"), 2, "[usage]"),
        (("issue", "--node", one, "--year", "2020"), 2, "[usage]"),
        (("issue", "--node", "ab" * 8), 3, "[number.no-station]"),
        (("issue", "--node", one, "--kind", "ticket"), 3, "村站不收现金"),
        (("void", "ab" * 8, "--reason", "x"), 3, "[number.block-unknown]"),
        (("void", "abc", "--reason", "x"), 2, "[usage]"),
    ):
        assert shell.run(*words, code=code) == ""
        assert said in shell.error
    assert shell.json("status") == {"blocks": [], "strays": []}
