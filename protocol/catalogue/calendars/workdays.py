"""Working days: the State Council's arrangement of each year, and the days that a county adds.

A year whose arrangement is not there is *unknown*: its days are guessed by the weekday, and what
is computed from them is provisional.

Source: docs/calendars.md.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial

from protocol.catalogue.calendars.dates import written_date
from protocol.catalogue.calendars.lunar import lunar_day
from protocol.catalogue.fields import Faults, fields_of
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
        CatalogueError: it is not one; every fault is named by its place.
    """
    with fields_of(raw, "calendar", set(), {"years", "local"}) as fields:
        found = fields.maybe("years", _years) or Calendar()
        return replace(found, local=fields.maybe("local", partial(_days, prefix="")) or {})


def _years(raw: object, place: str) -> Calendar:
    off: dict[date, str] = {}
    work: dict[date, str] = {}
    if not isinstance(raw, dict) or len(raw) > _MAX_YEARS:
        raise CatalogueError(f"{place}: 应是一组年份，最多 {_MAX_YEARS} 项")
    with Faults() as faults:
        for year, days in raw.items():
            if not _YEAR.fullmatch(year):
                faults.add(place, f"“{year[:20]}”不是 2000 到 2099 的年份")
                continue
            kinds = faults.read(_year, days, f"{place}.{year}", year)
            off |= kinds["off"] if kinds else {}
            work |= kinds["work"] if kinds else {}
    return Calendar(years=frozenset(map(int, raw)), off=off, work=work)


def _year(raw: object, place: str, year: str) -> dict[str, dict[date, str]]:
    read = partial(_days, prefix=f"{year}-")
    with fields_of(raw, place, set(), {"off", "work"}) as fields:
        found = {key: fields.maybe(key, read) for key in ("off", "work")}
        if not fields.raw.get("off"):
            fields.add(place, "没有一天放假的年份不能用，国家公布放假安排后再写")
        off, work = found["off"] or {}, found["work"] or {}
        for day in sorted(off.keys() & work.keys()):
            fields.add(place, f"{day} 既写了放假，又写了上班")
        return {"off": off, "work": work}


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


def _days(raw: object, place: str, *, prefix: str) -> dict[date, str]:
    if not isinstance(raw, dict) or len(raw) > _MAX_DAYS:
        raise CatalogueError(f"{place}: 应是一组日期和名称，最多 {_MAX_DAYS} 项")
    found: dict[date, str] = {}
    with Faults() as faults:
        for text, name in raw.items():
            at = f"{place}.{text[:20]}"
            if not isinstance(name, str) or len(name) > _MAX_NAME_CHARS or not _is_name(name):
                faults.add(at, f"应是 1 到 {_MAX_NAME_CHARS} 个看得见的字的名称")
                name = ""  # noqa: PLW2901 - the day may be wrong as well
            try:
                found[written_date(f"{prefix}{text}")] = name
            except ValueError:
                faults.add(at, f"“{text[:20]}”不是日期")
    return found
