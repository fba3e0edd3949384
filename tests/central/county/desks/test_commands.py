"""``yizhan-county desk-release``, as an administrator types it."""

import asyncio
from pathlib import Path

import pytest

from central.commands import county as county_commands
from runtime.cli.program import run_program
from tests.central.commands.test_county import Shell
from tests.central.county.backup.place import Place


class Releases(Shell):
    """The verb of a group stands before the data folder."""

    def run(self, command: str, *arguments: str, code: int = 0) -> str:
        self._capsys.readouterr()
        words = ["desk-release", command, str(self._data), *arguments]
        assert run_program(county_commands.cli, words) == code
        out, self.error = self._capsys.readouterr()
        return out


def test_what_can_not_be_released_is_said_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Place(folder=tmp_path)

    async def found() -> str:
        async with place.open() as county:
            return (await county.village()).node

    node = asyncio.run(found())
    shell = Releases(place.data, capsys)
    assert shell.run("list") == "没有村站申请放行。\n"
    shell.run("approve", node, "0000-0000-0000-98", code=3)
    assert "请回拨核实" in shell.error
    assert "[forgotten.forged]" in shell.error
    shell.run("approve", node, "12", code=3)
    assert "应为 14 位数字" in shell.error
