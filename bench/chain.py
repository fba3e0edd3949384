"""1,000 applications of 2 KB from one station through a hub to the county, and their receipts back.

First as an office does it that keeps its forms in a program of its own: one ``submit-many`` on a
line that works, timed from its start to the last RECEIVED. Then in turn: the line is cut, 1,000
are handed in one call after the other, the agent starts on a line that works, and carries them.
"""

import json
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.peers.nncp import NncpFigures, PeerMissingError, run_nncp
from bench.process import cpu_s, peak_rss_mb
from bench.records import make_records
from bench.report import Row, Say
from bench.township import Township, open_township, until
from bench.wire import bytes_on_wire
from bench.workplace import working_folder
from examples.synthetic.forms import minified
from protocol.envelope.suites import SuiteNumber

_TIMES_PEER = 10.0
_MAX_UP_BYTES = {SuiteNumber.XWING: 1900.0, SuiteNumber.X25519: 800.0}
_ARRIVED = ("received", "complete")
_WITHIN_S = 300.0
_LOOK_S = 0.05
_ASK_ANYWAY_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What the programs used up for one task."""

    took_s: float
    cpu_s: Mapping[str, float]  # processor time by program


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainFigures:
    """What one station's applications took together, twice."""

    suite: SuiteNumber
    count: int
    batch_s: float  # until submit-many has told of the last that it is on disk
    whole: Spent  # from the start of submit-many to the last RECEIVED
    queueing: Spent  # one call after the other, until the last is on disk
    carrying: Spent  # from the agent's start on a line that works to the last RECEIVED
    up_bytes: int  # of the second thousand, between station and hub, with headers
    peaks_mb: Mapping[str, float]  # most resident memory of each program

    @property
    def in_turn_s(self) -> float:
        """From the first call to the last RECEIVED, with nothing carried before all are queued."""
        return self.queueing.took_s + self.carrying.took_s


async def measure(say: Say) -> list[Row]:
    """Both suites and NNCP with the same records, one after the other."""
    records = make_records()
    nncp, why = await _peer(records, say)
    chains = [await _run(records, suite, say) for suite in (SuiteNumber.X25519, SuiteNumber.XWING)]
    return [row for chain in chains for row in rows(chain, nncp, why)]


def rows(chain: ChainFigures, nncp: NncpFigures | None, why: str) -> list[Row]:
    """The figures of one suite beside NNCP's; ``why`` says why there are none of NNCP."""
    head, n = f"chain, suite {chain.suite.value}", chain.count

    def rate(what: str, took_s: float, peer: Callable[[NncpFigures], float]) -> Row:
        return Row(
            name=f"{head}: {what}",
            ours=n / took_s,
            unit="applications/s",
            peer=_peers(nncp, lambda it: it.count / peer(it)),
            note=why,
        )

    return [
        Row.times_peer(
            f"{head}: whole",
            n / chain.whole.took_s,
            "applications/s",
            times=_TIMES_PEER,
            peer=_peers(nncp, lambda it: it.count / it.whole_s),
            note=why,
        ),
        rate("queueing a stack", chain.batch_s, lambda it: it.enqueue_s),
        rate("in turn", chain.in_turn_s, lambda it: it.whole_s),
        rate("queueing one by one", chain.queueing.took_s, lambda it: it.enqueue_s),
        rate("carrying", chain.carrying.took_s, lambda it: it.carry_s),
        Row(
            name=f"{head}: up on the wire",
            ours=chain.up_bytes / n,
            unit="bytes/application",
            peer=_peers(nncp, lambda it: it.up_bytes / it.count),
            limit=_MAX_UP_BYTES[chain.suite],
            note=why,
        ),
        *_processor(head, n, {"whole": chain.whole, "queueing one by one": chain.queueing}),
        *(
            Row(name=f"{head}: memory, peak, {name}", ours=peak, unit="MB")
            for name, peak in chain.peaks_mb.items()
        ),
    ]


def _processor(head: str, count: int, tasks: Mapping[str, Spent]) -> list[Row]:
    return [
        Row(
            name=f"{head}: processor, {task}, {name}",
            ours=1000 * spent_s / count,
            unit="ms/application",
        )
        for task, spent in tasks.items()
        for name, spent_s in spent.cpu_s.items()
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
            say(f"suite {suite.value}: a stack of {len(records)}")
            batch_s, whole = await _hand_in(town, records, folder / "stack.jsonl")
            town.line.cut()
            say(f"suite {suite.value}: queueing {len(records)}, one by one")
            queueing = await _queue(town, records)
            peak_mb = peak_rss_mb(town.station)
            say(f"suite {suite.value}: carrying")
            carrying, up_bytes = await _carry(town, 2 * len(records))
            await _check_ledger(town, 2 * len(records))
            peaks_mb = {name: peak_rss_mb(program) for name, program in town.programs.items()}
            return ChainFigures(
                suite=suite,
                count=len(records),
                batch_s=batch_s,
                whole=whole,
                queueing=queueing,
                carrying=carrying,
                up_bytes=up_bytes,
                peaks_mb=peaks_mb | {"station": max(peak_mb, peaks_mb["station"])},
            )


async def _hand_in(
    town: Township, records: Sequence[dict[str, Any]], file: Path
) -> tuple[float, Spent]:
    """By the command, its start included; when it is done, and what it took to all receipts."""
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    file.write_text("\n".join(lines), "utf-8")
    watch = _Watch(town)
    told = await town.sandbox.run("yizhan-station", "submit-many", town.station.data, file)
    batch_s = watch.passed_s()
    if told.count("application") != len(records):
        raise RuntimeError(f"not all were taken: {told[-300:]}")
    await until(_Arrivals(town, len(records)).all_there, within_s=_WITHIN_S, every_s=_LOOK_S)
    return batch_s, watch.spent("station", "hub", "county")


async def _queue(town: Township, records: Sequence[dict[str, Any]]) -> Spent:
    """One after the other, as a clerk's desk would; each call returns after its commit."""
    watch = _Watch(town)
    for record in records:
        await town.ask_station(
            "submit",
            application=secrets.token_hex(16),
            item=record["item"],
            form=json.dumps(record["form"], ensure_ascii=False),
            files=[],
        )
    return watch.spent("station")


async def _carry(town: Township, count: int) -> tuple[Spent, int]:
    """What it takes until ``count`` in all are received; bytes up on the wire."""
    up, down = town.line.bytes_up, town.line.bytes_down
    await town.sandbox.stop(town.station)  # it may wait for minutes before it tries the line again
    town.line.restore()
    await town.sandbox.start(town.station)
    watch = _Watch(town)
    await until(_Arrivals(town, count).all_there, within_s=_WITHIN_S, every_s=_LOOK_S)
    spent = watch.spent("station", "hub", "county")
    return spent, bytes_on_wire(town.line.bytes_up - up, town.line.bytes_down - down)


class _Watch:
    """Time and processor time from now on."""

    def __init__(self, town: Township) -> None:
        self._town = town
        self._before_s = {name: cpu_s(program) for name, program in town.programs.items()}
        self._started = time.perf_counter()

    def passed_s(self) -> float:
        """Seconds since it was made."""
        return time.perf_counter() - self._started

    def spent(self, *names: str) -> Spent:
        """What these programs have used since."""
        took_s, programs = self.passed_s(), self._town.programs
        used = {name: cpu_s(programs[name]) - self._before_s[name] for name in names}
        return Spent(took_s=took_s, cpu_s=used)


class _Arrivals:
    """Asks the station when its line falls quiet: its long list costs as much as a batch."""

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
