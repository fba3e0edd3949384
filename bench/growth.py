"""What one application costs when 1,000, 10,000 or 100,000 wait at the station.

In this process, with the station's real services and store. The queue grows by copies of sealed
envelopes under ids of their own, put into journal and database as sealing puts them there; that
spares minutes of sealing. Where it has each of the three lengths, real work is timed: processor
time of a submit, of the steps that an exchange takes with each application (look, read, note the
answer), and how long ``status`` takes. Each is the median of several windows.
"""

import asyncio
import itertools
import json
import secrets
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.link.plan import LinePlan
from bench.records import make_records
from bench.report import Row, Say
from bench.township import open_outpost
from bench.workplace import working_folder
from protocol.envelope import Lane
from protocol.ids import application_id
from protocol.system import SystemClock, SystemRandomness
from station_agent.app import Station, open_station
from station_agent.services.intake import Submission

_LENGTHS = (1_000, 10_000, 100_000)
_WINDOW = 1_000  # applications over which a cost is taken
_AT_ONCE = 64  # submitted together, as the sealing takes them
_PAGE = 128  # looked at together, as a sender does
_MAX_GROWTH = 1.2

Cost = tuple[float, float, float]  # ms a submit, ms an exchanged one, s a status


async def measure(say: Say) -> list[Row]:
    """Fill the queue and take the costs on the way."""
    with working_folder() as folder:
        say("opening a county and a hub")
        async with open_outpost(folder, LinePlan()) as town:
            await town.sandbox.stop(town.station)
            data = town.station.data
        costs = await _costs(data, say)
    return rows(costs)


def rows(costs: Sequence[Cost]) -> list[Row]:
    """Costs at each length, and how much the longest adds to the shortest."""
    names = ("submit, processor", "exchange, processor", "status, all listed")
    units = ("ms/application", "ms/application", "s")
    found = [
        Row(name=f"queue of {length:,}: {names[at]}", ours=cost[at], unit=units[at])
        for length, cost in zip(_LENGTHS, costs, strict=True)
        for at in range(len(names))
    ]
    first, last = costs[0], costs[-1]
    return found + [
        Row(
            name=f"queue of {_LENGTHS[-1]:,} / {_LENGTHS[0]:,}: {names[at].partition(',')[0]}",
            ours=last[at] / first[at],
            limit=_MAX_GROWTH,
            unit="times",
        )
        for at in range(2)
    ]


async def _costs(data: Path, say: Say) -> list[Cost]:
    records = itertools.cycle(make_records())
    costs, length = [], 0
    async with open_station(data, clock=SystemClock(), randomness=SystemRandomness()) as station:
        for target in _LENGTHS:
            while length < target - _WINDOW:
                length += await _submit(station, records, _WINDOW)
                say(f"{length:,} of {_LENGTHS[-1]:,} queued")
            submit_s = await _spent(_submit(station, records, _WINDOW))
            length += _WINDOW
            exchange_s = await _spent(_exchange(station, _WINDOW))
            started_s = time.perf_counter()
            json.dumps(await station.status.status(None), ensure_ascii=False)
            status_s = time.perf_counter() - started_s
            costs.append((submit_s * 1000 / _WINDOW, exchange_s * 1000 / _WINDOW, status_s))
    return costs


async def _spent(work: Any) -> float:  # noqa: ANN401 - any coroutine
    """Processor seconds of this process, all its threads together."""
    before = time.process_time()
    await work
    return time.process_time() - before


async def _submit(station: Station, records: Iterator[dict[str, Any]], count: int) -> int:
    for _ in range(0, count, _AT_ONCE):
        await asyncio.gather(
            *(
                station.intake.submit(
                    Submission(
                        application=application_id(secrets.token_hex(16)),
                        item=record["item"],
                        form=json.dumps(record["form"], ensure_ascii=False).encode(),
                        files=[],
                    ),
                    lambda _done, _total: None,
                )
                for record in itertools.islice(records, _AT_ONCE)
            )
        )
    return -(-count // _AT_ONCE) * _AT_ONCE


async def _exchange(station: Station, count: int) -> None:
    """What a sender asks of the store for ``count`` envelopes; the parent takes them all."""
    depot = station.depot()
    await depot.greeting()
    await depot.pushing(secrets.token_bytes(8))
    after = 0
    for _ in range(0, count, _PAGE):
        found = (await depot.waiting({Lane.APPLICATIONS: after}, _PAGE))[Lane.APPLICATIONS]
        after = found[-1].position
        await depot.read(found, 0)
        await depot.confirmed([(item, None) for item in found])
