"""1,000 applications of 2 KB from one station through a hub to the county, and their receipts back.

The line below the hub is cut while they are queued, so queueing and carrying are timed apart; in
between the agent is started anew, so that it calls at once.
"""

import json
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.nncp import NncpFigures, PeerMissingError, run_nncp
from bench.process import cpu_s, peak_rss_mb
from bench.records import make_records
from bench.report import Row, Say
from bench.township import Township, open_township, until
from bench.wire import bytes_on_wire
from bench.workplace import working_folder
from examples.synthetic.forms import minified
from protocol.suites import SuiteNumber

_TIMES_PEER = 10.0
_MAX_UP_BYTES = {SuiteNumber.XWING: 1900.0, SuiteNumber.X25519: 800.0}
_ARRIVED = ("received", "complete")
_WITHIN_S = 300.0
_LOOK_S = 0.05
_ASK_ANYWAY_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainFigures:
    """What one station's applications took together."""

    suite: SuiteNumber
    count: int
    queue_s: float  # until the last is committed at the station
    carry_s: float  # from the agent's start on a line that works to the last RECEIVED
    up_bytes: int  # between station and hub, with headers
    peaks_mb: Mapping[str, float]  # most resident memory of each program
    spent_s: Mapping[str, float]  # processor time by program and task

    @property
    def whole_s(self) -> float:
        """From the first handed in to the last RECEIVED."""
        return self.queue_s + self.carry_s


@dataclass(frozen=True, slots=True, kw_only=True)
class _Queueing:
    """The first half of a chain."""

    suite: SuiteNumber
    count: int
    took_s: float
    spent_s: float
    peak_mb: float


async def measure(say: Say) -> list[Row]:
    """Both suites and NNCP with the same records, one after the other."""
    records = make_records()
    nncp, why = await _peer(records, say)
    chains = [await _run(records, suite, say) for suite in (SuiteNumber.X25519, SuiteNumber.XWING)]
    return [row for chain in chains for row in rows(chain, nncp, why)]


def rows(chain: ChainFigures, nncp: NncpFigures | None, why: str) -> list[Row]:
    """The figures of one suite beside NNCP's; ``why`` says why there are none of NNCP."""
    head, n = f"chain, suite {chain.suite.value}", chain.count
    return [
        Row.times_peer(
            f"{head}: whole",
            n / chain.whole_s,
            "applications/s",
            times=_TIMES_PEER,
            peer=_peers(nncp, lambda it: it.count / it.whole_s),
            note=why,
        ),
        Row(
            name=f"{head}: queueing",
            ours=n / chain.queue_s,
            unit="applications/s",
            peer=_peers(nncp, lambda it: it.count / it.enqueue_s),
            note=why,
        ),
        Row(
            name=f"{head}: carrying",
            ours=n / chain.carry_s,
            unit="applications/s",
            peer=_peers(nncp, lambda it: it.count / it.carry_s),
            note=why,
        ),
        Row(
            name=f"{head}: up on the wire",
            ours=chain.up_bytes / n,
            unit="bytes/application",
            peer=_peers(nncp, lambda it: it.up_bytes / it.count),
            limit=_MAX_UP_BYTES[chain.suite],
            note=why,
        ),
        *(
            Row(name=f"{head}: processor, {task}", ours=1000 * spent / n, unit="ms/application")
            for task, spent in chain.spent_s.items()
        ),
        *(
            Row(name=f"{head}: memory, peak, {name}", ours=peak, unit="MB")
            for name, peak in chain.peaks_mb.items()
        ),
    ]


def _peers(nncp: NncpFigures | None, figure: Callable[[NncpFigures], float]) -> float | None:
    return None if nncp is None else figure(nncp)


async def _peer(records: Sequence[dict[str, Any]], say: Say) -> tuple[NncpFigures | None, str]:
    with working_folder() as folder:
        try:
            return await run_nncp(folder, [minified(record) for record in records], say), ""
        except PeerMissingError as exc:
            return None, str(exc)


async def _run(records: Sequence[dict[str, Any]], suite: SuiteNumber, say: Say) -> ChainFigures:
    with working_folder() as folder:
        say(f"suite {suite.value}: opening a county and a hub")
        async with open_township(folder, suite) as town:
            town.line.cut()
            say(f"suite {suite.value}: queueing {len(records)}")
            before_s = cpu_s(town.station)
            queue_s = await _queue(town, records)
            queueing = _Queueing(
                suite=suite,
                count=len(records),
                took_s=queue_s,
                spent_s=cpu_s(town.station) - before_s,
                peak_mb=peak_rss_mb(town.station),
            )
            say(f"suite {suite.value}: carrying")
            return await _carry(town, queueing)


async def _queue(town: Township, records: Sequence[dict[str, Any]]) -> float:
    """One after the other, as a clerk's desk would; each call returns after its commit."""
    started = time.perf_counter()
    for record in records:
        await town.ask_station(
            "submit",
            application=secrets.token_hex(16),
            item=record["item"],
            form=json.dumps(record["form"], ensure_ascii=False),
            files=[],
        )
    return time.perf_counter() - started


async def _carry(town: Township, queueing: _Queueing) -> ChainFigures:
    up, down = town.line.bytes_up, town.line.bytes_down
    await town.sandbox.stop(town.station)  # it may wait for minutes before it tries the line again
    town.line.restore()
    await town.sandbox.start(town.station)
    programs = {"station": town.station, "hub": town.hub, "county": town.county}
    before_s = {name: cpu_s(program) for name, program in programs.items()}
    started = time.perf_counter()
    arrivals = _Arrivals(town, queueing.count)
    await until(arrivals.all_there, within_s=_WITHIN_S, every_s=_LOOK_S)
    carry_s = time.perf_counter() - started
    up_bytes = bytes_on_wire(town.line.bytes_up - up, town.line.bytes_down - down)
    spent_s = {name: cpu_s(program) - before_s[name] for name, program in programs.items()}
    peaks_mb = {name: peak_rss_mb(program) for name, program in programs.items()}
    await _check_ledger(town, queueing.count)
    return ChainFigures(
        suite=queueing.suite,
        count=queueing.count,
        queue_s=queueing.took_s,
        carry_s=carry_s,
        up_bytes=up_bytes,
        peaks_mb=peaks_mb | {"station": max(queueing.peak_mb, peaks_mb["station"])},
        spent_s={"station queueing": queueing.spent_s} | spent_s,
    )


class _Arrivals:
    """Asks the station when its line falls quiet: its list of 1,000 costs as much as a batch."""

    def __init__(self, town: Township, count: int) -> None:
        self._town, self._count = town, count
        self._seen_bytes, self._news = 0, False
        self._asked_s = time.monotonic()

    async def all_there(self) -> bool:
        """Whether every application is known to have arrived."""
        before, self._seen_bytes = self._seen_bytes, self._town.line.bytes_down
        if before != self._seen_bytes:
            self._news = True
            return False
        if not self._news and time.monotonic() - self._asked_s < _ASK_ANYWAY_S:
            return False
        counts = (await self._town.status())["counts"]
        self._news, self._asked_s = False, time.monotonic()
        return self._count == sum(int(counts[state]) for state in _ARRIVED)


async def _check_ledger(town: Township, count: int) -> None:
    """A fast chain that loses something is no figure."""
    (row,) = await town.sandbox.ask(town.county, "ledger", "--json")
    if row["received"] != count or row["missing"]:
        raise RuntimeError(f"the county's ledger says {row}, {count} were queued")
