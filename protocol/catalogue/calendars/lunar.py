"""The lunar calendar from 1900 to 2100, by a table: the same on every machine, without a library.

A year is one number: bit ``i`` is set if its ``i``-th month, a leap month counted in its place, has
30 days and not 29; above bit 13 stands which month is followed by its leap month, 0 if none is.

Source: docs/calendars.md; the tests compare the table with two libraries.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import accumulate

_TABLE = """
    116d2 00752 00ea5 0b64a 0064b 00a9b 09556 0056a 00b59 05752
    00752 0db25 00b25 00a4b 0b4ab 002ad 0056b 04b69 00da9 0fd92
    00e92 00d25 0ba4d 00a56 002b6 095b5 006d4 00ea9 05e92 00e92
    0cd26 0052b 00a57 0b2b6 00b5a 006d4 06ec9 00749 0f693 00a93
    0052b 0ca5b 00aad 0056a 09b55 00ba4 00b49 05a93 00a95 0f52d
    00536 00aad 0b5aa 005b2 00da5 07d4a 00d4a 10a95 00a97 00556
    0cab5 00ad5 006d2 08ea5 00ea5 0064a 06c97 00a9b 0f55a 0056a
    00b69 0b752 00b52 00b25 0964b 00a4b 114ab 002ad 0056d 0cb69
    00da9 00d92 09d25 00d25 15a4d 00a56 002b6 0c5b5 006d5 00ea9
    0be92 00e92 00d26 06a56 00a57 114d6 0035a 006d5 0b6c9 00749
    00693 0952b 0052b 00a5b 0555a 0056a 0fb55 00ba4 00b49 0ba93
    00a95 0052d 08aad 00ab5 135aa 005d2 00da5 0dd4a 00d4a 00c95
    0952e 00556 00ab5 055b2 006d2 0cea5 00725 0064b 0ac97 00cab
    0055a 06ad6 00b69 17752 00b52 00b25 0da4b 00a4b 004ab 0a55b
    005ad 00b6a 05b52 00d92 0fd25 00d25 00a55 0b4ad 004b6 005b5
    06daa 00ec9 11e92 00e92 00d26 0ca56 00a57 004d6 086d5 00755
    00749 06e93 00693 0f52b 0052b 00a5b 0b55a 0056a 00b65 0974a
    00b4a 11a95 00a95 0052d 0caad 00ab5 005aa 08ba5 00da5 00d4a
    07c95 00c96 0f94e 00556 00ab5 0b5b2 006d2 00ea5 08e4a 0068b
    10c97 004ab 0055b 0cad6 00b6a 00752 09725 00b45 00a8b 0549b
    004ab
"""
_YEARS = tuple(int(year, 16) for year in _TABLE.split())
_FIRST = 1900
_LEAP_BITS = 13


@dataclass(frozen=True, slots=True)
class LunarDay:
    """One day of the lunar calendar."""

    year: int
    month: int  # 1 to 12
    leap: bool  # the month is the second of this number in its year
    day: int  # 1 to 30
    month_days: int  # 29 or 30: how many days this month has


@dataclass(frozen=True, slots=True)
class _Month:
    year: int
    month: int
    leap: bool
    days: int


def _months() -> Iterator[_Month]:
    for year, bits in enumerate(_YEARS, start=_FIRST):
        leap = bits >> _LEAP_BITS
        numbers = [(n, again) for n in range(1, 13) for again in (False, True)[: 1 + (n == leap)]]
        for i, (number, again) in enumerate(numbers):
            yield _Month(year, number, again, 29 + (bits >> i & 1))


FIRST, LAST = date(1900, 1, 31), date(2101, 1, 28)
"""The days that the table knows, both included."""


@cache
def _unpacked() -> tuple[Sequence[_Month], Sequence[int]]:
    """Every month, and the days on which they start; made with the first question."""
    months = tuple(_months())
    starts = tuple(accumulate((month.days for month in months), initial=FIRST.toordinal()))
    return months, starts


def lunar_day(day: date) -> LunarDay:
    """``day`` in the lunar calendar.

    Raises:
        ValueError: it lies before 1900-01-31 or after 2101-01-28.
    """
    if not FIRST <= day <= LAST:
        raise ValueError(f"{day} 不在 {FIRST} 至 {LAST} 之内，无法推算")
    months, starts = _unpacked()
    index = bisect_right(starts, day.toordinal()) - 1
    month = months[index]
    number = day.toordinal() - starts[index] + 1
    return LunarDay(month.year, month.month, month.leap, number, month.days)
