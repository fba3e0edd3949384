"""A number is read as it was written, and no slip of the pen makes another one of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors.numbers import NumberWrongError
from protocol.limits import MAX_NUMBER_CHARS
from protocol.numbers.number import (
    LIFE_SERIALS,
    LIVES,
    Number,
    NumberKind,
    Series,
    first_serial,
    start_digits,
)

SERIES = Series(issuer="451423", kind=NumberKind.CASE, year=2026)
NUMBER = Number(series=SERIES, serial=41_000_017, start="482915")
TEXT = NUMBER.text

numbers = st.builds(
    Number,
    series=st.builds(
        Series,
        issuer=st.from_regex(r"[1-9][0-9]{5,11}", fullmatch=True).map(str),
        kind=st.sampled_from(NumberKind),
        year=st.integers(2000, 2999),
    ),
    serial=st.integers(1, LIVES * LIFE_SERIALS - 1),
    start=st.integers(0, 999_999).map("{:06d}".format),
)


def test_how_a_number_looks() -> None:
    assert "451423-2026-1-041000017-482915-" + TEXT[-2:] == TEXT
    assert int(TEXT.replace("-", "")) % 97 == 1  # ISO 7064 MOD 97-10


@given(numbers)
def test_every_number_is_read_as_it_was_written(number: Number) -> None:
    assert Number.read(number.text) == number
    assert len(number.text) <= MAX_NUMBER_CHARS


@given(numbers, st.data())
def test_one_wrong_digit_or_two_that_changed_places_are_noticed(
    number: Number, data: st.DataObject
) -> None:
    digits = number.text.replace("-", "")
    at = data.draw(st.integers(0, len(digits) - 1))
    other = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != digits[at]))
    with pytest.raises(NumberWrongError):
        Number.read(digits[:at] + other + digits[at + 1 :])
    pairs = [n for n in range(len(digits) - 1) if digits[n] != digits[n + 1]]
    if pairs:
        at = data.draw(st.sampled_from(pairs))
        swapped = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
        with pytest.raises(NumberWrongError):
            Number.read(swapped)


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("-", ""),
        TEXT.replace("-", " "),
        TEXT.replace("-", "—"),
        f"  {TEXT} ",
        TEXT.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)}),
    ],
)
def test_a_number_is_read_however_it_is_typed(text: str) -> None:
    assert Number.read(text) == NUMBER


@pytest.mark.parametrize(
    "text", ["", "1", TEXT[:-1], TEXT + "0", TEXT.replace("2026-1", "2026-3"), "9" * 5000, "办件"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(NumberWrongError):
        Number.read(text)


def test_two_starts_give_different_numbers() -> None:
    first, second = start_digits(b"\0" * 7 + b"\1"), start_digits(b"\0" * 7 + b"\2")
    assert (first, second) == ("000001", "000002")
    assert start_digits(b"\xff" * 8) == f"{(2**64 - 1) % 1_000_000:06d}"


def test_each_life_of_a_county_has_serials_of_its_own() -> None:
    assert first_serial(0) == 0
    assert first_serial(41) == 41_000_000
    assert first_serial(LIVES - 1) + LIFE_SERIALS - 1 == 999_999_999  # nine digits


def test_a_number_may_be_written_twice_as_long_and_no_longer() -> None:
    assert Number.read(TEXT + " " * (2 * MAX_NUMBER_CHARS - len(TEXT))) == NUMBER
    with pytest.raises(NumberWrongError):
        Number.read(TEXT + " " * (2 * MAX_NUMBER_CHARS - len(TEXT) + 1))
