"""When something that waits should have gone: from the line's pace, its budget, and the queue.

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

from protocol.budget import Rule
from protocol.envelope import Lane
from protocol.lanes import WEIGHTS
from protocol.meter import LOOK_AHEAD_DAYS, Held, Meter
from protocol.window import Windows, open_minutes, open_spells


class TimeLine:
    """How many bytes will have gone by when, at one pace, with windows and shares of the day."""

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
        self._ends: list[datetime] = []
        self._spells = self._draw(start)

    def at(self, sent: float) -> datetime | None:
        """When ``sent`` bytes will have gone; None if not within the time looked ahead."""
        while not self._sums or self._sums[-1] < sent:
            spell = next(self._spells, None)
            if spell is None:
                return None
            self._sums.append(spell[0] + (self._sums[-1] if self._sums else 0.0))
            self._ends.append(spell[1])
        at = bisect_left(self._sums, sent)
        return self._ends[at] - timedelta(seconds=(self._sums[at] - sent) / self._rate)

    def _draw(self, start: datetime) -> Iterator[tuple[float, datetime]]:
        """Spells of sending: bytes that go in each, and its end."""
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
                yield sent, begins + timedelta(seconds=sent / self._rate)
            left = self._per_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The outlook for one queue at one moment.

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
    _lines: dict[tuple[Lane, bool], TimeLine] = field(default_factory=dict)

    @classmethod
    def of(
        cls, meter: Meter, waiting: Mapping[Lane, int], *, bytes_per_s: float, start: datetime
    ) -> "Forecast":
        """The outlook from what ``meter`` allows now."""
        return cls(
            meter=meter,
            waiting=waiting,
            bytes_per_s=bytes_per_s,
            start=start,
            _shut=meter.shut(),
        )

    def arrival(self, lane: Lane, upto: int) -> datetime | None:
        """When the first ``upto`` bytes of ``lane`` have gone; None: nobody can say."""
        own = self._line(lane, whole=False).at(upto)
        link = self._line(lane, whole=True).at(self._together(lane, upto))
        return None if own is None or link is None else max(own, link)

    def _together(self, lane: Lane, upto: int) -> float:
        """Bytes of all lanes that go until ``upto`` bytes of ``lane`` have gone."""
        if lane is Lane.CONTROL:
            return upto
        total = float(upto + self.waiting.get(Lane.CONTROL, 0))
        for other in Lane:
            if other in (lane, Lane.CONTROL) or (other in self._shut and lane not in self._shut):
                continue
            share = upto * WEIGHTS[other] / WEIGHTS[lane]
            total += min(share, self.waiting.get(other, 0))
        return total

    def _line(self, lane: Lane, *, whole: bool) -> TimeLine:
        """The line of time for ``lane`` alone, or for the link as far as it binds the lane."""
        if (lane, whole) not in self._lines:
            link, own = self.meter.plan.binding(lane)
            rule, key = (link, None) if whole else (own, lane)
            rates = [self.bytes_per_s, *(r.bytes_per_s for r in (link, rule) if r.bytes_per_s)]
            self._lines[lane, whole] = TimeLine(
                start=self.start,
                bytes_per_s=min(rates),
                windows=link.windows | own.windows,
                per_day=rule.bytes_per_day,
                left_today=self._left(rule, self.meter.left_today(key, rule)),
            )
        return self._lines[lane, whole]

    def _left(self, rule: Rule, today: int | None) -> int | None:
        """What is left of the share of the day on which it starts."""
        now = self.meter.now
        return today if now is not None and now.date() == self.start.date() else rule.bytes_per_day
