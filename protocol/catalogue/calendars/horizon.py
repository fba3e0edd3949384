"""How far ahead the working days are known, seen from the longest limit that may begin today.

Source: docs/calendars.md, "When the data ends".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from protocol.catalogue.calendars.due import Limit, due
from protocol.catalogue.calendars.workdays import Calendar

MIN_DAYS_AHEAD = 60  # days of data behind the end of the longest limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """Where the data ends, and how far it is needed."""

    needed: date  # the end of the longest limit that begins today; today without any
    ends: date | None  # the last day that is known; None: not even this year is

    @property
    def is_near(self) -> bool:
        """Whether it is time to get the next year's arrangement."""
        return self.ends is None or (self.ends - self.needed).days < MIN_DAYS_AHEAD


def horizon(calendar: Calendar, today: date, limits: Iterable[Limit]) -> Horizon:
    """The horizon of ``calendar`` on ``today``."""
    year = today.year
    while year in calendar.years:
        year += 1
    return Horizon(
        needed=max((_end(calendar, today, limit) for limit in limits), default=today),
        ends=date(year - 1, 12, 31) if year > today.year else None,
    )


def _end(calendar: Calendar, today: date, limit: Limit) -> date:
    end = due(today, limit, calendar).latest
    return end.date() if isinstance(end, datetime) else end
