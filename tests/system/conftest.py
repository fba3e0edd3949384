"""Real processes on loopback: every test here gets a county of its own."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from examples.sandbox import Program, Sandbox
from tests.system.looking import Watched
from tests.system.waiting import until

LONGZHOU = Path(__file__).parents[2] / "examples" / "longzhou"


class Township:
    """A county, one hub and its stations, all running, with the sample catalogue published."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.county: Program
        self.hub: Program
        self.stations: list[Program] = []

    async def open(self, stations: int = 1, *, county_url: str = "", listen: int = 0) -> None:
        """Start everything and wait until the catalogue is everywhere."""
        box = self.sandbox
        self.county = await box.county("451423", "龙州县", url=county_url, listen=listen)
        await box.start(self.county)
        await box.run("yizhan-county", "publish", self.county.data, LONGZHOU / "catalogue.json")
        self.hub = await box.hub("hub", "451423103", "金龙镇便民服务中心")
        await box.start(self.hub)
        for number in range(1, stations + 1):
            station = await box.station(
                f"station{number}", f"4514231032{number:02}", f"第{number}村站", self.hub
            )
            self.stations.append(station)
            await box.start(station)
        await until(self.all_hold_the_catalogue)

    async def all_hold_the_catalogue(self) -> bool:
        """Whether every station has a release."""
        return all([(await self.status(station))["release"] for station in self.stations])

    async def status(self, station: Program) -> dict[str, Any]:
        """``yizhan-station status --json``."""
        state: dict[str, Any] = await self.sandbox.ask(station, "status", "--json")
        return state

    async def cases(self) -> list[dict[str, Any]]:
        """``yizhan-county cases --json``."""
        cases: list[dict[str, Any]] = await self.sandbox.ask(self.county, "cases", "--json")
        return cases

    async def submit(self, station: Program, number: int, *more: object) -> str:
        """Submit sample application ``number`` (1 to 20) without its attachments; its id."""
        sample = sample_application(number)
        form = self.sandbox.folder / f"form-{number}.json"
        form.write_text(json.dumps(sample["form"], ensure_ascii=False), "utf-8")
        answer = await self.sandbox.ask(
            station, "submit", "--item", sample["item"], "--form", form, *more
        )
        application: str = answer["application"]
        return application

    async def reaches(self, station: Program, application: str, *states: str) -> None:
        """Wait until the station shows the application in one of ``states``."""
        await until(lambda: self._is_in(station, application, states))

    def all_complete(self, saved: list[str]) -> Callable[[], Awaitable[bool]]:
        """Whether every saved application is complete at its station."""

        async def check() -> bool:
            states: dict[str, str] = {}
            for station in self.stations:
                for one in (await self.status(station))["applications"]:
                    states[one["application"]] = one["state"]
            return all(states[application] == "complete" for application in saved)

        return check

    async def _is_in(self, station: Program, application: str, states: tuple[str, ...]) -> bool:
        found = {a["application"]: a for a in (await self.status(station))["applications"]}
        return found[application]["state"] in states


def sample_application(number: int) -> dict[str, Any]:
    """One of the 20 sample applications, as its file has it."""
    text = (LONGZHOU / "applications" / f"{number:02}.json").read_text("utf-8")
    sample: dict[str, Any] = json.loads(text)
    return sample


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Watched]:
    """An empty folder for real processes; none of them outlives the test."""
    async with Watched(folder=tmp_path) as box:
        yield box


@pytest.fixture
async def township(sandbox: Watched) -> Township:
    """A township that is not open yet."""
    return Township(sandbox)
