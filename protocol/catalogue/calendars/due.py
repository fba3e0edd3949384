"""When a limit ends, and why on that day.

Three units that never mix: working days; days, where a last day that is off moves on to the next
working day; hours, which run through every holiday. The day of the start is not counted.

Source: docs/calendars.md; 行政许可法 article 82 (periods are working days).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Time that does not count in a limit.

    Of days: those behind the one on which it begins, up to and with the one on which it ends.
    """

    name: str  # as people read it
    begins: datetime  # in local time without a zone
    ends: datetime  # not before ``begins``


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


def due(
    start: date | datetime, limit: Limit, calendar: Calendar, stops: Sequence[Stop] = ()
) -> Due:
    """When ``limit`` ends that began at ``start``, in local time without a zone.

    Args:
        stops: what does not count; how they are cut into pieces makes no difference.

    Raises:
        OverflowError, ValueError: that day is beyond the calendar of years.
    """
    if limit.unit is Unit.HOURS:
        return _hours(start, limit, calendar, stops)
    first = start.date() if isinstance(start, datetime) else start
    stopped = _stopped(stops)
    earliest = list(_counted(first, limit, calendar, stopped, guess_off=False))
    *_, (latest, _) = _counted(first, limit, calendar, stopped, guess_off=True)
    return Due(
        due=earliest[-1][0].date,
        latest=latest.date,
        provisional=not all(day.known for day, _ in earliest),
        why=(f"{first} {weekday(first)}：起算日，不计", *(why for _, why in earliest)),
    )


def _stopped(stops: Sequence[Stop]) -> Mapping[date, str]:
    """Every day that does not count, and why."""
    return {
        one.begins.date() + timedelta(n): one.name
        for one in stops
        for n in range(1, (one.ends.date() - one.begins.date()).days + 1)
    }


def _counted(
    first: date, limit: Limit, calendar: Calendar, stopped: Mapping[date, str], *, guess_off: bool
) -> Iterator[tuple[Day, str]]:
    """Each day after ``first`` until the limit is over, with what it counts."""
    day, number = first, 0
    while True:
        day += timedelta(1)
        one = calendar.day(day, guess_off=guess_off)
        if stop := stopped.get(day):
            yield one, f"{day} {weekday(day)}：{stop}，停止计算"
            continue
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


def _hours(start: date | datetime, limit: Limit, calendar: Calendar, stops: Sequence[Stop]) -> Due:
    exact = isinstance(start, datetime)
    begin = start if isinstance(start, datetime) else datetime.combine(start, time())
    end, stood = _with_stops(begin, timedelta(hours=limit.count), stops)
    passed = [begin.date() + timedelta(n) for n in range((end.date() - begin.date()).days + 1)]
    off = [one for one in map(calendar.day, passed) if not one.works]
    why = [
        f"{begin:%Y-%m-%d %H:%M}：起算" + ("" if exact else f"（{_MIDNIGHT}）"),
        *(f"{one.date} {one.name}：按小时计算，照常计入" for one in off),
        *(
            f"{one.begins:%Y-%m-%d %H:%M} 至 {one.ends:%Y-%m-%d %H:%M}：{one.name}，停止计算"
            for one in stood
        ),
        f"{end:%Y-%m-%d %H:%M}：满{limit}",
    ]
    return Due(due=end, latest=end, provisional=False, why=tuple(why))


def _with_stops(
    begin: datetime, left: timedelta, stops: Sequence[Stop]
) -> tuple[datetime, list[Stop]]:
    """The end of so much time that counts, and what did not."""
    end, stood = begin, list[Stop]()
    for one in sorted(stops, key=lambda stop: stop.begins):
        if one.ends <= end:
            continue
        counted = max(one.begins - end, timedelta(0))
        if counted >= left:
            break
        left, end = left - counted, one.ends
        stood.append(one)
    return end + left, stood
