"""A case goes to a township's office and comes back by USB stick alone: the same content, once."""

import json
from pathlib import Path

import pytest

from central.hub.app import open_hub
from central.server.config import ServerConfig
from examples.sandbox import Program
from runtime.actor import Actor
from tests.system.conftest import Township
from tests.system.test_offices import CATALOGUE, RELIEF, Office, apply, kinds, life
from tests.system.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]

PAPER = b"\xff\xd8" + bytes(range(256)) * 500
DONE = ["received", "office-given", "accepted", "passed", "office-returned"]


async def carry(township: Township, here: Program, there: Program, stick: Path) -> None:
    """Export at one end and import at the other, twice: a stick is often read again."""
    box = township.sandbox
    await box.run(here.command, "stick", "export", here.data, stick)
    for _ in range(2):
        await box.run(there.command, "stick", "import", there.data, stick)


async def paper_at(hub: Program, case: str) -> bytes:
    """The only paper of a case, as the office opens it."""
    async with open_hub(hub.data, ServerConfig.load(hub.data / "hub.toml")) as node:
        paper = await node.office.paper(Actor.at_command_line("农梅"), case, 0)
        return node.office.opened(paper)


async def begun(township: Township, tmp_path: Path) -> str:
    """A village has handed in an application with a paper, over the line; its case."""
    await township.open()
    file, paper = tmp_path / "catalogue.json", tmp_path / "收入声明.jpg"
    file.write_text(json.dumps(CATALOGUE, ensure_ascii=False), "utf-8")
    paper.write_bytes(PAPER)
    publish = ("publish", township.county.data, file, "--anyway", "--json")
    release = json.loads(await township.sandbox.run("yizhan-county", *publish))["release"]
    (station,) = township.stations

    async def arrived() -> bool:
        return bool((await township.status(station))["release"] == release)

    await until(arrived)
    case = await apply(township, RELIEF, tmp_path, "--attach", f"income={paper}")

    async def whole() -> bool:
        return [one["state"] for one in await township.cases()] == ["complete"]

    await until(whole)
    return case


async def reaches(township: Township, case: str, *wanted: str) -> None:
    """Wait until these events have happened to a case, and no others."""

    async def check() -> bool:
        return kinds(await life(township, case)) == list(wanted)

    await until(check)


async def test_a_case_goes_and_comes_back_by_stick(township: Township, tmp_path: Path) -> None:
    case = await begun(township, tmp_path)
    box, county, hub = township.sandbox, township.county, township.hub
    await box.stop(hub)  # from here on there is no line
    office, stick = Office(township), tmp_path / "stick"
    asked = await office.ask("request", office.data)
    await carry(township, hub, county, stick)
    await box.run("yizhan-county", "office", "approve", county.data, asked["hub"], asked["code"])
    await reaches(township, case, *DONE[:2])
    await carry(township, county, hub, stick)
    (listed,) = await office.cases()
    shown = await office.ask("case", office.data, case)
    assert (listed["case"], json.loads(shown["form"])) == (case, {"name": "黄小明"})
    assert await paper_at(hub, case) == PAPER
    for action in ("accept", "pass"):
        await office.act(case, action, "--as", "农梅", "--note", "情况属实")
    await carry(township, hub, county, stick)
    await reaches(township, case, *DONE)
    told = (await life(township, case))["events"]
    assert [one["by"] for one in told[2:4]] == ["农梅", "农梅"]
    await carry(township, county, hub, stick)
    (past,) = await office.cases("--past")
    assert (past["confirmed"], past["code"]) == (True, "")
    assert kinds(await life(township, case)) == DONE
