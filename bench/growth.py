"""What one application costs when 1,000, 10,000 or 100,000 wait at the station.

In this process, with the station's real services and store. The queue grows by copies of sealed
envelopes under ids of their own, put into journal and database as sealing puts them there; that
spares minutes of sealing. Where it has each of the three lengths, real work is timed: processor
time of a submit, of the steps that an exchange takes with each application (look, read, note the
answer), and of ``status``. Each is the best of several: what else runs only adds to it. With the
longest, the whole command ``yizhan-station status --newest 50`` is timed, too, from exec to exit.
"""

import asyncio
import itertools
import json
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from bench.link.plan import LinePlan
from bench.records import make_records
from bench.report import Row, Say
from bench.township import Outpost, open_outpost
from bench.workplace import working_folder
from protocol.envelope.envelope import Envelope, Lane, read_envelope
from protocol.exchange.unacknowledged import UnacknowledgedPushes
from protocol.ids import ApplicationId, EnvelopeId, application_id
from runtime.actor import PROGRAM
from runtime.system import SystemClock, SystemRandomness
from station_agent.app import Station
from station_agent.intake.calls import Submission
from station_agent.opening import open_station
from station_agent.status.calls import ShowStatus
from station_agent.store import applications, outbox
from station_agent.store.db import Transaction
from station_agent.store.disk import Disk
from station_agent.store.journal import Journal, JournalEntry

_LENGTHS = (1_000, 10_000, 100_000)
_WINDOW = 512  # applications over which a cost is taken
_TIMES = 5  # windows of which the best counts
_AT_ONCE = 64  # submitted together, as the sealing takes them
_PAGE = 128  # looked at together, as a sender does
_COPIES = 1_000  # queued in one commit
_MAX_GROWTH = 1.2
_NEWEST = 50  # applications that the command lists
_MAX_COMMAND_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """At one length of the queue."""

    submit_ms: float  # processor, for each application
    exchange_ms: float  # the same
    counts_s: float  # processor, status --newest 0
    status_s: float  # processor, status with all applications


async def measure(say: Say) -> list[Row]:
    """Fill the queue and take the costs on the way."""
    with working_folder() as folder:
        say("opening a county and a hub")
        async with open_outpost(folder, LinePlan()) as town:
            await town.sandbox.stop(town.station)
            data = town.station.data
            found = rows(await _costs(data, say))
            say("the command status")
            return [*found, *await _command(town)]


def rows(costs: Sequence[Cost]) -> list[Row]:
    """Costs at each length, and how much the longest adds to the shortest."""
    found = []
    for length, cost in zip(_LENGTHS, costs, strict=True):
        head, unit = f"queue of {length:,}", "ms/application"
        found += [
            Row(name=f"{head}: submit, processor", ours=cost.submit_ms, unit=unit),
            Row(name=f"{head}: exchange, processor", ours=cost.exchange_ms, unit=unit),
            Row(name=f"{head}: status --newest 0, processor", ours=cost.counts_s, unit="s"),
            Row(name=f"{head}: status, processor", ours=cost.status_s, unit="s"),
        ]
    first, last = costs[0], costs[-1]
    both = f"queue of {_LENGTHS[-1]:,} / {_LENGTHS[0]:,}"
    ratios = {
        "submit": last.submit_ms / first.submit_ms,
        "exchange": last.exchange_ms / first.exchange_ms,
        "both": (last.submit_ms + last.exchange_ms) / (first.submit_ms + first.exchange_ms),
    }
    return found + [
        Row(
            name=f"{both}: {name}",
            ours=ratio,
            unit="times",
            limit=_MAX_GROWTH if name == "both" else None,
        )
        for name, ratio in ratios.items()
    ]


async def _command(town: Outpost) -> list[Row]:
    """``status --newest 50`` as somebody waits for it; no agent has the folder open."""
    took_s = min([await _timed(town) for _ in range(_TIMES)])
    name = f"queue of {_LENGTHS[-1]:,}: command status --newest {_NEWEST}"
    return [Row(name=name, ours=took_s, unit="s", limit=_MAX_COMMAND_S)]


async def _timed(town: Outpost) -> float:
    started = time.perf_counter()
    await town.sandbox.ask(town.station, "status", "--newest", _NEWEST, "--json")
    return time.perf_counter() - started


async def _costs(data: Path, say: Say) -> list[Cost]:
    records = itertools.cycle(make_records())
    costs = []
    async with open_station(data, clock=SystemClock(), randomness=SystemRandomness()) as station:
        await _submit(station, records)  # models of the copies; and what is imported late, is now
        for length in _LENGTHS:
            say(f"filling the queue up to {length:,}")
            await _fill(station, data, length)
            say(f"queue of {length:,}: submit, exchange, status")
            costs.append(await _cost(station, records))
    return costs


async def _cost(station: Station, records: Iterator[dict[str, Any]]) -> Cost:
    status = partial(station.status.status, PROGRAM)
    return Cost(
        submit_ms=await _best_s(lambda: _submit(station, records)) * 1000 / _WINDOW,
        exchange_ms=await _best_s(lambda: _exchange(station)) * 1000 / _WINDOW,
        counts_s=await _best_s(lambda: status(ShowStatus(newest=0))),
        status_s=await _processor_s(lambda: status(ShowStatus())),
    )


async def _best_s(work: Callable[[], Awaitable[object]]) -> float:
    return min([await _processor_s(work) for _ in range(_TIMES)])


async def _processor_s(work: Callable[[], Awaitable[object]]) -> float:
    """Processor seconds of this process, all its threads together."""
    before = time.process_time()
    await work()
    return time.process_time() - before


async def _submit(station: Station, records: Iterator[dict[str, Any]]) -> None:
    for _ in range(0, _WINDOW, _AT_ONCE):
        await asyncio.gather(
            *(_submit_one(station, record) for record in itertools.islice(records, _AT_ONCE))
        )


async def _submit_one(station: Station, record: dict[str, Any]) -> None:
    submission = Submission(
        application=_new_id(),
        item=record["item"],
        form=json.dumps(record["form"], ensure_ascii=False),
        files=[],
    )
    await station.intake.submit(submission, lambda _done, _total: None)


async def _exchange(station: Station) -> None:
    """What a sender asks of the store for a window of envelopes; the parent takes them all."""
    exchange_store = station.exchanges.stores()
    await exchange_store.greeting()
    await exchange_store.pushing(UnacknowledgedPushes(secrets.token_bytes(8)))
    after = 0
    for _ in range(0, _WINDOW, _PAGE):
        found = (await exchange_store.waiting({Lane.APPLICATIONS: after}, _PAGE))[Lane.APPLICATIONS]
        after = found[-1].position
        await exchange_store.read(found, 0)
        await exchange_store.confirmed([(item, None) for item in found])


async def _fill(station: Station, data: Path, length: int) -> None:
    """Copies of what is sealed, until so many wait."""
    journal = Journal(data / "journal", Disk(data))
    models = await station.database.read(_models)
    while (missing := length - await station.database.read(_waiting)) > 0:
        copies = [
            (_new_id(), replace(model, id=EnvelopeId(secrets.token_bytes(32))))
            for model in itertools.islice(itertools.cycle(models), min(missing, _COPIES))
        ]
        await station.database.write(partial(_queue, copies=copies, journal=journal))


def _queue(
    tx: Transaction, copies: Sequence[tuple[ApplicationId, Envelope]], journal: Journal
) -> None:
    last = outbox.last_sealed(tx)
    if last is None:
        raise RuntimeError("nothing was sealed")
    entries = [JournalEntry(wire=e.wire, application=a, item="") for a, e in copies]
    size = journal.append(last.incarnation, entries)
    outbox.add(tx, [envelope for _, envelope in copies], 1)
    applications.add(tx, [(a, "", e.id, None, None) for a, e in copies], 1)
    outbox.note_sealed(tx, replace(last, journal_bytes=size))


def _models(tx: Transaction) -> list[Envelope]:
    rows = tx.rows("SELECT wire FROM outbox LIMIT ?", (_WINDOW,))
    return [read_envelope(row["wire"]) for row in rows]


def _waiting(tx: Transaction) -> int:
    (row,) = tx.rows("SELECT count(*) AS n FROM waiting_envelopes")
    return int(row["n"])


def _new_id() -> ApplicationId:
    return application_id(secrets.token_hex(16))
