"""The station's agent on a village PC: its memory, its start, and what it costs to do nothing.

Without the clerk's desk, but for one figure: the memory of an agent that has shown a page of it.
"""

import asyncio
import statistics
import time

from aiohttp import ClientError, ClientSession

from bench.process import cpu_s, rss_mb
from bench.report import Row, Say
from bench.township import Township, open_township, until
from bench.workplace import working_folder
from station_agent.config import FILE, StationConfig

_STARTS = 5
_SETTLE_S = 5.0
_IDLE_S = 60.0
_DESK_S = 30.0  # until it is open
_MAX_RSS_MB, _MAX_DESK_RSS_MB = 58.0, 75.0
_MAX_START_S = 1.0


async def measure(say: Say) -> list[Row]:
    """Look at a station with its desk; start it five times without, leave the last one alone."""
    with working_folder() as folder:
        say("opening a county and a hub")
        async with open_township(folder) as town:
            say("with its desk")
            desk = await _with_desk(town)
            (town.station.data / FILE).write_text("desk_port = 0\n", "utf-8")
            starts = []
            for number in range(1, _STARTS + 1):
                say(f"start {number} of {_STARTS}")
                starts.append(await _start(town))
            return [*await _idle(town, statistics.median(starts), say), desk]


async def _with_desk(town: Township) -> Row:
    """Resident memory once a page was shown, of an agent that has just started."""
    await _start(town)
    url = f"http://127.0.0.1:{StationConfig.load(town.station.data).desk_port}/login"
    async with ClientSession() as browser:

        async def shows_a_page() -> bool:
            try:
                async with browser.get(url) as page:
                    return page.ok
            except ClientError:
                return False

        await until(shows_a_page, within_s=_DESK_S, every_s=0.2)
    await asyncio.sleep(_SETTLE_S)
    memory = rss_mb(town.station)
    name = "agent: memory, idle, with its desk"
    return Row(name=name, ours=memory, unit="MB", limit=_MAX_DESK_RSS_MB)


async def _start(town: Township) -> float:
    """Seconds from exec to ``ready``; it was stopped in order before."""
    await town.sandbox.stop(town.station)
    started = time.perf_counter()
    await town.sandbox.start(town.station)
    return time.perf_counter() - started


async def _idle(town: Township, start_s: float, say: Say) -> list[Row]:
    say("idle")
    await asyncio.sleep(_SETTLE_S)
    memory, before = rss_mb(town.station), cpu_s(town.station)
    await asyncio.sleep(_IDLE_S)
    spent = (cpu_s(town.station) - before) * 60.0 / _IDLE_S
    return [
        Row(name="agent: memory, idle", ours=memory, unit="MB", limit=_MAX_RSS_MB),
        Row(name="agent: exec to ready", ours=start_s, unit="s", limit=_MAX_START_S),
        Row(name="agent: processor time, idle", ours=spent, unit="s a minute"),
    ]
