"""Townships founded once for all tests of a process, and copied for each.

Founding one takes a dozen processes, and every test would found the same. A copy's programs answer
at the addresses of their pattern, for these stand in its roster: two copies never run at once.
"""

import asyncio
import os
import shutil
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from examples.sandbox import Program, Sandbox
from tests.system.looking import Watched
from tests.system.waiting import until

_CATALOGUE = Path(__file__).parents[2] / "examples" / "longzhou" / "catalogue.json"
_PORTS_FROM, _OWNERS, _EACH = 20_000, 1_500, 8  # below those that connections are given by chance


@dataclass(kw_only=True)
class Patterns:
    """Closed townships, by their number of stations; each is founded when it is first needed."""

    folder: Path
    _founded: dict[int, Sequence[Program]] = field(default_factory=dict)

    async def open(self, box: Sandbox, stations: int) -> list[Program]:
        """A county, a hub and so many stations in ``box``, running, as founded just now."""
        if stations not in self._founded:
            self._founded[stations] = await self._found(stations)
        county, hub, *rest = programs = [_copied(one, box) for one in self._founded[stations]]
        started_ms = county.data.stat().st_ctime_ns // 1_000_000
        await asyncio.gather(*(box.start(program) for program in programs))
        heard = {county.node, *(station.node for station in rest)}

        async def all_have_met() -> bool:
            neighbours = (await box.ask(hub, "status", "--json"))["neighbours"]
            return heard <= {
                one["node"] for one in neighbours if (one.get("heard_ms") or 0) > started_ms
            }

        await until(all_have_met)
        return programs

    async def _found(self, stations: int) -> Sequence[Program]:
        """The next smaller one, and one more station."""
        async with Watched(folder=self.folder / str(stations)) as box:
            if not stations:
                programs = await found(box, county_port=own_port(0), hub_port=own_port(1))
            else:
                programs = await self.open(box, stations - 1)
                programs.append(await add_station(box, programs[1], stations))
            for program in reversed(programs):
                await box.stop(program)
            return programs


async def found(
    box: Sandbox, *, county_url: str = "", county_port: int = 0, hub_port: int = 0
) -> list[Program]:
    """A county with the sample catalogue and a hub, both running."""
    county = await box.county("451423", "龙州县", url=county_url, listen=county_port)
    await box.start(county)
    await box.run("yizhan-county", "publish", county.data, _CATALOGUE)
    url = f"https://127.0.0.1:{hub_port}" if hub_port else ""
    hub = await box.hub("hub", "451423103", "金龙镇便民服务中心", url=url)
    await box.start(hub)
    county.node = (await box.ask(hub, "status", "--json"))["parent"]
    return [county, hub]


async def add_station(box: Sandbox, hub: Program, number: int) -> Program:
    """Station ``number``, running, and with the catalogue."""
    code, name = f"4514231032{number:02}", f"第{number}村站"
    station = await box.station(f"station{number}", code, name, hub)
    await box.start(station)

    async def has_the_catalogue() -> bool:
        return bool((await box.ask(station, "status", "--json"))["release"])

    await until(has_the_catalogue)
    return station


def _copied(pattern: Program, box: Sandbox) -> Program:
    """Its folder without the ballast, which the program makes anew, and its keys beside that."""
    data = box.folder / pattern.name
    leave = shutil.ignore_patterns("ballast", "*.sock")
    shutil.copytree(pattern.data, data, ignore=leave, dirs_exist_ok=True)
    for key in pattern.data.parent.glob(f"{pattern.name}.recovery"):
        shutil.copy2(key, box.folder)
    box.programs[pattern.name] = program = replace(pattern, data=data, process=None)
    return program


def own_port(number: int) -> int:
    """One of the few ports of this process."""
    first = _PORTS_FROM + os.getpid() % _OWNERS * _EACH
    for port in range(first + number, first + _EACH, 2):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise OSError(f"ports {first} to {first + _EACH} are taken")
