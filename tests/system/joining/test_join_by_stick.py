"""A station without any line: its request goes up on a stick, and its admission comes back."""

import json
from pathlib import Path
from typing import Any

import pytest

from examples.sandbox import CommandError, Program
from protocol.envelope.vault import read_record
from protocol.errors import EXIT_REFUSED, EXIT_UNREACHABLE
from station_agent.config import StationConfig
from tests.system.conftest import Township

pytestmark = pytest.mark.system


class NewStation:
    """A PC that has a kit and a code, and no network."""

    def __init__(self, township: Township, folder: Path) -> None:
        self.township, self.folder = township, folder
        self.kit, self.data, self.stick = folder / "new.kit", folder / "new", folder / "stick"
        self.stick.mkdir()
        self.code = ""

    async def invite(self) -> None:
        box = self.township.sandbox
        added = await box.run(
            "yizhan-provision", "add", self.township.county.data, "--role", "station",
            "--code", "451423103299", "--name", "无线村", "--parent", self.township.hub.node,
            "--kit", self.kit,
        )  # fmt: skip
        self.code = json.loads(added)["code"]

    async def join(self, code: str = "") -> str:
        """Exit code 0, or the CommandError."""
        return await self.township.sandbox.run(
            "yizhan-station", "join", self.kit, "--data", self.data,
            "--code", code or self.code, "--stick", self.stick,
        )  # fmt: skip

    async def refused(self, code: str = "") -> tuple[int, str]:
        with pytest.raises(CommandError) as refusal:
            await self.join(code)
        return refusal.value.exit_code, str(refusal.value)

    async def carry(self, program: Program, verb: str) -> dict[str, Any]:
        text = await self.township.sandbox.run(
            program.command, "stick", verb, program.data, self.stick, "--json"
        )
        carried: dict[str, Any] = json.loads(text)
        return carried


@pytest.fixture
async def new(township: Township, tmp_path: Path) -> NewStation:
    await township.open(stations=0)
    station = NewStation(township, tmp_path)
    await station.invite()
    return station


async def test_the_stick_goes_to_the_county_and_back(new: NewStation) -> None:
    assert (await new.refused())[0] == EXIT_UNREACHABLE
    assert (await new.carry(new.township.county, "import"))["joins"] == 1
    assert (await new.carry(new.township.county, "import"))["joins"] == 0  # harmless again
    assert "无线村" in await new.join()
    assert StationConfig.load(new.data).desk_port  # where the clerk's desk will always be
    record = read_record((new.data / "node" / "vault.bin").read_bytes())
    assert record.county is not None  # for the day on which no clerk knows a password


@pytest.mark.slow
async def test_a_hub_with_a_line_answers_at_once(new: NewStation) -> None:
    await new.refused()
    assert (await new.carry(new.township.hub, "import"))["joins"] == 1
    assert "无线村" in await new.join()


@pytest.mark.slow
async def test_a_hub_without_a_line_hands_the_request_on(new: NewStation) -> None:
    await new.refused()
    county, hub = new.township.county, new.township.hub
    await new.township.sandbox.stop(county)
    assert (await new.carry(hub, "import"))["joins"] == 0
    other = new.folder / "market-day"
    other.mkdir()
    new.stick, first = other, new.stick
    assert (await new.carry(hub, "export"))["joins"] == 1
    assert (await new.carry(county, "import"))["joins"] == 1
    await new.carry(hub, "import")
    new.stick = first
    assert (await new.carry(hub, "export"))["joins"] == 1
    assert "无线村" in await new.join()


@pytest.mark.slow
async def test_a_wrong_code_is_named_on_both_sides(new: NewStation) -> None:
    await new.refused("7KQF-3M2P-9XTD")
    assert (await new.carry(new.township.county, "import"))["joins"] == 1
    code, words = await new.refused("7KQF-3M2P-9XTD")
    assert (code, "[code.wrong]" in words) == (EXIT_REFUSED, True)
    assert (await new.refused())[0] == EXIT_UNREACHABLE  # the right code asks anew
    await new.carry(new.township.county, "import")
    assert "无线村" in await new.join()
