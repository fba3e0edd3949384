"""Dates and times of day as people type them.

``2026-02-13``, ``2026/2/13``, ``2026年2月13日``, ``20260213``, with full-width digits too; a time
of day may follow a T or a blank, and a zone that.

Source: docs/calendars.md; docs/operations.md, "Text".
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from protocol.text import identifier

_CHINESE = str.maketrans({"年": "-", "月": "-", "日": None})
_DATE = r"(?P<y>\d{4})(?:[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})|(?P<md>\d{4}))"
_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = (
    r"[T ](?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?P<zone>Z|[+-]\d{2}:?\d{2})?"
)
_MOMENT = re.compile(rf"{_DATE}(?:{_TIME})?", re.ASCII)


def read_date(text: str) -> date:
    """A date; raises ValueError if it is none, or a time of day follows."""
    found = read_moment(text, zone=UTC)
    if isinstance(found, datetime):
        raise ValueError(f"{text[:40]!r} 不是日期，请写 2026-02-13")  # noqa: TRY004
    return found


def written_date(raw: object) -> date:
    """A day as a catalogue file writes it, 2026-02-13, in no other form; raises ValueError."""
    if not isinstance(raw, str) or not _WRITTEN.fullmatch(raw):
        raise ValueError(raw)
    return date.fromisoformat(raw)


def read_moment(text: str, *, zone: tzinfo) -> date | datetime:
    """A date, or a time of day without a zone; one that has a zone is turned into ``zone``.

    Raises:
        ValueError: it is neither; the message says in Chinese how to write it.
    """
    try:
        return _moment(identifier(text).translate(_CHINESE), zone)
    except (ValueError, OverflowError):
        words = f"{text[:40]!r} 不是日期或时间，请写 2026-02-13 或 2026-02-13T10:30"
        raise ValueError(words) from None


def _moment(text: str, zone: tzinfo) -> date | datetime:
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise ValueError(text)
    month = found["m"] or found["md"][:2]
    day = date(int(found["y"]), int(month), int(found["d"] or found["md"][2:]))
    if found["hour"] is None:
        return day
    at = time(int(found["hour"]), int(found["minute"]), int(found["second"] or 0))
    moment = datetime.combine(day, at)
    if found["zone"] is None:
        return moment
    return moment.replace(tzinfo=_zone(found["zone"])).astimezone(zone).replace(tzinfo=None)


def _zone(text: str) -> timezone:
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    away = timedelta(hours=hours, minutes=minutes)
    return timezone(-away if text[0] == "-" else away)
