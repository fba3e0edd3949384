"""Windows: the local minutes in which a lane is open, written like the times of a cron job.

An expression has five fields (minute, hour, day of month, month, day of week) and opens every
minute that it matches: ``* 22-23 * * *`` is each night from ten to midnight, ``* 6-11 * * SAT``
the forenoon of market day. Minutes are those of China's one zone, UTC+8 without summer time, so
nothing depends on a time zone database. The minutes of a day are the bits of one integer.

Source: docs/protocol.md section 8.8; crontab(5) for the fields.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

from cronsim import CronSim, CronSimError

from protocol.errors import MalformedError
from protocol.limits import MAX_TIME_MS, MAX_WINDOW_CHARS

CHINA = timezone(timedelta(hours=8))
MINUTES = 24 * 60
ALWAYS = (1 << MINUTES) - 1  # every minute of a day

_FIELDS = 5
_AHEAD_MS, _DAY_MS = 8 * 3_600_000, 24 * 3_600_000
_SOME_DAY = datetime(2000, 1, 1)  # noqa: DTZ001 - the library wants a start; it is never asked from it

Windows = frozenset[frozenset[str]]
"""Sets of expressions: in each of the sets one expression must match."""


class Window:
    """One expression, read."""

    def __init__(self, expression: str) -> None:
        """Read ``expression``.

        Raises:
            MalformedError: not five fields of cron, or too long.
        """
        if len(expression) > MAX_WINDOW_CHARS or len(expression.split()) != _FIELDS:
            raise MalformedError(f"not a window: {expression[:40]!r} (five fields are expected)")
        try:
            self._cron = CronSim(expression, _SOME_DAY)
        except CronSimError as exc:
            raise MalformedError(f"not a window: {expression!r}: {exc}") from None
        hour = sum(1 << minute for minute in self._cron.minutes)
        self._minutes = sum(hour << 60 * at for at in self._cron.hours)

    def minutes_on(self, day: date) -> int:
        """Its open minutes on ``day``."""
        cron = self._cron
        return self._minutes if day.month in cron.months and cron.match_day(day) else 0


@lru_cache(maxsize=256)
def read_window(expression: str) -> Window:
    """The window that ``expression`` says.

    Raises:
        MalformedError: it is none.
    """
    return Window(expression)


@lru_cache(maxsize=1024)
def open_minutes(windows: Windows, day: date) -> int:
    """The minutes of ``day`` in which all of ``windows`` are open; no window shuts nothing."""
    minutes = ALWAYS
    for choice in windows:
        found = 0
        for expression in choice:
            found |= read_window(expression).minutes_on(day)
        minutes &= found
    return minutes


def local_time(time_ms: int) -> datetime:
    """China's time at ``time_ms``, UTC in ms; of what lies outside of 1970 to 3000 the nearer end.

    So whatever a peer or a broken clock says can be shown, and counted on from for years.
    """
    return datetime.fromtimestamp(min(max(time_ms, 0), MAX_TIME_MS) / 1000, CHINA)


def day_begins_ms(day: date) -> int:
    """When that day begins in China, in ms since 1970."""
    return int(datetime(day.year, day.month, day.day, tzinfo=CHINA).timestamp() * 1000)


def local_day(time_ms: int) -> int:
    """Days in China from the first one of 1970 to ``time_ms``; bounded like :func:`local_time`."""
    return (min(max(time_ms, 0), MAX_TIME_MS) + _AHEAD_MS) // _DAY_MS


def open_spells(minutes: int) -> Iterator[tuple[int, int]]:
    """The unbroken spells of a day's minutes: first, and the first one after."""
    at = 0
    while rest := minutes >> at:
        first = at + (rest & -rest).bit_length() - 1
        rest = minutes >> first
        at = first + (rest ^ (rest + 1)).bit_length() - 1
        yield first, at
