"""By when somebody has to be told: working days after the day of an answer.

What the county says of a document counts. Without that the law does: what is lacking, and a
refusal to accept, are told within 5 days (行政许可法 art. 32), a decision is delivered within 10
(art. 44); periods are working days (art. 82). The clerk is warned before the last day, when a fifth
of the days is left: on day 4 of 5, on day 8 of 10.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from protocol.catalogue.calendars.due import Limit, Unit, due
from protocol.catalogue.calendars.workdays import Calendar
from protocol.trust.schedule import local_time

BY_LAW: Mapping[str, int] = {"decided": 10, "returned": 5, "rejected": 5}  # by kind
_WARNED_AT = 5  # this part of the days is left then, and one day at least
_MOST_DAYS = 800  # looked at one by one: behind that it only counts that it is over


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """The last day on which somebody may be told, and where today stands."""

    last: date
    days: int  # working days that there are
    day: int | None  # which of them today is; 0: the day of the answer; None: not known
    provisional: bool  # a year is in it whose working days are guessed
    sure: bool  # else the time is "about"

    @property
    def is_near(self) -> bool:
        """Whether the clerk is to be warned, or it is over."""
        return self.day is not None and self.days - self.day <= max(1, -(-self.days // _WARNED_AT))

    @property
    def is_over(self) -> bool:
        """Whether the last day has passed."""
        return self.day is not None and self.day > self.days


def deadline(
    at_ms: int, days: int, calendar: Calendar, *, now_ms: int | None, sure: bool
) -> Deadline | None:
    """The deadline of what was issued at ``at_ms``; None: there is none.

    Args:
        days: working days; 0: nobody says.
        now_ms: trusted time; None: it has never come.
    """
    if not days:
        return None
    first = local_time(at_ms).date()
    found = due(first, Limit(count=days, unit=Unit.WORKING_DAYS), calendar)
    today = None if now_ms is None else local_time(now_ms).date()
    return Deadline(
        last=found.due.date() if isinstance(found.due, datetime) else found.due,
        days=days,
        day=None if today is None else _day(first, today, calendar, most=days + 1),
        provisional=found.provisional,
        sure=sure,
    )


def _day(first: date, today: date, calendar: Calendar, *, most: int) -> int:
    """Working days after ``first`` up to ``today``; not counted beyond ``most``."""
    count = 0
    for passed in range(1, min((today - first).days, _MOST_DAYS) + 1):
        count += calendar.day(first + timedelta(passed)).works
        if count >= most:
            break
    return count
