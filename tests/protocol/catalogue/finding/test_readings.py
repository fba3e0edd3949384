"""The table of readings: written and read again, and the ways to read a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.catalogue.finding.readings import (
    MAX_WAYS,
    read_readings,
    readings_entry,
    ways,
)

_SYLLABLES = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=6)
_TABLES = st.dictionaries(
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
    st.lists(_SYLLABLES, min_size=1, max_size=3, unique=True).map(tuple),
)


@given(_TABLES)
def test_what_was_written_is_read(table: dict[str, tuple[str, ...]]) -> None:
    read = read_readings(readings_entry(table))
    assert {char: set(one) for char, one in read.items()} == {c: set(o) for c, o in table.items()}
    assert {char: one[0] for char, one in read.items()} == {c: o[0] for c, o in table.items()}


def test_without_a_table_nothing_is_known() -> None:
    assert read_readings(b"{}") == {}
    assert read_readings(b'{"syllables": [1]}') == {}  # as a newer program may write it


def test_one_more_character_changes_few_bytes() -> None:
    before = readings_entry({"低": ("di",), "保": ("bao",)})
    after = readings_entry({"低": ("di",), "保": ("bao",), "堡": ("bao", "pu")})
    assert before == '{"first":"","syllables":{"bao":"保","di":"低"}}'.encode()
    assert after == '{"first":"堡bao","syllables":{"bao":"保堡","di":"低","pu":"堡"}}'.encode()


def test_a_name_is_read_in_every_way_the_usual_one_first() -> None:
    table = {"长": ("chang", "zhang"), "行": ("xing", "hang")}
    assert list(ways("长行x", table)) == [
        ("chang", "xing", "x"),
        ("chang", "hang", "x"),
        ("zhang", "xing", "x"),
        ("zhang", "hang", "x"),
    ]


@pytest.mark.parametrize(("chars", "number"), [(3, 8), (4, 8), (30, 8), (0, 1)])
def test_a_name_is_read_in_eight_ways_at_most(chars: int, number: int) -> None:
    assert len(list(ways("长" * chars, {"长": ("chang", "zhang")}))) == number <= MAX_WAYS
