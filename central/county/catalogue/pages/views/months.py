"""A month as a grid: which days are worked and why not, lunar days, and where the markets are.

Source: docs/calendars.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from central.county.catalogue.pages.values import listed, parsed
from protocol.catalogue.calendars.lunar import FIRST, LAST, lunar_day
from protocol.catalogue.calendars.market import Market, read_market
from protocol.catalogue.calendars.workdays import Calendar
from protocol.catalogue.items.names import MARKETS
from protocol.errors import CatalogueError

FIRST_YEAR, LAST_YEAR = 1901, 2099  # every month of these has lunar days
_WEEK = 7
_DAYS = ("初", "十", "廿", "卅")
_NUMBERS = "一二三四五六七八九十"
_MONTHS = "正二三四五六七八九十冬腊"
_OFFICES = ("便民服务中心", "政务服务中心", "为民服务中心", "服务中心")
_WHOLE_TEN = {10: "初十", 20: "二十", 30: "三十"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One day of the grid."""

    date: date
    inside: bool  # of the month, and not of the one before or behind
    works: bool
    name: str  # of the holiday, or of what is made up for; empty on plain days
    known: bool  # the holidays of its year are there
    lunar: str
    markets: Sequence[str]  # where; of days outside of the month none are told


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A township or village that holds markets."""

    code: str
    name: str
    rules: Sequence[Market]

    def holds(self, day: date) -> bool:
        """Whether there is a market on ``day``."""
        return any(rule.holds(day) for rule in self.rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """Whole weeks, from a Monday on."""

    first: date
    weeks: Sequence[Sequence[Cell]]

    @property
    def before(self) -> str:
        """The month before, as an address writes it; empty: there is none."""
        found = self.first - timedelta(1)
        return f"{found:%Y-%m}" if found.year >= FIRST_YEAR else ""

    @property
    def behind(self) -> str:
        """The month behind it."""
        found = (self.first + timedelta(31)).replace(day=1)
        return f"{found:%Y-%m}" if found.year <= LAST_YEAR else ""


def month_of(first: date, calendar: Calendar, places: Sequence[Place]) -> Month:
    """The month that begins on ``first``."""
    start = first - timedelta(first.weekday())
    end = (first + timedelta(31)).replace(day=1)
    weeks = -(-(end - start).days // _WEEK)
    days = [start + timedelta(n) for n in range(weeks * _WEEK)]
    cells = [_cell(day, first, calendar, places) for day in days]
    return Month(first=first, weeks=[cells[at : at + _WEEK] for at in range(0, len(cells), _WEEK)])


def places_of(entries: Mapping[str, bytes], names: Mapping[str, str]) -> list[Place]:
    """Everybody who holds markets by a release, by division code.

    Args:
        names: of townships and villages, by division code.
    """
    table = parsed(entries.get(MARKETS))
    found = []
    for code in sorted(table):
        try:
            rules = [read_market(one, code) for one in listed(table, code)]
        except CatalogueError:  # of a newer program
            continue
        found.append(Place(code=code, name=short_name(names.get(code, code)), rules=rules))
    return found


def lunar_words(day: date) -> str:
    """What a wall calendar prints: 初一 to 三十, and on the first day its month: 十月."""
    if not FIRST <= day <= LAST:
        return ""
    lunar = lunar_day(day)
    if lunar.day == 1:
        return f"{'闰' if lunar.leap else ''}{_MONTHS[lunar.month - 1]}月"
    if lunar.day in _WHOLE_TEN:
        return _WHOLE_TEN[lunar.day]
    return _DAYS[lunar.day // 10] + _NUMBERS[lunar.day % 10 - 1]


def _cell(day: date, first: date, calendar: Calendar, places: Sequence[Place]) -> Cell:
    found = calendar.day(day, guess_off=True)
    inside = (day.year, day.month) == (first.year, first.month)
    weekend = found.name in ("周六", "周日")
    return Cell(
        date=day,
        inside=inside,
        works=found.works,
        name="" if weekend else found.name,
        known=found.known,
        lunar=lunar_words(day),
        markets=[one.name for one in places if inside and one.holds(day)],
    )


def short_name(name: str) -> str:
    """A place by its own name, without that of its office."""
    for office in _OFFICES:
        if name.endswith(office) and name != office:
            return name.removesuffix(office)
    return name
