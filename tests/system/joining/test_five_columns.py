"""A county from a table of five columns: no hub has an address until it joins with one."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from examples.sandbox import CommandError, Program, Sandbox, free_port
from protocol.errors import EXIT_REFUSED, EXIT_UNREACHABLE
from tests.system.conftest import LONGZHOU, Township
from tests.system.waiting import until

pytestmark = pytest.mark.system

TABLE = """code,name,role,parent,contact
451423100,龙州镇,hub,451423,0771-0000001
451423103,水口镇,hub,451423,0771-0000002
451423103201,独山村,station,451423103,
451423103202,罗回村,station,451423103,
451423100201,岭南村,station,451423100,
"""


class Office:
    """An imported county, and what was printed and packed for each of its nodes."""

    def __init__(self, township: Township) -> None:
        self.box, self.township = township.sandbox, township
        self.nodes: dict[str, dict[str, Any]] = {}

    async def open(self) -> None:
        box, table = self.box, self.box.folder / "nodes.csv"
        self.township.county = await box.county("451423", "龙州县")
        county = self.township.county
        table.write_text(TABLE, "utf-8")
        kits = box.folder / "kits"
        answer = await box.run(
            "yizhan-provision", "import", county.data, table, "--kits", kits, "--json"
        )
        self.nodes = {node["name"]: node for node in json.loads(answer)["nodes"]}
        await box.start(county)
        await box.run("yizhan-county", "publish", county.data, LONGZHOU / "catalogue.json")

    async def join(self, name: str, *more: object) -> Program:
        """The node of this name joins with its kit and the code of its card."""
        node = self.nodes[name]
        card = Path(node["card"]).read_text("utf-8")
        (code,) = re.findall(r'<p class="code">(.+?)</p>', card)
        program = Program(
            name=name,
            command=f"yizhan-{node['role']}",
            data=self.box.folder / name,
            node=node["node"],
        )
        self.box.programs[name] = program
        join = ("join", node["kit"], "--data", program.data, "--code", code, *more)
        await self.box.run(program.command, *join)
        return program

    async def refused(self, command: str, *args: object) -> CommandError:
        with pytest.raises(CommandError) as refusal:
            await self.box.run(command, *args)
        return refusal.value

    async def goes_through(self, station: Program) -> None:
        application = await self.township.submit(station, 1)
        await self.township.reaches(station, application, "received", "complete")


async def test_hubs_without_addresses_get_going(township: Township, sandbox: Sandbox) -> None:
    office = Office(township)
    await office.open()

    early = await office.join("独山村")  # before its hub: through the county of its kit
    failure = await office.refused("yizhan-station", "exchange", early.data)
    assert (failure.exit_code, "[line.parent-absent]" in failure.stderr) == (EXIT_UNREACHABLE, True)
    assert "上级 水口镇 还没有开通" in await sandbox.run("yizhan-station", "status", early.data)

    with pytest.raises(CommandError, match=r"--url.*yizhan-provision address") as refusal:
        await office.join("水口镇")
    assert refusal.value.exit_code == EXIT_REFUSED
    assert "[enrolment.address-missing]" in refusal.value.stderr
    url = f"https://127.0.0.1:{free_port()}"
    hub = await office.join("水口镇", "--url", url)
    await sandbox.start(hub)

    late = await office.join("罗回村", "--via", url)
    assert (await sandbox.ask(late, "status", "--json"))["parent"]["set_up"]
    for station in (early, late):
        await sandbox.run("yizhan-station", "exchange", station.data)
        await sandbox.start(station)
        office.township.stations.append(station)
    await until(office.township.all_hold_the_catalogue)
    await office.goes_through(early)
    await office.goes_through(late)


@pytest.mark.slow
async def test_a_station_without_a_line_learns_of_its_hub_by_stick(
    township: Township, sandbox: Sandbox
) -> None:
    office = Office(township)
    await office.open()
    county, stick = office.township.county, sandbox.folder / "stick"
    stick.mkdir()
    with pytest.raises(CommandError, match=r"line\.on-stick"):
        await office.join("岭南村", "--stick", stick)
    with pytest.raises(CommandError, match=r"line\.on-stick"):
        await office.join("龙州镇", "--stick", stick)  # without an address
    await sandbox.run("yizhan-county", "stick", "import", county.data, stick)
    with pytest.raises(CommandError, match=r"enrolment\.address-missing"):
        await office.join("龙州镇", "--stick", stick)
    station = await office.join("岭南村", "--stick", stick)

    url = f"https://127.0.0.1:{free_port()}"
    with pytest.raises(CommandError, match=r"line\.on-stick"):
        await office.join("龙州镇", "--stick", stick, "--url", url)
    await sandbox.run("yizhan-county", "stick", "import", county.data, stick)
    await office.join("龙州镇", "--stick", stick, "--url", url)

    assert not (await sandbox.ask(station, "status", "--json"))["parent"]["set_up"]
    await sandbox.run("yizhan-county", "stick", "export", county.data, stick)
    await sandbox.run("yizhan-station", "stick", "import", station.data, stick)
    assert (await sandbox.ask(station, "status", "--json"))["parent"]["set_up"]
