"""The days off that a county has of its own, as rows of a page: a span of days and its name.

Source: docs/calendars.md, "Working days".
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from central.county.catalogue.pages.editing.inputs import Input, Part, Rows, Way
from protocol.catalogue.calendars.dates import read_date
from protocol.catalogue.calendars.workdays import Calendar, read_calendar, weekday
from protocol.catalogue.documents import Document
from protocol.catalogue.fields import faults_of
from protocol.catalogue.findings import Finding, Level
from protocol.errors import CatalogueError

_MOST_DAYS = 31  # of one span: nobody closes for longer
_DAY = timedelta(1)
LABELS = {
    "days": "本县放假",
    "first": "第一天",
    "last": "最后一天（只一天就不填）",
    "name": "放什么假",
}

DAY_PARTS: tuple[Part, ...] = (
    Part(
        key="days",
        title=LABELS["days"],
        rows=Rows(
            key="days",
            titles=("title",),
            ordered=False,
            columns=(
                Input(path=("first",), label=LABELS["first"], way=Way.DATE),
                Input(path=("last",), label=LABELS["last"], way=Way.DATE),
                Input(path=("name",), label=LABELS["name"]),
            ),
        ),
    ),
)
"""The whole page."""


def rows_of(local: Mapping[date, str]) -> dict[str, Any]:
    """Days off as rows: days that follow each other under one name are one row."""
    spans: list[tuple[date, date, str]] = []
    for day, name in sorted(local.items()):
        if spans and spans[-1][1] + _DAY == day and spans[-1][2] == name:
            spans[-1] = (spans[-1][0], day, name)
        else:
            spans.append((day, day, name))
    return {"days": [_row(*span) for span in spans]}


def _row(first: date, last: date, name: str) -> dict[str, str]:
    until = f"—{last}" if last != first else ""
    row = {"title": f"{first}{until} {name}", "first": str(first), "name": name}
    return row | ({"last": str(last)} if last != first else {})


@dataclass(slots=True)
class Overlay:
    """Days off as they were typed, and what is wrong or doubtful with them."""

    local: dict[date, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @classmethod
    def read(cls, raw: Document, calendar: Calendar) -> "Overlay":
        """What the rows come to.

        Args:
            calendar: that the days lie in, to say what is doubtful.
        """
        found = cls()
        for number, row in enumerate(raw.get("days") or ()):
            found.take(row, f"days[{number}]", calendar)
        try:
            read_calendar({"local": {str(day): name for day, name in found.local.items()}})
        except CatalogueError as exc:
            if not found.findings:
                for _, reason in faults_of(exc, ""):
                    found.fault("", reason)
        return found

    def take(self, row: Document, place: str, calendar: Calendar) -> None:
        """Add one row."""
        name, first = str(row.get("name") or ""), self._day(row, place, "first")
        last = self._day(row, place, "last") if row.get("last") else first
        if not name.strip():
            self.fault(f"{place}.name", "没有写放什么假", "如：三月三")
        if first is None or last is None:
            return
        if not first <= last < first + _MOST_DAYS * _DAY:
            words = f"应不早于第一天，一次最多 {_MOST_DAYS} 天"
            self.fault(f"{place}.last", words, "改正日期，或分成几条写")
            return
        for n in range((last - first).days + 1):
            day = first + n * _DAY
            if day in self.local:
                self.fault(f"{place}.first", f"{day} 写了两次", "只留一处")
            self.local[day] = name
            self.findings += _doubts(day, place, calendar)

    def fault(self, place: str, reason: str, todo: str = "") -> None:
        """Note what is wrong."""
        self.findings.append(_finding(Level.ERROR, place, reason, todo))

    def _day(self, row: Document, place: str, key: str) -> date | None:
        try:
            return read_date(str(row.get(key) or ""))
        except ValueError:
            self.fault(f"{place}.{key}", "不是日期", "写作 2026-04-19")
            return None


def _doubts(day: date, place: str, calendar: Calendar) -> Iterator[Finding]:
    at = f"{place}.first"
    plain = Calendar(years=calendar.years, off=calendar.off, work=calendar.work).day(day)
    if day in calendar.work:
        words = f"{day} 国家安排{plain.name}，写成放假就不上班"
        yield _finding(Level.WARNING, at, words, "确认本县那天真的放假")
    elif not plain.works:
        yield _finding(Level.HINT, at, f"{day} 本来就不上班（{plain.name}）", "可以不写")
    if not plain.known:
        yield _finding(Level.HINT, at, f"{day.year} 年的放假安排还没有公布", "公布后再核对一次")


def _finding(level: Level, place: str, reason: str, todo: str) -> Finding:
    return Finding(
        code="item.calendar", level=level, item="", place=place, reason=reason, todo=todo
    )


def day_words(calendar: Calendar, day: date) -> tuple[str, str]:
    """What a calendar says of a day: 休 or 班, and of what; empty on plain working days."""
    found = calendar.day(day, guess_off=True)
    name = "" if found.name == weekday(day) else found.name
    if not found.works:
        return "休", name
    return ("班", name) if name else ("", "")


def changed_days(old: Mapping[date, str], new: Mapping[date, str]) -> Sequence[date]:
    """The days of which the county says something else now."""
    return sorted(day for day in old.keys() | new.keys() if old.get(day) != new.get(day))


WORDS = tuple(LABELS.values())
"""What is translated beside the templates."""
