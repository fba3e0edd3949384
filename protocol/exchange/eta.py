"""When something that waits should have gone: from the line's rate, its budget, and the queue.

What stands before an item is known from the lanes' shares: while B bytes of its lane go, another
lane sends at most B times the ratio of their weights, and no more than waits in it. So the whole
way of an item is two sums, one for its lane and one for the link, and each of them is looked up
on a line of time that is drawn once. An item further back never comes earlier.

Source: docs/protocol.md section 8.8.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from protocol.envelope.envelope import Lane
from protocol.exchange.lanes import WEIGHTS
from protocol.exchange.meter import LOOK_AHEAD_DAYS, Held, Meter
from protocol.trust.budget import Rule
from protocol.trust.schedule import Windows, open_minutes, open_spells

_ALL_OF_IT = 1e18  # times as much as of any other lane: it goes first


class TimeLine:
    """How many bytes will have gone by when, at one rate, with windows and shares of the day."""

    def __init__(
        self,
        *,
        start: datetime,
        bytes_per_s: float,
        windows: Windows,
        per_day: int | None,
        left_today: int | None,
    ) -> None:
        self._rate, self._windows = bytes_per_s, windows
        self._per_day, self._left_today = per_day, left_today
        self._sums: list[float] = []  # bytes gone at the end of each spell
        self._ends: list[float] = []  # seconds after the start
        self._spells = self._draw(start)

    def after_s(self, sent: float) -> float | None:
        """Seconds until ``sent`` bytes have gone; None if not within the time looked ahead."""
        while not self._sums or self._sums[-1] < sent:
            spell = next(self._spells, None)
            if spell is None:
                return None
            self._sums.append(spell[0] + (self._sums[-1] if self._sums else 0.0))
            self._ends.append(spell[1])
        at = bisect_left(self._sums, sent)
        return self._ends[at] - (self._sums[at] - sent) / self._rate

    def _draw(self, start: datetime) -> Iterator[tuple[float, float]]:
        """Spells of sending: bytes that go in each, and its end in seconds after the start."""
        midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
        left: float | None = self._left_today
        for days in range(LOOK_AHEAD_DAYS):
            day = midnight + timedelta(days=days)
            for first, after in open_spells(open_minutes(self._windows, day.date())):
                begins = max(start, day + timedelta(minutes=first))
                room = (day + timedelta(minutes=after) - begins).total_seconds() * self._rate
                sent = room if left is None else min(room, left)
                if sent <= 0:
                    continue
                left = None if left is None else left - sent
                yield sent, (begins - start).total_seconds() + sent / self._rate
            left = self._per_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Eta:
    """When one queue will be through, seen at one moment.

    Args:
        waiting: bytes that wait, by lane.
        bytes_per_s: what the line carries, as measured.
        start: local time when the next exchange is expected, or now.
    """

    meter: Meter
    waiting: Mapping[Lane, int]
    bytes_per_s: float
    start: datetime
    _shut: Mapping[Lane, Held] = field(default_factory=dict)
    _lines: dict[Lane, tuple[TimeLine, TimeLine]] = field(default_factory=dict)
    _rivals: dict[Lane, list[tuple[float, int]]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, meter: Meter, waiting: Mapping[Lane, int], *, bytes_per_s: float, start: datetime
    ) -> "Eta":
        """The estimate from what ``meter`` allows now."""
        return cls(
            meter=meter,
            waiting=waiting,
            bytes_per_s=bytes_per_s,
            start=start,
            _shut=meter.shut(),
        )

    def arrival(self, lane: Lane, upto: int) -> datetime | None:
        """When the first ``upto`` bytes of ``lane`` have gone; None: nobody can say."""
        if lane not in self._lines:
            self._lines[lane] = self._line(lane, whole=False), self._line(lane, whole=True)
        alone, together = self._lines[lane]
        own, link = alone.after_s(upto), together.after_s(self._together(lane, upto))
        if own is None or link is None:
            return None
        return self.start + timedelta(seconds=max(own, link))

    def _together(self, lane: Lane, upto: int) -> float:
        """Bytes of all lanes that go until ``upto`` bytes of ``lane`` have gone."""
        if lane not in self._rivals:
            self._rivals[lane] = list(self._sharing_with(lane))
        return upto + sum(min(upto * ratio, most) for ratio, most in self._rivals[lane])

    def _sharing_with(self, lane: Lane) -> Iterator[tuple[float, int]]:
        """Of each other lane that sends meanwhile: its part for each of our bytes, and its all."""
        for other in Lane:
            if other is lane or (other in self._shut and lane not in self._shut):
                continue
            first = other is Lane.CONTROL
            if lane is not Lane.CONTROL and (most := self.waiting.get(other, 0)):
                yield _ALL_OF_IT if first else WEIGHTS[other] / WEIGHTS[lane], most

    def _line(self, lane: Lane, *, whole: bool) -> TimeLine:
        """The line of time for ``lane`` alone, or for the link as far as it binds the lane."""
        link, own = self.meter.plan.binding(lane)
        rule, key = (link, None) if whole else (own, lane)
        rates = [self.bytes_per_s, *(r.bytes_per_s for r in (link, rule) if r.bytes_per_s)]
        return TimeLine(
            start=self.start,
            bytes_per_s=min(rates),
            windows=link.windows | own.windows,
            per_day=rule.bytes_per_day,
            left_today=self._left(rule, self.meter.left_today(key, rule)),
        )

    def _left(self, rule: Rule, today: int | None) -> int | None:
        """What is left of the share of the day on which it starts."""
        return today if self.meter.now.date() == self.start.date() else rule.bytes_per_day
