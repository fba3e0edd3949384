"""How long a bad rating may wait: data of the county, counted by its calendar.

The State Council (国办发〔2019〕51号) asks for a call-back of every bad rating and leaves
the days to the places: 5 working days in one, 15 in another. Source: docs/ratings.md, "Limits".
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta

from protocol.casework.clocks import last_day
from protocol.catalogue.calendars.due import Limit, read_limit
from protocol.catalogue.calendars.workdays import Calendar
from protocol.errors import UsageError

BAD = frozenset({1, 2})
"""Levels that are called back: not satisfied, and not at all."""

TRIES = 3
"""Calls that reach nobody, after which a bad rating may be closed without a talk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """From the day on which a bad rating came."""

    call: str = "5wd"  # until the citizen was reached, or called TRIES times
    close: str = "15wd"  # until everything is done

    def __post_init__(self) -> None:
        """Refuse what is no limit of days; raises ValueError."""
        self.days  # noqa: B018 - reads both

    @property
    def days(self) -> tuple[Limit, Limit]:
        """Both, read."""
        return read_limit(self.call), read_limit(self.close)

    def ends(self, day: date, calendar: Calendar) -> tuple[str, str]:
        """The last days of both."""
        call, close = (last_day(one, day, calendar).isoformat() for one in self.days)
        return call, max(call, close)


USUAL = Limits()


def read_limits(text: str) -> Limits:
    """As they are kept; empty: the usual ones."""
    return Limits(**json.loads(text)) if text else USUAL


def limits_text(call: str, close: str) -> str:
    """As they are kept; both empty: the usual ones count again.

    Raises:
        UsageError: they are none.
    """
    if not (call or close):
        return ""
    try:
        said = Limits(call=call or USUAL.call, close=close or USUAL.close)
    except ValueError as exc:
        raise UsageError(str(exc)[:200]) from None
    return json.dumps({"call": said.call, "close": said.close})


def working_days(first: date, last: date, calendar: Calendar) -> int:
    """Working days behind ``first`` up to ``last``; below 0 where that is before."""
    if last < first:
        return -working_days(last, first, calendar)
    days = (first + timedelta(n) for n in range(1, (last - first).days + 1))
    return sum(calendar.day(day).works for day in days)


def light_of(due: str, day: date, calendar: Calendar) -> str:
    """Of what has to be done by ``due``: red behind it, yellow from the working day before."""
    end = date.fromisoformat(due)
    if day > end:
        return "red"
    return "yellow" if working_days(day, end, calendar) <= 1 else "green"
