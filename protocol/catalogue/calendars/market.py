"""Market days: on which days a township holds its market.

Source: docs/calendars.md (the kinds, with examples of each).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from protocol.catalogue.calendars.dates import written_date
from protocol.catalogue.calendars.lunar import lunar_day
from protocol.catalogue.calendars.workdays import weekday
from protocol.catalogue.fields import Fields, fields_of, list_of
from protocol.errors import CatalogueError

BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ANIMALS = "鼠牛虎兔龙蛇马羊猴鸡狗猪"
_MAX_CYCLE, _MAX_DATES = 60, 400
_Test = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Market:
    """The market days of one township."""

    words: str  # the rule in Chinese
    holds: _Test  # whether there is a market on a day


def market_days(market: Market, start: date, days: int) -> list[date]:
    """The market days among ``days`` days from ``start`` on.

    Raises:
        ValueError: a lunar rule, and a day that the table does not know.
    """
    every = (start + timedelta(n) for n in range(days))
    return [day for day in every if market.holds(day)]


def day_words(day: date) -> str:
    """What people call ``day``: weekday, lunar day and branch."""
    lunar, branch = lunar_day(day), branch_of(day)
    month = f"{'闰' if lunar.leap else ''}{lunar.month}"
    animal = _ANIMALS[BRANCHES.index(branch)]
    return f"{weekday(day)}，农历{month}月{lunar.day}日，{branch}（{animal}）日"


def branch_of(day: date) -> str:
    """The earthly branch of ``day``; twelve follow each other without end."""
    return BRANCHES[(day.toordinal() + 2) % 12]


def read_market(raw: object, place: str) -> Market:
    """A rule as a catalogue file writes it (docs/calendars.md).

    Raises:
        CatalogueError: it is none; the message names the place.
    """
    if not isinstance(raw, dict) or not isinstance(raw.get("cal"), str):
        raise CatalogueError(f"{place}: 应是带 cal 的一组栏目：{{ … }}")
    kind = _KINDS.get(raw["cal"])
    if kind is None:
        raise CatalogueError(f"{place}.cal: 只能是 {'、'.join(sorted(_KINDS))}")
    read, must, may = kind
    with fields_of(raw, place, must | {"cal"}, may) as fields:
        return read(fields)


def _solar(fields: Fields) -> Market:
    if "parity" in fields.raw:
        odd = _parity(fields)
        return Market(f"公历{'单' if odd else '双'}日", lambda day: day.day % 2 == odd)
    tails = _tails(fields)
    return Market(f"公历逢{_listed(tails)}", lambda day: day.day % 10 in tails)


def _lunar(fields: Fields) -> Market:
    if "parity" in fields.raw:
        odd = _parity(fields)
        words = f"农历{'单' if odd else '双'}日"
        return Market(words, lambda day: lunar_day(day).day % 2 == odd)
    tails, short = _tails(fields), fields.raw.get("short_month", "drop")
    if short not in ("drop", "last_day"):
        fields.add(f"{fields.place}.short_month", "只能是 drop、last_day")
    moves = short == "last_day" and 0 in tails

    def holds(day: date) -> bool:
        lunar = lunar_day(day)
        return lunar.day % 10 in tails or (moves and lunar.day == lunar.month_days)

    return Market(f"农历逢{_listed(tails)}" + ("，小月改在廿九" if moves else ""), holds)


def _week(fields: Fields) -> Market:
    days = fields.field("days", _numbers, 1, 7) or frozenset()
    words = "、".join("一二三四五六日"[n - 1] for n in sorted(days))
    return Market(f"每周{words}", lambda day: day.isoweekday() in days)


def _daily(_: Fields) -> Market:
    return Market("天天", lambda _day: True)


def _branch(fields: Fields) -> Market:
    among = fields.field("in", _branches)
    return Market(f"逢{among}日", lambda day: branch_of(day) in among)


def _branches(raw: object, place: str) -> str:
    if not isinstance(raw, str) or not raw or set(raw) - set(BRANCHES):
        raise CatalogueError(f"{place}: 应是 {BRANCHES} 中的一个或几个字")
    return raw


def _cycle(fields: Fields) -> Market:
    n, anchor = fields.field("n", _number, 1, _MAX_CYCLE), fields.field("anchor", _date)
    return Market(f"每{n}日一次（{anchor}起）", lambda day: (day - anchor).days % n == 0)


def _dates(fields: Fields) -> Market:
    words = f"应是至多 {_MAX_DATES} 个日期的列表"
    days = frozenset(fields.field("dates", list_of, _date, most=_MAX_DATES, words=words) or ())
    words = f"按公布的日期，公布到{max(days)}" if days else "未知"
    return Market(words, lambda day: day in days)


_TAILS = {"tail", "parity"}
_KINDS: dict[str, tuple[Callable[[Fields], Market], set[str], set[str]]] = {
    # what reads it, what it must have, and may
    "solar": (_solar, set(), _TAILS),
    "lunar": (_lunar, set(), {*_TAILS, "short_month"}),
    "week": (_week, {"days"}, set()),
    "daily": (_daily, set(), set()),
    "branch": (_branch, {"in"}, set()),
    "cycle": (_cycle, {"n", "anchor"}, set()),
    "dates": (_dates, {"dates"}, set()),
}


def _tails(fields: Fields) -> frozenset[int]:
    """Last digits; 10 means 0, as people say 逢五、十."""
    found = fields.read(_numbers, fields.raw.get("tail"), f"{fields.place}.tail", 0, 10)
    return frozenset(n % 10 for n in found or ())


def _listed(tails: frozenset[int]) -> str:
    return "、".join(str(n) for n in sorted(n or 10 for n in tails))


def _parity(fields: Fields) -> int:
    if "tail" in fields.raw:
        fields.add(fields.place, "tail 和 parity 只能写一个")
    return fields.field("parity", _number, 0, 1)


def _number(raw: object, place: str, least: int, most: int) -> int:
    (number,) = _numbers([raw], place, least, most)
    return number


def _numbers(raw: object, place: str, least: int, most: int) -> frozenset[int]:
    numbers = raw if isinstance(raw, list) else []
    if not numbers or not all(type(n) is int and least <= n <= most for n in numbers):
        raise CatalogueError(f"{place}: 应是 {least} 到 {most} 的整数")
    return frozenset(numbers)


def _date(raw: object, place: str) -> date:
    try:
        return written_date(raw)
    except ValueError:
        raise CatalogueError(f"{place}: 日期写作 2026-01-02") from None
