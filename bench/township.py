"""A county, a hub and a station as real processes, with a countable or bad line below the hub."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.link.bad_line import BadLine
from bench.link.choose import bad_line
from bench.link.plan import LinePlan
from bench.records import CATALOGUE
from examples.line import Line
from examples.sandbox import Program, Sandbox, free_port
from protocol.envelope.suites import SuiteNumber
from runtime.control.owner import call

_RELEASE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """Everything runs, and the station holds the catalogue."""

    sandbox: Sandbox
    county: Program
    hub: Program
    station: Program

    @property
    def programs(self) -> dict[str, Program]:
        """All three by their roles."""
        return {"station": self.station, "hub": self.hub, "county": self.county}

    async def ask_station(self, operation: str, **args: object) -> Any:  # noqa: ANN401
        """One operation of the running station, through its control socket."""
        return await call(self.station.data, operation, args, lambda _: None)

    async def status(self) -> dict[str, Any]:
        """What ``yizhan-station status --newest 0 --json`` prints: no list costs anything."""
        status: dict[str, Any] = await self.ask_station("status", password=None, newest=0)
        return status


@dataclass(frozen=True, slots=True, kw_only=True)
class Township(Programs):
    """With a proxy between station and hub."""

    line: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Outpost(Programs):
    """With a bad line between station and hub."""

    line: BadLine


@asynccontextmanager
async def open_township(folder: Path, suite: SuiteNumber | None = None) -> AsyncIterator[Township]:
    """Make and start all three; the station seals with ``suite``, or with its default."""
    port = free_port()
    async with Sandbox(folder=folder) as box, Line(("127.0.0.1", port)) as line:
        site = _Site(url=line.url, listen=f"127.0.0.1:{port}")
        county, hub, station = await _start_all(box, site, suite)
        yield Township(sandbox=box, county=county, hub=hub, station=station, line=line)


@asynccontextmanager
async def open_outpost(
    folder: Path, plan: LinePlan, *, catalogue: Path = CATALOGUE
) -> AsyncIterator[Outpost]:
    """Make and start all three; the line below the hub is a good one until it is told to begin."""
    async with Sandbox(folder=folder) as box, bad_line(plan, free_port()) as line:
        site = _Site(
            url=f"https://{line.address}",
            listen=line.listen,
            catalogue=catalogue,
            below=line.child_prefix,
            above=line.parent_prefix,
        )
        county, hub, station = await _start_all(box, site, None)
        yield Outpost(sandbox=box, county=county, hub=hub, station=station, line=line)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    """Where the programs run, and what the county publishes."""

    url: str  # of the hub, as the station calls it
    listen: str  # where the hub listens
    catalogue: Path = CATALOGUE
    below: tuple[str, ...] = ()  # what starts a command below the line
    above: tuple[str, ...] = ()


async def _start_all(
    box: Sandbox, site: _Site, suite: SuiteNumber | None
) -> tuple[Program, Program, Program]:
    """County, hub and station; the station has the catalogue."""
    county = await box.county("451423", "龙州县", prefix=site.above)
    await box.start(county)
    await box.run("yizhan-county", "publish", county.data, site.catalogue)
    name = "金龙镇便民服务中心"
    hub = await box.hub("hub", "451423103", name, url=site.url, prefix=site.above)
    (hub.data / "hub.toml").write_text(f'listen = "{site.listen}"\n', "utf-8")
    await box.start(hub)
    name = "高山村便民服务站"
    station = await box.station("station", "451423103204", name, hub, prefix=site.below)
    if suite is not None:
        (station.data / "station.toml").write_text(f"suite = {suite.value}\n", "utf-8")
    await box.start(station)
    programs = Programs(sandbox=box, county=county, hub=hub, station=station)

    async def holds_release() -> bool:
        return bool((await programs.status())["release"])

    await until(holds_release, within_s=_RELEASE_S, every_s=0.2)
    return county, hub, station


async def until(
    condition: Callable[[], Awaitable[bool]], *, within_s: float, every_s: float
) -> None:
    """Return once ``condition`` holds.

    Raises:
        TimeoutError: it did not within ``within_s`` seconds.
    """
    ends = time.monotonic() + within_s
    while not await condition():
        if time.monotonic() > ends:
            raise TimeoutError(f"not so after {within_s:.0f} s")
        await asyncio.sleep(every_s)
