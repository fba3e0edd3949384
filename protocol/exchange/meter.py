"""What one sender may push on one link now: rate, shares of the day, windows.

The rate is kept by the monotonic clock and allows no burst: in any stretch of time no more goes
than the rate gives for it, a quarter of a second's worth, and the one item that overdraws. A day's
share is counted by the local day and is exceeded by one item at most.

Source: docs/protocol.md section 8.8.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from enum import Enum

from protocol.codec import Record
from protocol.envelope.envelope import Lane
from protocol.exchange.lanes import EVERY_LANE
from protocol.limits import KIB, PART_BYTES
from protocol.ports import Clock
from protocol.trust.budget import NEVER_SHUT, Plan, Rule
from protocol.trust.schedule import local_day, local_time, open_minutes

SLACK_S = 0.25  # worth of the rate that may go at once, so that small items need no timer each
LOOK_AHEAD_DAYS = 92  # nobody plans further; a rarer window counts as never
_SMALLEST_PART_BYTES = 4 * KIB

_MAY_BE_SHUT = tuple(lane for lane in Lane if lane not in NEVER_SHUT)

LinkOrLane = Lane | None  # None: the link as a whole


class Held(Enum):
    """Why a lane waits; the words of ``status --json``."""

    WINDOW = "window"
    BUDGET = "budget"


class Spent(Record, frozen=True, kw_only=True):
    """What has gone since midnight, as it is kept on disk."""

    day: int = 0  # local days since 1970
    sent: tuple[int, ...] = (0,) * len(Lane)  # bytes by lane

    def __post_init__(self) -> None:
        """Refuse what this program did not write."""
        if len(self.sent) != len(Lane):
            raise ValueError("spent")


class Meter:
    """Counts what is sent to one peer, and says what may go. Lives as long as the process.

    Args:
        plan: the rules of this moment; asked again and again, so it should be quick.
        time_ms: the best that is known of the time, UTC (protocol.trust.trusted_clock).
    """

    def __init__(
        self, *, plan: Callable[[], Plan], clock: Clock, time_ms: Callable[[], int]
    ) -> None:
        self._plan, self._clock, self._time_ms = plan, clock, time_ms
        self._day = 0
        self._sent = dict.fromkeys(Lane, 0)
        self._free_at: dict[LinkOrLane, float] = {}

    @property
    def plan(self) -> Plan:
        """The rules of this moment."""
        return self._plan()

    @property
    def now(self) -> datetime:
        """Local time, as far as it is known."""
        return local_time(self._time_ms())

    @property
    def spent(self) -> Spent:
        """What has gone today, to be kept on disk."""
        self._turn_day()
        return Spent(day=self._day, sent=tuple(self._sent[lane] for lane in Lane))

    def resume(self, spent: Spent) -> None:
        """Take in what the disk knows; more than that may be known already."""
        if spent.day > self._day:
            self._day, self._sent = spent.day, dict.fromkeys(Lane, 0)
        if spent.day == self._day:
            for lane, sent in zip(Lane, spent.sent, strict=True):
                self._sent[lane] = max(self._sent[lane], sent)

    def charge(self, lane: Lane, sent: int) -> None:
        """So many bytes of ``lane`` go now."""
        plan = self._plan()
        self._turn_day()
        self._sent[lane] += sent
        if plan.free:
            return
        for key, rule in zip((None, lane), plan.binding(lane), strict=True):
            if rule.bytes_per_s is not None:
                at = max(self._free_at.get(key, 0.0), self._clock.ticks_s())
                self._free_at[key] = at + sent / rule.bytes_per_s

    def shut(self) -> Mapping[Lane, Held]:
        """Lanes that may send nothing before a window opens or a day begins, and why."""
        plan = self._plan()
        if plan.free:
            return {}
        self._turn_day()
        now = self.now
        whole = self._held_by(None, plan.link, now)
        found = {lane: whole or self._held_by(lane, plan.lanes[lane], now) for lane in _MAY_BE_SHUT}
        return {lane: held for lane, held in found.items() if held is not None}

    def ready(self) -> frozenset[Lane]:
        """Lanes that may send an item at this very moment."""
        plan = self._plan()
        if plan.free:
            return EVERY_LANE
        if self._wait_s(None, plan.link) > 0.0:
            return frozenset()
        shut = self.shut()
        return frozenset(
            lane
            for lane, rule in plan.lanes.items()
            if lane not in shut and self._wait_s(lane, rule) <= 0.0
        )

    def pause_s(self, lanes: Iterable[Lane]) -> float | None:
        """Seconds until the rate lets one of ``lanes`` send again; None if all of them are shut."""
        plan, shut = self._plan(), self.shut()
        waits = [self._wait_s(lane, plan.lanes[lane]) for lane in lanes if lane not in shut]
        return max(0.0, min(waits), self._wait_s(None, plan.link)) if waits else None

    def opens_in_s(self) -> float | None:
        """Seconds until a lane that is shut may send again; None if none will."""
        now, plan = self.now, self._plan()
        opens = [at for lane in self.shut() if (at := self._opens(plan, lane, now))]
        return (min(opens) - now).total_seconds() if opens else None

    def opens_at(self, lane: Lane) -> datetime | None:
        """When ``lane``, which is shut, may send again, in local time; None: nobody can say."""
        return self._opens(self._plan(), lane, self.now)

    def part_bytes(self) -> int:
        """How large a part of a blob may be, so that a slow rate is still a steady one."""
        plan = self._plan()
        rules = (plan.link, plan.lanes[Lane.BLOBS], plan.lanes[Lane.CATALOGUE])
        rates = [rule.bytes_per_s for rule in rules if rule.bytes_per_s]
        return max(_SMALLEST_PART_BYTES, min([PART_BYTES, *rates]))

    def capped(self) -> bool:
        """Some share of a day is limited, so that what has gone must be on disk soon."""
        plan = self._plan()
        rules: tuple[Rule, ...] = () if plan.free else (plan.link, *plan.lanes.values())
        return any(rule.bytes_per_day is not None for rule in rules)

    def left_today(self, lane: LinkOrLane, rule: Rule) -> int | None:
        """What is left of a day's share, for ``lane`` or for the whole link; None: no limit."""
        if rule.bytes_per_day is None:
            return None
        gone = sum(self._sent.values()) if lane is None else self._sent[lane]
        return max(0, rule.bytes_per_day - gone)

    def _held_by(self, key: LinkOrLane, rule: Rule, now: datetime) -> Held | None:
        if rule.windows and not _is_open(rule, now):
            return Held.WINDOW
        return Held.BUDGET if self.left_today(key, rule) == 0 else None

    def _wait_s(self, key: LinkOrLane, rule: Rule) -> float:
        """Seconds until the rate of a lane or of the link lets it send; not above 0: now."""
        if rule.bytes_per_s is None:
            return 0.0
        return self._free_at.get(key, 0.0) - SLACK_S - self._clock.ticks_s()

    def _opens(self, plan: Plan, lane: Lane, now: datetime) -> datetime | None:
        """When ``lane`` is open next; not before tomorrow if its share of today is spent."""
        rules = plan.binding(lane)
        if any(rule.bytes_per_day == 0 for rule in rules):
            return None
        left = [self.left_today(key, rule) for key, rule in zip((None, lane), rules, strict=True)]
        windows = rules[0].windows | rules[1].windows
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        for days in range(1 if 0 in left else 0, LOOK_AHEAD_DAYS):
            start = midnight + timedelta(days=days)
            past = now.hour * 60 + now.minute if days == 0 else 0
            if minutes := open_minutes(windows, start.date()) >> past << past:
                return start + timedelta(minutes=(minutes & -minutes).bit_length() - 1)
        return None

    def _turn_day(self) -> None:
        """A new day starts from nothing. A clock put back over midnight is not a new day."""
        day = local_day(self._time_ms())
        if self._day == 0:  # what went before anything was known is of today
            self._day = day
        if not self._day - 1 <= day <= self._day:
            self._day, self._sent = day, dict.fromkeys(Lane, 0)


def _is_open(rule: Rule, now: datetime) -> bool:
    return bool(open_minutes(rule.windows, now.date()) >> (now.hour * 60 + now.minute) & 1)
