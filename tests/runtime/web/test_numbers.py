"""Whatever stands in an address, it is a number of the wanted range or none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.web.numbers import MAX_WHOLE, whole_number


@given(st.integers(min_value=0, max_value=MAX_WHOLE), st.integers(min_value=0, max_value=9))
def test_a_number_is_read_with_and_without_zeros_before_it(number: int, zeros: int) -> None:
    assert whole_number("0" * zeros + str(number)) == number


def test_the_most_is_taken_and_one_more_is_not() -> None:
    assert whole_number("200", most=200) == 200
    assert whole_number("201", most=200) is None
    assert whole_number(str(MAX_WHOLE)) == MAX_WHOLE
    assert whole_number(str(MAX_WHOLE + 1)) is None


@pytest.mark.parametrize("text", ["", "-1", "+1", " 1", "1 ", "1.0", "1e3", "１", "²", "9" * 5000])
def test_what_is_no_number_is_none(text: str) -> None:
    assert whole_number(text) is None
