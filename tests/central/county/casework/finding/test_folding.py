"""Names as they are compared: what parts them and how they were typed does not count."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.county.casework.finding.folding import folded, pieces, plain_name

RARE = [chr(at) for at in (0x20BB7, 0x2A700, 0x2B740, 0x2B820, 0x2CEB0, 0x30000, 0x31350, 0x2EBF0)]


@pytest.mark.parametrize("dot", "·・･‧•⋅．.-")
def test_however_a_name_is_parted_it_is_one(dot: str) -> None:
    assert folded(f"买买提{dot}艾山") == folded("买买提 艾山") == "买买提艾山"


@pytest.mark.parametrize("char", RARE)
def test_rare_characters_are_characters_as_all_others(char: str) -> None:
    assert plain_name(f"韦{char}") == f"韦{char}"
    assert pieces(folded(f"韦{char}")) == {"韦", char, f"韦{char}"}


def test_how_it_was_composed_and_typed_does_not_count() -> None:
    assert folded(unicodedata.normalize("NFD", "Nông Văn Đạt")) == folded("nông văn đạt")
    assert folded("ＷＡＮＧ") == "wang"
    assert folded("\uf9dc") == folded("隆")  # a compatibility ideograph


@given(st.text(max_size=120), st.integers(0, 100), st.integers(1, 5))
def test_whatever_stands_in_a_name_is_found_by_a_piece_of_it(
    text: str, start: int, length: int
) -> None:
    name = folded(text)
    part = name[start : start + length]
    assert folded(name) == name
    if part:
        assert part[:2] in pieces(name)
