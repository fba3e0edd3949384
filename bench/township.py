"""A county, a hub and one station as real processes, with a countable line below the hub."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.records import CATALOGUE
from examples.line import Line
from examples.sandbox import Program, Sandbox, free_port
from protocol.aio.owner import call
from protocol.suites import SuiteNumber

_RELEASE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Township:
    """Everything runs, and the station holds the catalogue."""

    sandbox: Sandbox
    county: Program
    hub: Program
    station: Program
    line: Line  # between station and hub

    async def ask_station(self, operation: str, **args: object) -> Any:  # noqa: ANN401
        """One operation of the running station, through its control socket."""
        return await call(self.station.data, operation, args, lambda _: None)

    async def status(self) -> dict[str, Any]:
        """What ``yizhan-station status --json`` prints."""
        status: dict[str, Any] = await self.ask_station("status", password=None)
        return status


@asynccontextmanager
async def open_township(folder: Path, suite: SuiteNumber | None = None) -> AsyncIterator[Township]:
    """Make and start all three; the station seals with ``suite``, or with its default."""
    port = free_port()
    async with Sandbox(folder=folder) as box, Line(("127.0.0.1", port)) as line:
        county = await box.county("451423", "龙州县")
        await box.start(county)
        await box.run("yizhan-county", "publish", county.data, CATALOGUE)
        hub = await box.hub("hub", "451423103", "金龙镇便民服务中心", url=line.url)
        (hub.data / "hub.toml").write_text(f'listen = "127.0.0.1:{port}"\n', "utf-8")
        await box.start(hub)
        station = await box.station("station", "451423103204", "高山村便民服务站", hub)
        if suite is not None:
            (station.data / "station.toml").write_text(f"suite = {suite.value}\n", "utf-8")
        await box.start(station)
        town = Township(sandbox=box, county=county, hub=hub, station=station, line=line)

        async def holds_release() -> bool:
            return bool((await town.status())["release"])

        await until(holds_release, within_s=_RELEASE_S, every_s=0.2)
        yield town


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
