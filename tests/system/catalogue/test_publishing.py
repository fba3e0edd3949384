"""A draft of the catalogue goes its whole way, with real programs, until a village has it."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from examples.sandbox import CommandError, Program, Sandbox
from tests.system.conftest import LONGZHOU, Township
from tests.system.waiting import until

pytestmark = pytest.mark.system
ITEM = "451423-001"


class Editors:
    """Those who propose, approve and publish, by commands."""

    def __init__(self, township: Township) -> None:
        self.township, self.box = township, township.sandbox

    async def catalogue(self, command: str, *args: object) -> Any:
        data = self.township.county.data
        answer = await self.box.run("yizhan-county", "catalogue", command, data, *args, "--json")
        return json.loads(answer)

    async def refused(self, command: str, *args: object) -> str:
        with pytest.raises(CommandError) as refusal:
            await self.catalogue(command, *args)
        return refusal.value.stderr

    def file(self, name: str) -> Path:
        document = json.loads((LONGZHOU / "catalogue.json").read_text("utf-8"))
        document["items"][0]["name"] = name
        path = self.box.folder / f"{name}.json"
        path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
        return path

    async def name_at(self, station: Program) -> str:
        shown = json.loads(
            await self.box.run("yizhan-station", "item", station.data, ITEM, "--json")
        )
        return str(shown["name"])


async def test_what_two_persons_agreed_on_arrives_at_the_village(township: Township) -> None:
    await township.open()
    editors, (station,) = Editors(township), township.stations
    old = await editors.name_at(station)

    first = await editors.catalogue("propose", editors.file("一"), "--author", "张三")
    assert "[catalogue.unapproved]" in await editors.refused("publish", 1)
    assert "[catalogue.own-draft]" in await editors.refused("approve", 1, "--approver", "张 三")
    await editors.catalogue("reject", 1, "--by", "李四", "--reason", "名称不对")
    second = await editors.catalogue(
        "propose", editors.file("二"), "--author", "张三", "--draft", 1
    )
    await editors.catalogue("approve", 1, "--approver", "李四", "--digest", second["digest"])
    third = await editors.catalogue("propose", editors.file("三"), "--author", "张三", "--draft", 1)
    assert "[catalogue.unapproved]" in await editors.refused("publish", 1)  # an edit voids it
    assert len({first["digest"], second["digest"], third["digest"]}) == 3
    await editors.catalogue("approve", 1, "--approver", "李四", "--digest", third["digest"])
    assert await editors.name_at(station) == old
    assert await editors.catalogue("publish", 1) == {"release": 2}

    async def arrived() -> bool:
        return await editors.name_at(station) == "三"

    await until(arrived)
    application = await township.submit(station, 1)
    await township.reaches(station, application, "received", "complete")


async def test_a_county_that_is_killed_between_the_steps_goes_on_where_it_was(
    sandbox: Sandbox, township: Township
) -> None:
    """Each step is one transaction: done, or not begun."""
    await township.open()
    editors, county = Editors(township), township.county
    await editors.catalogue("propose", editors.file("一"), "--author", "张三")
    steps = (("approve", 1, "--approver", "李四"), ("publish", 1))
    for step in steps:
        asked = asyncio.ensure_future(editors.catalogue(*step))
        await asyncio.sleep(0.7)
        await sandbox.kill(county.name)
        await asyncio.gather(asked, return_exceptions=True)
        await sandbox.start(county)
        state = (await editors.catalogue("drafts", "--all"))[0]["state"]
        if (step[0], state) in (("approve", "proposed"), ("publish", "approved")):
            await editors.catalogue(*step)
    (draft,) = await editors.catalogue("drafts", "--all")
    assert (draft["state"], draft["approver"], draft["release"]) == ("published", "李四", 2)
    (station,) = township.stations

    async def arrived() -> bool:
        return await editors.name_at(station) == "一"

    await until(arrived)
    assert [one["release"] for one in await editors.catalogue("history")] == [2, 1]
