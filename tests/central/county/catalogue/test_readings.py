"""Readings by pypinyin: of what stands in names, in the words of the language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.county.catalogue.readings import readings_of, with_readings
from protocol.catalogue.finding.index import index_of
from protocol.catalogue.finding.readings import FIND, read_readings
from protocol.catalogue.finding.search import search
from protocol.catalogue.items.entries import catalogue_entries
from tests.central.county.catalogue.conftest import LONGZHOU


@pytest.mark.parametrize(
    ("char", "syllables"),
    [
        ("重", {"zhong", "chong"}),
        ("长", {"chang", "zhang"}),
        ("行", {"xing", "hang"}),
        ("保", {"bao"}),
        ("率", {"lv", "shuai"}),
        ("女", {"nv"}),
    ],
)
def test_a_character_is_read_in_each_way_that_many_words_have(
    char: str, syllables: set[str]
) -> None:
    assert syllables == set(readings_of([char])[char])


def test_the_word_around_it_decides_which_way_comes_first() -> None:
    assert readings_of(["银行"])["行"][0] == "hang"
    assert readings_of(["行政"])["行"][0] == "xing"
    assert readings_of(["重度残疾"])["重"][0] == "zhong"


@given(st.text(max_size=30))
def test_any_text_can_be_read(text: str) -> None:
    for char, syllables in readings_of([text]).items():
        assert char in text
        assert syllables
        assert all(one.isascii() and one.isalpha() and one.islower() for one in syllables)


def test_the_table_has_every_character_of_names_aliases_and_departments_and_is_small() -> None:
    entries = catalogue_entries((LONGZHOU / "catalogue.json").read_bytes())
    made = with_readings(entries)
    assert {code: entry for code, entry in made.items() if code != FIND} == entries
    read = read_readings(made[FIND])
    items = index_of(entries).items
    chars = {char for one in items for text in (one.name, one.department) for char in text}
    assert {char for char in chars if "\u4e00" <= char <= "\u9fff"} <= read.keys()
    assert len(made[FIND]) < 8192


def test_a_table_that_is_made_again_is_the_same() -> None:
    entries = catalogue_entries((LONGZHOU / "catalogue.json").read_bytes())
    made = with_readings(entries)
    assert with_readings(made) == made


def test_every_item_of_the_sample_county_is_found_by_its_initials() -> None:
    made = with_readings(catalogue_entries((LONGZHOU / "catalogue.json").read_bytes()))
    index = index_of(made)
    for one in index.items:
        letters = "".join(index.readings[char][0][0] for char in one.name if char in index.readings)
        if letters and all(char in index.readings for char in one.name[: len(letters)]):
            assert one.item in [hit.named.item for hit in search(index, letters[:6]).hits]
