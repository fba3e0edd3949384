"""Another path by real processes: the hub dies, the station finds its way, and comes back."""

import json
from typing import Any

import pytest

from examples.sandbox import Program
from tests.system.conftest import Township
from tests.system.waiting import until

pytestmark = pytest.mark.system

SETTINGS = "another_path_after_s = 2\nexchange_pause_s = 0.5\nlinger_s = 5\n"


class Roaming:
    """A township whose one station may call others when its hub is dead."""

    def __init__(self, township: Township) -> None:
        self.township = township
        self.box = township.sandbox

    async def open(self, *others: Program) -> None:
        """Let the station know its other paths, and be quick to use them."""
        (self.station,) = self.township.stations
        names = [part for other in others for part in ("--other", other.node)]
        county = self.township.county.data
        await self.box.run("yizhan-provision", "paths", county, self.station.node, *names)
        await self.box.stop(self.station)
        (self.station.data / "station.toml").write_text(SETTINGS, "utf-8")
        await self.box.start(self.station)
        await until(self._knows_the_roster)

    async def county(self) -> Program:
        """The county, with its node id."""
        shown = json.loads(
            await self.box.run("yizhan-provision", "show", self.township.county.data, "--json")
        )
        (node,) = [one["node"] for one in shown if one["role"] == "county"]
        self.township.county.node = node
        return self.township.county

    async def goes_by(self, program: Program) -> None:
        """Wait until the last exchange went there."""

        async def is_there() -> bool:
            path = (await self.township.status(self.station))["path"]
            return path is not None and path["node"] == program.node

        await until(is_there)
        path = (await self.township.status(self.station))["path"]
        assert path["by_other"] is (program is not self.township.hub)

    async def decide(self, application: str) -> None:
        """The county approves."""
        await self.box.run(
            "yizhan-county", "decide", self.township.county.data, application,
            "--outcome", "approved", "--note", "准予办理",
        )  # fmt: skip

    async def ledger(self) -> dict[str, Any]:
        """The station's line."""
        lines = await self.box.ask(self.township.county, "ledger", "--json")
        (line,) = [one for one in lines if one["station"] == self.station.node]
        return dict(line)

    async def require_once(self, *applications: str) -> None:
        """Each is one case, and no number is missing, used twice, or a fork."""
        cases = [case["application"] for case in await self.township.cases()]
        assert sorted(cases) == sorted(applications)
        line = await self.ledger()
        assert (line["missing"], line["forks"], line["duplicates"]) == ([], 0, 0)
        assert line["minted"] == line["received"] == len(applications)

    async def _knows_the_roster(self) -> bool:
        state = await self.box.ask(self.township.hub, "status", "--json")
        held = {one["node"]: one.get("roster") for one in state["neighbours"]}
        return bool(held.get(self.station.node) == state["roster"])


@pytest.fixture
def roaming(township: Township) -> Roaming:
    return Roaming(township)


async def test_straight_to_the_county_and_home_again(roaming: Roaming) -> None:
    township, box = roaming.township, roaming.box
    await township.open()
    await roaming.open(await roaming.county())
    first = await township.submit(roaming.station, 1)
    await township.reaches(roaming.station, first, "complete")

    await box.stop(roaming.station)  # its answer reaches the hub, and dies with it
    await roaming.decide(first)

    async def hub_has_it() -> bool:
        state = await box.ask(township.hub, "status", "--json")
        waiting = {one["node"]: one.get("envelopes") for one in state["neighbours"]}
        return bool(waiting.get(roaming.station.node))

    await until(hub_has_it)
    await box.kill("hub")
    await box.start(roaming.station)
    second = await township.submit(roaming.station, 2)
    await roaming.goes_by(township.county)
    await township.reaches(roaming.station, first, "decided")
    await township.reaches(roaming.station, second, "complete")
    await roaming.decide(second)
    await township.reaches(roaming.station, second, "decided")

    await box.start(township.hub)
    await roaming.goes_by(township.hub)
    third = await township.submit(roaming.station, 3)
    await township.reaches(roaming.station, third, "complete")
    await roaming.decide(third)
    await township.reaches(roaming.station, third, "decided")
    await roaming.require_once(first, second, third)


@pytest.mark.slow  # the way by the county stays in make test
async def test_by_another_hub_and_home_again(roaming: Roaming) -> None:
    township, box = roaming.township, roaming.box
    await township.open()
    other = await box.hub("other", "451423104", "水口镇便民服务中心")
    await box.start(other)
    await roaming.open(other)
    first = await township.submit(roaming.station, 1)
    await township.reaches(roaming.station, first, "complete")
    await box.kill("hub")
    second = await township.submit(roaming.station, 2)
    await roaming.goes_by(other)
    await roaming.decide(first)
    await township.reaches(roaming.station, first, "decided")
    await township.reaches(roaming.station, second, "complete")

    await box.start(township.hub)
    await roaming.goes_by(township.hub)
    await roaming.decide(second)
    await township.reaches(roaming.station, second, "decided")
    await roaming.require_once(first, second)
