"""Where each kind of cell ends: exactly the limit goes in, one more is left for the last column."""

import pytest

from central.county.catalogue.exchange.cells import (
    MAX_CELL_CHARS,
    CellError,
    Choice,
    Code,
    Lines,
    Text,
    Whole,
    unguarded,
)


@pytest.mark.parametrize("first", ["字", "="])
def test_a_text_fills_a_cell_with_its_guard_and_no_more(first: str) -> None:
    longest = first + "字" * (MAX_CELL_CHARS - 2)
    shown = Text().show(longest)
    assert shown is not None
    assert len(shown) <= MAX_CELL_CHARS
    assert unguarded(shown) == longest
    assert Text().show(longest + "字") is None
    assert Lines(Text()).show([longest + "字"]) is None


@pytest.mark.parametrize(("cell", "words"), [(10**11 - 1, "前面的 0"), (10**11, "末尾")])
def test_a_code_that_became_a_number_has_lost_its_beginning_or_its_end(
    cell: int, words: str
) -> None:
    with pytest.raises(CellError, match=words):
        Code().read(cell)


def test_a_whole_number_has_nine_digits() -> None:
    assert Whole().show(10**9 - 1) == "999999999"
    assert Whole().read("999999999") == 10**9 - 1
    for value in (10**9, -1, True, 1.0):
        assert Whole().show(value) is None
    with pytest.raises(CellError):
        Whole().read("1000000000")


def test_a_choice_is_read_without_its_leading_zero() -> None:
    kind = Choice({"01": "行政许可", "10": "其他"})
    assert [kind.read(cell) for cell in ("1", 1.0, "01 行政许可", "行政许可", "10", "2")] == [
        *["01"] * 4,
        "10",
        "2",
    ]
