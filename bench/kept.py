"""What a kept connection carries: an exchange with nothing to say, and a release that has changed.

The line has 600 ms of round trip and no limit of rate. A round trip is counted when payload comes
down after payload went up. Every exchange is asked for, so that none calls by itself.
"""

import asyncio
from pathlib import Path

from bench.big_catalogue import CHANGED, ITEMS, write_catalogues
from bench.link.plan import LinePlan
from bench.report import Row, Say
from bench.township import Outpost, open_outpost, until
from bench.workplace import working_folder

_RTT_S = 0.6
_TIMES = 5
_MAX_EMPTY_BYTES, _MAX_RELEASE_BYTES, _MAX_TURNS = 700.0, 2048.0, 1.0
_ALONE = "linger_s = 0\nexchange_pause_s = 3600\n"  # calls when it is told to, and not by itself
_WITHIN_S = 60.0
_LOOK_S = 0.02
_SILENT_S = 3 * _RTT_S


async def measure(say: Say) -> list[Row]:
    """Five empty exchanges, then one that brings a release."""
    with working_folder() as folder:
        before, after = write_catalogues(folder)
        say(f"opening a county with {ITEMS} items")
        plan = LinePlan.symmetric(None, rtt_s=_RTT_S, loss=0.0)
        async with open_outpost(folder / "nodes", plan, catalogue=before) as town:
            await town.sandbox.stop(town.station)
            (town.station.data / "station.toml").write_text(_ALONE, "utf-8")
            await town.sandbox.start(town.station, "--verbose")
            town.line.begin()
            await town.ask_station("exchange")  # makes the connection
            say("exchanges with nothing to say")
            empty_bytes = await _empty(town)
            say(f"a release with {CHANGED} changed items")
            return [_empty_row(town, empty_bytes), *await _release(town, after, empty_bytes)]


def _empty_row(town: Outpost, empty_bytes: float) -> Row:
    return Row(
        name="kept connection: nothing to say",
        ours=empty_bytes,
        limit=_MAX_EMPTY_BYTES,
        unit="bytes",
        note=town.line.note,
    )


async def _empty(town: Outpost) -> float:
    """Bytes of one exchange, both ways."""
    connections, before = town.line.connections, _bytes(town)
    exchanges = _exchanges(town)
    for _ in range(_TIMES):
        await town.ask_station("exchange")
    await _quiet(town)
    if town.line.connections != connections:
        raise RuntimeError("the connection was not kept")
    return (_bytes(town) - before) / (_exchanges(town) - exchanges)


async def _quiet(town: Outpost) -> None:
    """Return once the line has fallen silent."""
    seen = -1
    while seen != (seen := _bytes(town)):
        await asyncio.sleep(_SILENT_S)


def _exchanges(town: Outpost) -> int:
    """How many the station has held, by its log."""
    log = (town.sandbox.folder / f"{town.station.name}.log").read_text("utf-8")
    return log.count('"exchange.done"')


async def _release(town: Outpost, file: Path, empty_bytes: float) -> list[Row]:
    held = (await town.status())["release"]
    await town.sandbox.run("yizhan-county", "publish", town.county.data, file)

    async def at_hub() -> bool:
        status = await town.sandbox.ask(town.hub, "status", "--json")
        return bool(status["release"] > held)

    await until(at_hub, within_s=_WITHIN_S, every_s=0.2)
    await _quiet(town)
    before, exchanges, turns = _bytes(town), _exchanges(town), town.line.turns
    exchange = asyncio.create_task(town.ask_station("exchange"))

    async def held_here() -> bool:
        return bool((await town.status())["release"] > held)

    await until(held_here, within_s=_WITHIN_S, every_s=_LOOK_S)
    turns = town.line.turns - turns
    await exchange
    await _quiet(town)
    others = (_exchanges(town) - exchanges - 1) * empty_bytes  # had nothing to say
    head = f"release, {CHANGED} of {ITEMS} items changed"
    return [
        Row(
            name=f"{head}: whole exchange",
            ours=_bytes(town) - before - others,
            limit=_MAX_RELEASE_BYTES,
            unit="bytes",
        ),
        Row(
            name=f"{head}: until held",
            ours=turns,
            limit=_MAX_TURNS,
            unit="round trips",
        ),
    ]


def _bytes(town: Outpost) -> int:
    """Both ways, with headers."""
    return town.line.up.bytes + town.line.down.bytes
