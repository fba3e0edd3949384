"""When what waits should have reached the parent, and what it waits for.

The pace of the line and the time between exchanges are moving averages of what was measured, kept
in the database. A line that is late beyond its habit is expected after as long again as it has
been away by now: nobody knows better.

Source: docs/protocol.md section 8.8; docs/operations.md, "Budgets".
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from protocol.envelope.envelope import Lane
from protocol.exchange.eta import Eta
from protocol.exchange.meter import LOOK_AHEAD_DAYS, Held
from protocol.limits import KIB
from protocol.trust.trusted_clock import TrustedClock
from station_agent.exchange.metering import Metering
from station_agent.store import station
from station_agent.store.db import Database, Transaction
from station_agent.store.places import Place
from station_agent.store.station import LineRecord

if TYPE_CHECKING:
    from runtime.line.conversation import Tally

_SAMPLE_BYTES = 64 * KIB  # an exchange that carried so much weighs as much as all before it
_GAP_WEIGHT = 0.25  # of the newest gap between two exchanges
_LOOK_AHEAD_S = LOOK_AHEAD_DAYS * 86_400.0
_LATE_S = 60.0  # beyond twice the usual gap: the line is taken as gone
LINE, TURN = "line", "turn"  # beside the words of Held


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What the clerk is told of one thing that waits."""

    at: datetime | None  # None: never measured, or not within the time looked ahead
    waits_for: str  # window, budget, line or turn


@dataclass(slots=True, kw_only=True)
class EtaEstimator:
    """Measures exchanges, and forecasts from what was measured."""

    database: Database
    metering: Metering
    trusted: TrustedClock
    _running: "Tally | None" = None  # of the exchange that is going on

    def observe(self, tally: "Tally") -> None:
        """The exchange that is going on has got so far."""
        self._running = tally

    async def exchanged(self, began_ms: int, *, well: bool) -> None:
        """The exchange that began at ``began_ms`` (the best that was known) is over."""
        tally, self._running = self._running, None
        if not well and _faster_or_slower(LineRecord(), tally) == LineRecord():
            return  # a dead line tells nothing of its pace
        now_ms = self.trusted.best_ms()

        def work(tx: Transaction) -> None:
            line = before = station.read_state(tx).line
            line = _faster_or_slower(line, tally)
            if well:
                line = _longer_or_shorter(line, began_ms, now_ms)
            if line != before:
                station.keep_line(tx, line)

        await self.database.write(work, synced=False)

    def arrivals(
        self, line: LineRecord, waiting: Mapping[Lane, int], *, connected: bool
    ) -> Callable[[Iterable[Place]], Arrival]:
        """A function that says of what waits at some places when all of it will have arrived.

        Args:
            waiting: bytes that wait in each lane.
        """
        meter = self.metering.meter
        line = _faster_or_slower(line, self._running)
        start, late = self._next_start(line, connected=connected)
        shut, rate = meter.shut(), line.bytes_per_s
        eta = None
        if start is not None and rate is not None:
            eta = Eta.of(meter, waiting, bytes_per_s=rate, start=start)

        def arrival(place: Place) -> Arrival:
            at = eta.arrival(place.lane, place.upto) if eta else None
            return Arrival(at=at, waits_for=_why(place, shut, late=late))

        return lambda one: _latest(map(arrival, one))

    def _next_start(self, line: LineRecord, *, connected: bool) -> tuple[datetime | None, bool]:
        """When the next exchange is expected, and whether the line is late."""
        now, now_ms = self.metering.meter.now, self.trusted.best_ms()
        if connected:
            return now, False
        if line.left_ms is None:
            return None, True
        away_s, usual_s = (now_ms - line.left_ms) / 1000, line.gap_s or 0.0
        if not 0 <= away_s <= _LOOK_AHEAD_S or usual_s > _LOOK_AHEAD_S:
            return None, True  # for years, or a clock was set: nobody knows
        if away_s > 2 * usual_s + _LATE_S:
            return now + timedelta(seconds=away_s), True
        return now + timedelta(seconds=max(0.0, usual_s - away_s)), False


def _faster_or_slower(line: LineRecord, tally: "Tally | None") -> LineRecord:
    if tally is None or not tally.carried_bytes or tally.busy_s <= 0:
        return line
    carried, known = tally.carried_bytes, line.bytes_per_s
    weight = 1.0 if known is None else carried / (carried + _SAMPLE_BYTES)
    measured = carried / tally.busy_s
    return replace(line, bytes_per_s=(known or 0.0) * (1 - weight) + measured * weight)


def _longer_or_shorter(line: LineRecord, began_ms: int, now_ms: int) -> LineRecord:
    if line.left_ms is None:
        return replace(line, left_ms=now_ms)
    gap_s = max(0.0, (began_ms - line.left_ms) / 1000)
    known = gap_s if line.gap_s is None else line.gap_s
    gap_s = known * (1 - _GAP_WEIGHT) + gap_s * _GAP_WEIGHT
    return replace(line, gap_s=gap_s, left_ms=now_ms)


def _why(place: Place, shut: Mapping[Lane, Held], *, late: bool) -> str:
    held = shut.get(place.lane)
    if held is not None:
        return held.value
    return LINE if late else TURN


def _latest(arrivals: Iterable[Arrival]) -> Arrival:
    """The one that comes last; what has no time comes last of all, a shut lane before the line."""
    return max(arrivals, key=_lateness)


def _lateness(arrival: Arrival) -> tuple[bool, float, bool]:
    shut = arrival.waits_for not in (LINE, TURN)
    return (arrival.at is None, arrival.at.timestamp() if arrival.at else 0.0, shut)
