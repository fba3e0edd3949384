"""The station's agent on a village PC: its memory, its start, and what it costs to do nothing."""

import asyncio
import statistics
import time

from bench.process import cpu_s, rss_mb
from bench.report import Row, Say
from bench.township import Township, open_township
from bench.workplace import working_folder

_STARTS = 5
_SETTLE_S = 5.0
_IDLE_S = 60.0
_MAX_RSS_MB = 58.0
_MAX_START_S = 1.0


async def measure(say: Say) -> list[Row]:
    """Start a joined station five times, then leave the last one alone for a minute."""
    with working_folder() as folder:
        say("opening a county and a hub")
        async with open_township(folder) as town:
            starts = []
            for number in range(1, _STARTS + 1):
                say(f"start {number} of {_STARTS}")
                starts.append(await _start(town))
            return await _idle(town, statistics.median(starts), say)


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
