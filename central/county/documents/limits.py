"""Until when somebody must be told of a document, and how near that is.

Counted in working days from the day on which it was issued, which is not counted. Judged by when
somebody was *told*, never by when it was sent or came: a recorded telephone notice counts.

Source: docs/documents.md, "Telling"; 行政许可法 article 32 (five days).
"""

from dataclasses import dataclass
from datetime import date

from protocol.catalogue.calendars.due import Limit, Unit, due
from protocol.catalogue.calendars.workdays import Calendar

NEAR, OVER = "near", "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How a limit of telling stands."""

    due: date
    late: str  # empty, NEAR on the day before the last and on the last, or OVER


def telling(issued: date, days: int, told: date | None, today: date, calendar: Calendar) -> Telling:
    """How the limit of a document stands today.

    Args:
        days: working days; at least 1.
        told: when somebody was told first; None: nobody was.
    """
    last = _day(issued, days, calendar)
    if told is not None:
        return Telling(due=last, late=OVER if told > last else "")
    if today > last:
        return Telling(due=last, late=OVER)
    warned = _day(issued, days - 1, calendar) if days > 1 else issued
    return Telling(due=last, late=NEAR if today >= warned else "")


def _day(start: date, days: int, calendar: Calendar) -> date:
    found = due(start, Limit(count=days, unit=Unit.WORKING_DAYS), calendar).due
    assert type(found) is date  # noqa: S101 - no hours were counted
    return found
