"""The light of a case, from its limits alone: the same wherever and whenever it is computed.

Source: docs/clocks.md, "Lights".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from protocol.casework.clocks import NEWEST, WHAT_WORDS, Running, What, moment, running
from protocol.casework.rules import CaseRules
from protocol.casework.status import Status
from protocol.catalogue.calendars.due import Unit
from protocol.catalogue.calendars.workdays import Calendar
from protocol.catalogue.items.kinds import Starts

_PERCENT = 100
_HOUR_S = 3600


class Light(StrEnum):
    """How a case stands, the lightest first."""

    GREEN = "green"
    YELLOW = "yellow"  # its day comes near, or may have passed
    BLUE = "blue"  # a part is late, the whole is not
    RED = "red"  # later than was promised
    DEEP_RED = "deep-red"  # later than the law allows


LIGHT_WORDS: Mapping[Light, str] = {
    Light.GREEN: "绿灯",
    Light.YELLOW: "黄灯",
    Light.BLUE: "蓝灯",
    Light.RED: "红灯",
    Light.DEEP_RED: "深红灯",
}
"""As people call them."""

ORDER = tuple(Light)
"""From the lightest to the heaviest."""

OVER: Mapping[What, Light] = {
    What.ACCEPTANCE: Light.RED,
    What.NODE: Light.BLUE,
    What.OPINION: Light.BLUE,
    What.SPECIAL: Light.BLUE,
    What.PROMISED: Light.RED,
    What.LEGAL: Light.DEEP_RED,
    What.TELLING: Light.RED,
    What.DELIVERY: Light.RED,
}
"""What a limit that is over lights; the others are the applicant's, and light nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """When yellow begins."""

    percent: int = 20  # of the limit, as much as is left
    least: int = 1  # of its unit, whatever the share is
    short: int = 2  # a limit of so many or fewer is never yellow

    def __post_init__(self) -> None:
        """Refuse what would never or always be yellow."""
        if not (0 <= self.percent <= _PERCENT and self.least >= 0 and self.short >= 0):
            raise ValueError("thresholds")


USUAL = Thresholds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lit:
    """A light, and why."""

    light: Light
    what: What | None = None  # the limit that lights it; None: green
    name: str = ""
    by_transport: bool = False  # it would not, but for the time on the way to the county

    @property
    def why(self) -> str:
        """In Chinese; empty: green."""
        if self.what is None:
            return ""
        return WHAT_WORDS[self.what] + (f"（{self.name}）" if self.name else "")


def light_of(
    status: Status,
    rules: CaseRules,
    calendars: Mapping[int, Calendar],
    now: datetime,
    thresholds: Thresholds = USUAL,
) -> Lit:
    """The heaviest light of a case at ``now``, local time without a zone.

    Args:
        calendars: as of :func:`protocol.casework.clocks.running`.
    """
    found = _heaviest(running(status, rules, calendars, now), calendars, now, thresholds)
    if not _is_late(found.light) or rules.limits.starts is Starts.COUNTY:
        return found
    at_county = replace(rules, limits=replace(rules.limits, starts=Starts.COUNTY))
    without = _heaviest(running(status, at_county, calendars, now), calendars, now, thresholds)
    return replace(found, by_transport=not _is_late(without.light))


def left(one: Running, calendar: Calendar, now: datetime) -> int:
    """How many of its unit are left at ``now``; 0 on the last day, negative once it is over."""
    if one.budget.limits and one.budget.limits[-1].unit is Unit.HOURS:
        return int((moment(one.due) - now).total_seconds() // _HOUR_S)
    end = moment(one.due).date()
    if now.date() > end:
        return -_counting(one, calendar, end, now.date())
    return _counting(one, calendar, now.date(), end)


def is_over(one: Running, now: datetime) -> bool:
    """Whether it is over for certain."""
    return now > moment(one.latest)


def is_near(one: Running, calendar: Calendar, now: datetime, thresholds: Thresholds) -> bool:
    """Whether so little is left that yellow begins."""
    whole = sum(limit.count for limit in one.budget.limits)
    near = max(thresholds.least, -(-whole * thresholds.percent // _PERCENT))
    return whole > thresholds.short and left(one, calendar, now) <= near


def _heaviest(
    every: Sequence[Running],
    calendars: Mapping[int, Calendar],
    now: datetime,
    thresholds: Thresholds,
) -> Lit:
    lit = [
        Lit(light=light, what=one.budget.what, name=one.budget.name)
        for one in every
        if (light := _of_one(one, calendars[NEWEST], now, thresholds)) is not Light.GREEN
    ]
    return max(lit, key=lambda one: ORDER.index(one.light), default=Lit(light=Light.GREEN))


def _of_one(one: Running, calendar: Calendar, now: datetime, thresholds: Thresholds) -> Light:
    over = OVER.get(one.budget.what)
    if over is None:
        return Light.GREEN
    if is_over(one, now):
        return over
    if now > moment(one.due):
        return Light.YELLOW  # perhaps over: nobody knows yet
    return Light.YELLOW if is_near(one, calendar, now, thresholds) else Light.GREEN


def _counting(one: Running, calendar: Calendar, after: date, until: date) -> int:
    """Days behind ``after`` up to ``until`` that count in its unit."""
    in_days = bool(one.budget.limits) and one.budget.limits[-1].unit is Unit.DAYS
    days = (after + timedelta(n) for n in range(1, (until - after).days + 1))
    return sum(in_days or calendar.day(day).works for day in days)


def _is_late(light: Light) -> bool:
    return ORDER.index(light) >= ORDER.index(Light.BLUE)
