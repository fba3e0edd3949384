"""When a limit ends, and why on that day.

Three units that never mix: working days; days, where a last day that is off moves on to the next
working day; hours, which run through every holiday. The day of the start is not counted.

Source: docs/calendars.md; 行政许可法 article 82 (periods are working days).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from protocol.catalogue.calendars.workdays import Calendar, Day, weekday
from protocol.text import identifier

_LIMIT = re.compile(r"(?P<count>[0-9]{1,5})(?P<unit>\D{1,4})")
_MIDNIGHT = "起算时间只有日期，按当天零时"


class Unit(StrEnum):
    """What a limit counts."""

    WORKING_DAYS = "wd"
    DAYS = "d"
    HOURS = "h"


_MOST = {Unit.WORKING_DAYS: 1_000, Unit.DAYS: 4_000, Unit.HOURS: 10_000}
_UNITS = {
    **{unit.value: unit for unit in Unit},
    **dict.fromkeys(("天", "日"), Unit.DAYS),
    "工作日": Unit.WORKING_DAYS,
    "小时": Unit.HOURS,
}
_CHINESE = {Unit.WORKING_DAYS: "个工作日", Unit.DAYS: "日", Unit.HOURS: "小时"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So many of one unit."""

    count: int  # 1 to 1,000 working days, 4,000 days or 10,000 hours
    unit: Unit

    def __post_init__(self) -> None:
        """Refuse what no law knows and would be counted for ever."""
        if not 1 <= self.count <= _MOST[self.unit]:
            most = f"{_MOST[self.unit]}{_CHINESE[self.unit]}"
            raise ValueError(f"期限须为 1 至 {most}，不能是 {self.count}")

    def __str__(self) -> str:
        """As people read it: 5个工作日."""
        return f"{self.count}{_CHINESE[self.unit]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The end of a limit."""

    due: date | datetime  # a datetime if hours were counted; where provisional, the earlier guess
    latest: date | datetime  # not before ``due``; later only where provisional
    provisional: bool  # a year is in it whose arrangement was not there
    why: tuple[str, ...]  # day by day, in Chinese


@lru_cache(maxsize=1024)
def read_limit(text: str) -> Limit:
    """A limit as commands and items write it: ``5wd``, ``7d``, ``48h``; or 5个工作日, 7天, 48小时.

    Raises:
        ValueError: it is none.
    """
    found = _LIMIT.fullmatch(identifier(text).lower().replace(" ", ""))
    unit = _UNITS.get(found["unit"].removeprefix("个")) if found else None
    if found is None or unit is None:
        raise ValueError(f"{text[:20]!r} 不是期限，请写成 5个工作日、7日或 48小时")
    return Limit(count=int(found["count"]), unit=unit)


def due(start: date | datetime, limit: Limit, calendar: Calendar) -> Due:
    """When ``limit`` ends that began at ``start``, in local time without a zone.

    Raises:
        OverflowError, ValueError: that day is beyond the calendar of years.
    """
    if limit.unit is Unit.HOURS:
        return _hours(start, limit, calendar)
    first = start.date() if isinstance(start, datetime) else start
    earliest = list(_counted(first, limit, calendar, guess_off=False))
    *_, (latest, _) = _counted(first, limit, calendar, guess_off=True)
    return Due(
        due=earliest[-1][0].date,
        latest=latest.date,
        provisional=not all(day.known for day, _ in earliest),
        why=(f"{first} {weekday(first)}：起算日，不计", *(why for _, why in earliest)),
    )


def _counted(
    first: date, limit: Limit, calendar: Calendar, *, guess_off: bool
) -> Iterator[tuple[Day, str]]:
    """Each day after ``first`` until the limit is over, with what it counts."""
    day, number = first, 0
    while True:
        day += timedelta(1)
        one = calendar.day(day, guess_off=guess_off)
        counts = number < limit.count and (one.works or limit.unit is Unit.DAYS)
        number += counts
        yield one, _told(one, number if counts else 0, limit)
        if number == limit.count and one.works:
            return


def _told(day: Day, number: int, limit: Limit) -> str:
    name = f"，{day.name}" if day.name and day.name != weekday(day.date) else ""
    guess = "" if day.known else "，目录里没有该年放假安排"
    counted = f"第{number}{_CHINESE[limit.unit]}" if number else "不计"
    if number == limit.count and not day.works:
        counted += "，届满日休息，顺延"
    elif not number and limit.unit is Unit.DAYS:
        counted = "顺延至此" if day.works else "休息，顺延"
    return f"{day.date} {weekday(day.date)}{name}：{counted}{guess}"


def _hours(start: date | datetime, limit: Limit, calendar: Calendar) -> Due:
    exact = isinstance(start, datetime)
    begin = start if isinstance(start, datetime) else datetime.combine(start, time())
    end = begin + timedelta(hours=limit.count)
    passed = [begin.date() + timedelta(n) for n in range((end.date() - begin.date()).days + 1)]
    off = [one for one in map(calendar.day, passed) if not one.works]
    why = [
        f"{begin:%Y-%m-%d %H:%M}：起算" + ("" if exact else f"（{_MIDNIGHT}）"),
        *(f"{one.date} {one.name}：按小时计算，照常计入" for one in off),
        f"{end:%Y-%m-%d %H:%M}：满{limit}",
    ]
    return Due(due=end, latest=end, provisional=False, why=tuple(why))
