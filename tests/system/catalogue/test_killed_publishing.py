"""A county whose program is killed while it publishes has the old release or the new one, whole."""

import asyncio
import json
import random
import signal
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from examples.sandbox import CommandError
from tests.system.conftest import LONGZHOU, Township
from tests.system.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.slow, pytest.mark.timeout(600)]
ITEM, ROUNDS = "451423-001", 3
TRIES = 6  # to hit the moment between the commit and the end of the command


class Publisher:
    """Publishes one draft after another at a county that is killed meanwhile."""

    def __init__(self, township: Township, seed: int) -> None:
        self.township, self.box, self.county = township, township.sandbox, township.county
        self.chance = random.Random(seed)
        self.release = 1

    async def catalogue(self, command: str, *args: object) -> Any:
        answer = await self.box.run(
            "yizhan-county", "catalogue", command, self.county.data, *args, "--json"
        )
        return json.loads(answer)

    async def approved(self, name: str) -> int:
        """A draft in which the first item has this name."""
        document = json.loads((LONGZHOU / "catalogue.json").read_text("utf-8"))
        document["items"][0]["name"] = name
        path = self.box.folder / "catalogue.json"
        path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
        draft: int = (await self.catalogue("propose", path, "--author", "张三"))["draft"]
        await self.catalogue("approve", draft, "--approver", "李四")
        return draft

    async def require_old_or_new(self, draft: int, name: str) -> None:
        """And nothing in between; then publish again, which is refused if it was published."""
        state = (await self.catalogue("show", draft))["draft"]["state"]
        before = await self.catalogue("show")
        assert before["release"] == self.release + (state == "published")
        if state == "approved":
            assert (await self.catalogue("publish", draft))["release"] == self.release + 1
        else:
            assert state == "published"
            with pytest.raises(CommandError, match=r"catalogue\.draft-state"):
                await self.catalogue("publish", draft)
        self.release += 1
        shown = await self.catalogue("show")
        assert (shown["release"], shown["items"], shown["draft"]) == (self.release, 72, draft)
        assert (await self.catalogue("show", "--item", ITEM))["item"]["name"] == name
        assert len(json.loads(await self.exported())["items"]) == 72
        history = [one["release"] for one in await self.catalogue("history", "--limit", 200)]
        assert history == list(range(self.release, 0, -1))

    async def exported(self) -> str:
        return await self.box.run("yizhan-county", "catalogue", "export", self.county.data)


async def begun(publisher: Publisher, draft: int) -> asyncio.subprocess.Process:
    """The command that publishes, as a process of its own."""
    program = str(Path(sys.executable).with_name("yizhan-county"))
    argv = [program, "catalogue", "publish", str(publisher.county.data), str(draft)]
    quiet = asyncio.subprocess.DEVNULL
    return await asyncio.create_subprocess_exec(*argv, stdout=quiet, stderr=quiet)


async def how_long(publisher: Publisher) -> float:
    """Seconds that publishing takes here and now, from the start of the command."""
    draft = await publisher.approved("量一量")
    started = time.monotonic()
    assert await (await begun(publisher, draft)).wait() == 0
    publisher.release += 1
    return time.monotonic() - started


@pytest.mark.parametrize("way", ["the server is killed", "the command is killed"])
async def test_at_any_moment(township: Township, way: str) -> None:
    await township.open()
    box, county, by_server = township.sandbox, township.county, way.startswith("the server")
    publisher = Publisher(township, seed=len(way))
    if not by_server:
        await box.stop(county)
    takes_s = await how_long(publisher)
    for number in range(ROUNDS):
        name = f"第{number}次"
        draft = await publisher.approved(name)
        command = await begun(publisher, draft)
        part = (number + publisher.chance.random()) / ROUNDS
        await asyncio.sleep(takes_s * (0.4 + 0.7 * part))
        if by_server:
            await box.kill(county.name)
            await command.wait()
            await box.start(county)
        elif command.returncode is None:
            command.kill()
            await command.wait()
        await publisher.require_old_or_new(draft, name)
    if not by_server:
        await box.start(county)
    (station,) = township.stations

    async def arrived() -> bool:
        shown = await box.ask(station, "item", ITEM, "--json")
        return bool(shown["name"] == name)

    await until(arrived)
    assert (await township.status(station))["release"] == publisher.release


async def committed(publisher: Publisher, command: asyncio.subprocess.Process) -> None:
    """Wait until the next release stands in the county's database, or the command has ended."""
    path = f"file:{publisher.county.data / 'county.db'}?mode=ro"
    query = "SELECT max(version) FROM edition WHERE kind = 'release'"
    database = sqlite3.connect(path, uri=True, isolation_level=None)
    try:
        while command.returncode is None:
            if database.execute(query).fetchone()[0] > publisher.release:
                return
            await asyncio.sleep(0.001)
    finally:
        database.close()


async def test_between_its_commit_and_its_end(township: Township) -> None:
    await township.open()
    box, county = township.sandbox, township.county
    publisher = Publisher(township, seed=0)
    await box.stop(county)
    killed = False
    for number in range(TRIES):
        name = f"第{number}次"
        draft = await publisher.approved(name)
        command = await begun(publisher, draft)
        await committed(publisher, command)
        if command.returncode is None:
            command.kill()
        killed = await command.wait() == -signal.SIGKILL
        assert (await publisher.catalogue("show", draft))["draft"]["state"] == "published"
        await publisher.require_old_or_new(draft, name)
        if killed:
            break
    assert killed
