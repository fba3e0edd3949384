"""Market days: on which days a township holds its market.

Source: docs/calendars.md (the kinds, with examples of each).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from protocol.catalogue.calendars.dates import written_date
from protocol.catalogue.calendars.lunar import lunar_day
from protocol.catalogue.calendars.workdays import weekday
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
    read, keys = kind
    if more := raw.keys() - keys - {"cal"}:
        raise CatalogueError(f"{place}: 这里没有“{min(map(str, more))[:40]}”这一项")
    return read(raw, place)


def _solar(raw: Mapping[str, object], place: str) -> Market:
    if "parity" in raw:
        odd = _parity(raw, place)
        return Market(f"公历{'单' if odd else '双'}日", lambda day: day.day % 2 == odd)
    tails = _tails(raw, place)
    words = f"公历逢{_listed(tails)}"
    return Market(words, lambda day: day.day % 10 in tails)


def _lunar(raw: Mapping[str, object], place: str) -> Market:
    if "parity" in raw:
        odd = _parity(raw, place)
        words = f"农历{'单' if odd else '双'}日"
        return Market(words, lambda day: lunar_day(day).day % 2 == odd)
    tails, short = _tails(raw, place), raw.get("short_month", "drop")
    if short not in ("drop", "last_day"):
        raise CatalogueError(f"{place}.short_month: 只能是 drop、last_day")
    moves = short == "last_day" and 0 in tails

    def holds(day: date) -> bool:
        lunar = lunar_day(day)
        return lunar.day % 10 in tails or (moves and lunar.day == lunar.month_days)

    return Market(f"农历逢{_listed(tails)}" + ("，小月改在廿九" if moves else ""), holds)


def _week(raw: Mapping[str, object], place: str) -> Market:
    days = _numbers(raw.get("days"), f"{place}.days", 1, 7)
    words = "、".join("一二三四五六日"[n - 1] for n in sorted(days))
    return Market(f"每周{words}", lambda day: day.isoweekday() in days)


def _daily(_raw: Mapping[str, object], _place: str) -> Market:
    return Market("天天", lambda _day: True)


def _branch(raw: Mapping[str, object], place: str) -> Market:
    among = raw.get("in")
    if not isinstance(among, str) or not among or set(among) - set(BRANCHES):
        raise CatalogueError(f"{place}.in: 应是 {BRANCHES} 中的一个或几个字")
    return Market(f"逢{among}日", lambda day: branch_of(day) in among)


def _cycle(raw: Mapping[str, object], place: str) -> Market:
    (n,) = _numbers([raw.get("n")], f"{place}.n", 1, _MAX_CYCLE)
    anchor = _date(raw.get("anchor"), f"{place}.anchor")
    return Market(f"每{n}日一次（{anchor}起）", lambda day: (day - anchor).days % n == 0)


def _dates(raw: Mapping[str, object], place: str) -> Market:
    dates = raw.get("dates")
    if not isinstance(dates, list) or len(dates) > _MAX_DATES:
        raise CatalogueError(f"{place}.dates: 应是至多 {_MAX_DATES} 个日期的列表")
    days = frozenset(_date(one, f"{place}.dates") for one in dates)
    words = f"按公布的日期，公布到{max(days)}" if days else "未知"
    return Market(words, lambda day: day in days)


_KINDS: dict[str, tuple[Callable[[Mapping[str, object], str], Market], set[str]]] = {
    "solar": (_solar, {"tail", "parity"}),
    "lunar": (_lunar, {"tail", "parity", "short_month"}),
    "week": (_week, {"days"}),
    "daily": (_daily, set()),
    "branch": (_branch, {"in"}),
    "cycle": (_cycle, {"n", "anchor"}),
    "dates": (_dates, {"dates"}),
}


def _tails(raw: Mapping[str, object], place: str) -> frozenset[int]:
    """Last digits; 10 means 0, as people say 逢五、十."""
    return frozenset(n % 10 for n in _numbers(raw.get("tail"), f"{place}.tail", 0, 10))


def _listed(tails: frozenset[int]) -> str:
    return "、".join(str(n) for n in sorted(n or 10 for n in tails))


def _parity(raw: Mapping[str, object], place: str) -> int:
    (parity,) = _numbers([raw["parity"]], f"{place}.parity", 0, 1)
    if "tail" in raw:
        raise CatalogueError(f"{place}: tail 和 parity 只能写一个")
    return parity


def _numbers(raw: object, what: str, least: int, most: int) -> frozenset[int]:
    numbers = raw if isinstance(raw, list) else []
    if not numbers or not all(type(n) is int and least <= n <= most for n in numbers):
        raise CatalogueError(f"{what}: 应是 {least} 到 {most} 的整数")
    return frozenset(numbers)


def _date(raw: object, what: str) -> date:
    try:
        return written_date(raw)
    except ValueError:
        raise CatalogueError(f"{what}: 日期写作 2026-01-02") from None
