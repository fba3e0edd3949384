"""Market days on the board: the catalogue's, with what still lies here, and nothing of anybody."""

import json
from dataclasses import replace
from datetime import date

import pytest

from central.hub.board.figures import Heap, Station
from central.hub.board.market import markets
from protocol.catalogue.items.names import MARKETS as MARKETS_ENTRY

MONDAY = date(2026, 9, 21)
RULES = {"451423103": [{"cal": "week", "days": [1, 4]}], "451423104": [{"cal": "moon"}]}
ENTRIES = {MARKETS_ENTRY: json.dumps(RULES).encode()}
VILLAGE = Station(
    node="a" * 16,
    name="独山村",
    code="451423103201",
    state="active",
    is_hub=False,
    guest=False,
    met=True,
    heard_s=60.0,
    for_it=Heap(),
    from_it=Heap(items=3, bytes=700, age_s=90.0),
    share=1,
)
NAMES = {"451423103": "水口镇便民服务中心"}


def test_a_market_that_is_today_stands_first_with_what_lies_here() -> None:
    other = replace(VILLAGE, node="b" * 16, from_it=Heap(items=2, bytes=300, age_s=900.0))
    (place,) = markets(ENTRIES, [VILLAGE, other], NAMES, MONDAY)
    assert (place.name, place.is_today, place.stations) == (NAMES["451423103"], True, 2)
    assert [str(day) for day in place.days] == ["2026-09-21", "2026-09-24", "2026-09-28"]
    assert place.here == Heap(items=5, bytes=1000, age_s=900.0)


@pytest.mark.parametrize(
    ("stations", "entries"),
    [
        ([VILLAGE], {}),
        ([], ENTRIES),
        ([replace(VILLAGE, guest=True)], ENTRIES),
        ([replace(VILLAGE, is_hub=True)], ENTRIES),
        ([replace(VILLAGE, code="451423104201")], ENTRIES),  # a rule of a newer program
    ],
)
def test_where_no_market_is_known_there_is_none(
    stations: list[Station], entries: dict[str, bytes]
) -> None:
    assert markets(entries, stations, NAMES, MONDAY) == []
