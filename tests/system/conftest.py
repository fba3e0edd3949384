"""Real processes on loopback: every test here gets a county of its own."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from examples.sandbox import Program, Sandbox
from tests.system.looking import Watched
from tests.system.patterns import Patterns, add_station, found
from tests.system.waiting import until

LONGZHOU = Path(__file__).parents[2] / "examples" / "longzhou"


class Township:
    """A county, one hub and its stations, all running, with the sample catalogue published."""

    def __init__(self, sandbox: Sandbox, patterns: Patterns) -> None:
        self.sandbox = sandbox
        self._patterns = patterns
        self.county: Program
        self.hub: Program
        self.stations: list[Program] = []

    async def open(self, stations: int = 1) -> None:
        """Start a copy of one that was founded before."""
        self.county, self.hub, *self.stations = await self._patterns.open(self.sandbox, stations)

    async def found(self, stations: int = 1, *, county_url: str = "", listen: int = 0) -> None:
        """Make everything anew, and wait until the catalogue is everywhere."""
        box = self.sandbox
        self.county, self.hub = await found(box, county_url=county_url, county_port=listen)
        for number in range(1, stations + 1):
            self.stations.append(await add_station(box, self.hub, number))

    async def all_hold_the_catalogue(self) -> bool:
        """Whether every station has a release."""
        return all([(await self.status(station))["release"] for station in self.stations])

    async def publish(self, file: Path) -> int:
        """Publish ``file``, and wait until every station holds the release; its number."""
        answer = await self.sandbox.run(
            "yizhan-county", "publish", self.county.data, file, "--json"
        )
        release: int = json.loads(answer)["release"]

        async def arrived() -> bool:
            return all([(await self.status(one))["release"] == release for one in self.stations])

        await until(arrived)
        return release

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


@pytest.fixture(scope="session")
def patterns(tmp_path_factory: pytest.TempPathFactory) -> Patterns:
    """What all townships of this process are copies of."""
    return Patterns(folder=tmp_path_factory.mktemp("patterns"))


@pytest.fixture
async def township(sandbox: Watched, patterns: Patterns) -> Township:
    """A township that is not open yet."""
    return Township(sandbox, patterns)
