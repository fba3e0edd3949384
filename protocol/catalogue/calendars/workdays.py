"""Working days: the State Council's arrangement of each year, and the days that a county adds.

A year whose arrangement is not there is *unknown*: its days are guessed by the weekday, and what
is computed from them is provisional.

Source: docs/calendars.md.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from protocol.catalogue.calendars.dates import written_date
from protocol.catalogue.calendars.lunar import lunar_day
from protocol.errors import CatalogueError
from protocol.text import visible

_SATURDAY = 5
_WEEKDAYS = "一二三四五六日"
_MAX_YEARS, _MAX_DAYS, _MAX_NAME_CHARS = 20, 366, 30
_YEAR = re.compile(r"20[0-9]{2}")
_SOLAR = ((1, 1, 3, "元旦"), (4, 3, 5, "清明节"), (5, 1, 5, "劳动节"), (10, 1, 8, "国庆节"))
_LUNAR = ((1, 1, -1, 7, "春节"), (5, 5, -1, 1, "端午节"), (8, 15, -1, 1, "中秋节"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What one day is, and why."""

    date: date
    works: bool
    name: str  # of the holiday, of the weekend, or of what is made up for; empty on plain days
    known: bool  # the arrangement of its year is there


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Which days people work on."""

    years: frozenset[int] = frozenset()  # whose arrangement is there
    off: Mapping[date, str] = field(default_factory=dict)  # days off, weekends among them, by name
    work: Mapping[date, str] = field(default_factory=dict)  # weekends that make up for a holiday
    local: Mapping[date, str] = field(default_factory=dict)  # days off in this county only

    def __or__(self, more: "Calendar") -> "Calendar":
        """Both; a year that ``more`` has is taken from it alone."""
        off, work = (
            {day: name for day, name in days.items() if day.year not in more.years}
            for days in (self.off, self.work)
        )
        return Calendar(
            years=self.years | more.years,
            off={**off, **more.off},
            work={**work, **more.work},
            local={**self.local, **more.local},
        )

    def day(self, when: date, *, guess_off: bool = False) -> Day:
        """``when``; in an unknown year what is usually off works, unless ``guess_off``."""
        known = when.year in self.years
        if name := self.local.get(when):
            return Day(date=when, works=False, name=name, known=known)
        if name := self.work.get(when):
            return Day(date=when, works=True, name=f"{name}调休上班", known=known)
        if name := self.off.get(when):
            return Day(date=when, works=False, name=name, known=known)
        if when.weekday() >= _SATURDAY:
            return Day(date=when, works=False, name=weekday(when), known=known)
        name = usual_holiday(when) if guess_off and not known else ""
        return Day(date=when, works=not name, name=f"{name}（估计）" if name else "", known=known)


def weekday(day: date) -> str:
    """Its weekday in Chinese."""
    return f"周{_WEEKDAYS[day.weekday()]}"


def usual_holiday(day: date) -> str:
    """The holiday whose days off reach to ``day`` in a generous year; empty if none does."""
    for month, first, days, name in _SOLAR:
        if day.month == month and first <= day.day < first + days:
            return name
    for month, number, before, after, name in _LUNAR:
        for shift in range(before, after + 1):
            found = lunar_day(day - timedelta(shift))
            if (found.month, found.day, found.leap) == (month, number, False):
                return name
    return ""


def read_calendar(raw: object) -> Calendar:
    """A calendar as it stands in a release.

    ``{"years": {"2026": {"off": {"01-01": "元旦"}, "work": {"01-04": "元旦"}}},
    "local": {"2026-04-19": "三月三"}}``; ``years`` and ``local`` may be left out.

    Raises:
        CatalogueError: it is not one; the message names the place.
    """
    whole = _mapping(raw, "calendar", {"years", "local"})
    years = _mapping(whole.get("years", {}), "calendar.years", None, most=_MAX_YEARS)
    if strange := [year for year in years if not _YEAR.fullmatch(year)]:
        raise CatalogueError(f"calendar.years: “{strange[0][:20]}”不是 2000 到 2099 的年份")
    off: dict[date, str] = {}
    work: dict[date, str] = {}
    for year, days in years.items():
        place = f"calendar.years.{year}"
        kinds = _mapping(days, place, {"off", "work"})
        if not kinds.get("off"):
            raise CatalogueError(f"{place}: 没有一天放假的年份不能用，国家公布放假安排后再写")
        off |= _days(kinds["off"], f"{place}.off", f"{year}-")
        work |= _days(kinds.get("work", {}), f"{place}.work", f"{year}-")
    if both := off.keys() & work.keys():
        raise CatalogueError(f"calendar: {min(both)} 既写了放假，又写了上班")
    local = _days(whole.get("local", {}), "calendar.local", "")
    return Calendar(years=frozenset(map(int, years)), off=off, work=work, local=local)


def calendar_entry(calendar: Calendar) -> dict[str, object]:
    """``calendar`` as :func:`read_calendar` reads it."""
    return {
        "years": {
            str(year): {
                "off": _of_year(calendar.off, year),
                "work": _of_year(calendar.work, year),
            }
            for year in sorted(calendar.years)
        },
        "local": {day.isoformat(): name for day, name in sorted(calendar.local.items())},
    }


def _is_name(name: str) -> bool:
    return visible(name) == name == name.strip() != ""


def _of_year(days: Mapping[date, str], year: int) -> dict[str, str]:
    return {f"{day:%m-%d}": name for day, name in sorted(days.items()) if day.year == year}


def _days(raw: object, place: str, prefix: str) -> dict[date, str]:
    found: dict[date, str] = {}
    for text, name in _mapping(raw, place, None, most=_MAX_DAYS).items():
        if not isinstance(name, str) or not 0 < len(name) <= _MAX_NAME_CHARS or not _is_name(name):
            raise CatalogueError(
                f"{place}.{text[:20]}: 应是 1 到 {_MAX_NAME_CHARS} 个看得见的字的名称"
            )
        try:
            found[written_date(f"{prefix}{text}")] = name
        except ValueError:
            raise CatalogueError(f"{place}: “{text[:20]}”不是日期") from None
    return found


def _mapping(
    raw: object, place: str, keys: set[str] | None, *, most: int = _MAX_DAYS
) -> dict[str, object]:
    if not isinstance(raw, dict) or not all(isinstance(key, str) for key in raw):
        raise CatalogueError(f"{place}: 应是一组栏目：{{ … }}")
    if keys is not None and (more := raw.keys() - keys):
        raise CatalogueError(
            f"{place}: 没有“{min(more)[:40]}”这一项，只能是 {'、'.join(sorted(keys))}"
        )
    if len(raw) > most:
        raise CatalogueError(f"{place}: 最多 {most} 项，现有 {len(raw)} 项")
    return raw
