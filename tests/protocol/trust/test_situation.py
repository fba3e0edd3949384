"""Ten digits say how a station is; what was misheard is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors.desk import SituationCodeError
from protocol.trust.reports.situation import (
    Line,
    Situation,
    Standing,
    Trouble,
    read_situation,
    situation,
)

situations = st.builds(
    Situation,
    troubles=st.frozensets(st.sampled_from(Trouble)),
    standing=st.sampled_from(Standing),
    line=st.sampled_from(Line),
    waiting=st.integers(0, 15),
    oldest_days=st.integers(0, 15),
)
WELL = situation(
    troubles=frozenset(), standing=Standing.ACTIVE, line=Line.RECENT, waiting=0, oldest_s=0
)


@given(situations)
def test_whoever_decodes_it_knows_what_was_read_out(found: Situation) -> None:
    code = found.code()
    assert len(code.replace("-", "")) == 10
    assert read_situation(code) == read_situation(code.replace("-", " ")) == found


@given(situations, st.integers(0, 9), st.integers(1, 9))
def test_every_digit_that_was_misheard_is_noticed(found: Situation, at: int, off: int) -> None:
    digits = found.code().replace("-", "")
    misheard = f"{digits[:at]}{(int(digits[at]) + off) % 10}{digits[at + 1 :]}"
    with pytest.raises(SituationCodeError):
        read_situation(misheard)


@pytest.mark.parametrize("typed", ["", "1", "二" * 10, WELL.code() + "0", "2000000000"])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(SituationCodeError):
        read_situation(typed)


def test_a_standing_that_is_not_known_is_of_a_newer_program() -> None:
    number = 7 << 10  # no seventh standing yet
    digits = f"1{number:07d}"
    with pytest.raises(SituationCodeError):
        read_situation(f"{digits}{98 - int(digits) * 100 % 97:02d}")


def test_numbers_are_told_in_steps() -> None:
    for waiting, at_least in ((0, 0), (1, 1), (2, 2), (3, 2), (100, 64), (10**9, 16_384)):
        found = situation(
            troubles=frozenset(),
            standing=Standing.ACTIVE,
            line=Line.AWAY,
            waiting=waiting,
            oldest_s=86_400 * 3 + 5,
        )
        assert (found.at_least, found.oldest_days) == (at_least, 3)
