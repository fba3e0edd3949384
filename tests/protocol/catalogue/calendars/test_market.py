"""Market days in every kind that counties publish."""

from datetime import date, timedelta
from typing import Any

import pytest

from protocol.catalogue.calendars.market import branch_of, day_words, market_days, read_market
from protocol.catalogue.fields import faults_of
from protocol.errors import CatalogueError

DECEMBER = date(2026, 12, 1)
VECTORS: list[tuple[dict[str, Any], str, list[int]]] = [
    ({"cal": "lunar", "tail": [3, 6, 9]}, "农历逢3、6、9", [1, 4, 7, 11, 14, 17, 21, 24, 27, 31]),
    ({"cal": "lunar", "tail": [1, 4, 7]}, "农历逢1、4、7", [2, 5, 9, 12, 15, 19, 22, 25, 29]),
    ({"cal": "lunar", "tail": [5, 10]}, "农历逢5、10", [3, 8, 13, 18, 23, 28]),
    ({"cal": "solar", "tail": [3, 8]}, "公历逢3、8", [3, 8, 13, 18, 23, 28]),
    ({"cal": "branch", "in": "辰戌"}, "逢辰戌日", [2, 8, 14, 20, 26]),
    ({"cal": "branch", "in": "丑巳酉"}, "逢丑巳酉日", [1, 5, 9, 13, 17, 21, 25, 29]),
    ({"cal": "week", "days": [3, 6]}, "每周三、六", [2, 5, 9, 12, 16, 19, 23, 26, 30]),
    ({"cal": "solar", "parity": 1}, "公历单日", list(range(1, 32, 2))),
    ({"cal": "daily"}, "天天", list(range(1, 32))),
    ({"cal": "cycle", "n": 3, "anchor": "2026-01-02"}, "每3日一次", list(range(1, 32, 3))),
    ({"cal": "dates", "dates": ["2026-12-24"]}, "按公布的日期，公布到2026-12-24", [24]),
    ({"cal": "dates", "dates": []}, "未知", []),
]


@pytest.mark.parametrize(("rule", "words", "days"), VECTORS)
def test_the_markets_of_december_2026(rule: dict[str, Any], words: str, days: list[int]) -> None:
    market = read_market(rule, "town")
    assert market.words.startswith(words)
    assert [day.day for day in market_days(market, DECEMBER, 31)] == days


def test_a_short_month_drops_its_thirtieth_or_moves_it_to_the_last_day() -> None:
    """The twelfth lunar month, from 8 January 2027 on, has 29 days."""
    start, days = date(2027, 1, 8), 29
    drops = read_market({"cal": "lunar", "tail": [5, 10]}, "town")
    moves = read_market({"cal": "lunar", "tail": [10, 5], "short_month": "last_day"}, "town")
    assert [day.day for day in market_days(drops, start, days)] == [12, 17, 22, 27, 1]
    assert [day.day for day in market_days(moves, start, days)] == [12, 17, 22, 27, 1, 5]


def test_a_short_month_moves_nothing_where_no_thirtieth_is_kept() -> None:
    moves = read_market({"cal": "lunar", "tail": [3, 8], "short_month": "last_day"}, "town")
    found = [day.day for day in market_days(moves, date(2027, 1, 8), 29)]
    assert found == [10, 15, 20, 25, 30, 4]


def test_as_many_dates_as_may_stand_in_a_list_are_taken() -> None:
    days = [(DECEMBER + timedelta(n)).isoformat() for n in range(400)]
    market = read_market({"cal": "dates", "dates": days}, "town")
    assert len(market_days(market, DECEMBER, 500)) == 400


def test_lunar_even_days() -> None:
    market = read_market({"cal": "lunar", "parity": 0}, "town")
    assert [day.day for day in market_days(market, date(2026, 12, 9), 4)] == [10, 12]


def test_branches_follow_each_other_and_are_named() -> None:
    day = date(2026, 12, 2)
    assert [branch_of(day + timedelta(n)) for n in range(3)] == ["戌", "亥", "子"]
    assert day_words(day) == "周三，农历10月24日，戌（狗）日"


def test_every_fault_of_a_rule_is_named_at_once() -> None:
    lunar = {"cal": "lunar", "tail": [11], "short_month": "first", "often": 1}
    cycle = {"cal": "cycle", "n": 0, "anchor": "今天"}
    dates = {"cal": "dates", "dates": ["2026-13-01", "2026-12-01", 3]}
    found = []
    for rule in (lunar, cycle, dates):
        with pytest.raises(CatalogueError) as caught:
            read_market(rule, "m")
        found.append([place for place, _ in faults_of(caught.value, "m")])
    assert found == [
        ["m", "m.tail", "m.short_month"],
        ["m.n", "m.anchor"],
        ["m.dates[0]", "m.dates[2]"],
    ]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ([], "应是带 cal"),
        ({"cal": "moon"}, "cal: 只能是"),
        ({"cal": "solar"}, ".tail: "),
        ({"cal": "solar", "tail": [11]}, "0 到 10"),
        ({"cal": "solar", "tail": []}, ".tail: "),
        ({"cal": "solar", "tail": [True]}, ".tail: "),
        ({"cal": "solar", "tail": [1], "parity": 1}, "只能写一个"),
        ({"cal": "lunar", "tail": [1], "short_month": "first"}, "drop、last_day"),
        ({"cal": "week", "days": [0]}, "1 到 7"),
        ({"cal": "branch", "in": "辰猫"}, ".in: "),
        ({"cal": "cycle", "n": 0, "anchor": "2026-01-02"}, "1 到 60"),
        ({"cal": "cycle", "n": 61, "anchor": "2026-01-02"}, "1 到 60"),
        ({"cal": "cycle", "n": 3, "anchor": "今天"}, "日期写作"),
        ({"cal": "cycle", "n": 3, "anchor": "20260102"}, "日期写作"),
        ({"cal": "dates", "dates": ["2026-13-01"]}, "日期写作"),
        ({"cal": "dates", "dates": ["2026-W05-1"]}, "日期写作"),
        ({"cal": "dates", "dates": ["2026-12-01"] * 401}, "至多 400"),
        ({"cal": "daily", "often": 2}, "没有“often”"),
    ],
)
def test_a_rule_that_is_none_is_refused_by_its_place(rule: object, words: str) -> None:
    with pytest.raises(CatalogueError, match=r"market_days\.451423101") as caught:
        read_market(rule, "market_days.451423101")
    assert words in str(caught.value)
