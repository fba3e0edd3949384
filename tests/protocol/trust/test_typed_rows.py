"""Bytes on paper: typed carelessly they are the same, and a wrong row is named."""

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors.slips import SlipTypedError
from protocol.trust.typed_rows import MARK, read_rows, typed_rows

DATA = bytes(range(50))


@given(data=st.binary(min_size=1, max_size=300))
def test_what_is_printed_is_read_again(data: bytes) -> None:
    rows = typed_rows(data)
    assert all(re.fullmatch("[0-9A-HJKMNP-TV-Z]{3,30}", row) for row in rows)
    assert read_rows("".join(rows)) == data


@pytest.mark.parametrize(
    "typed",
    [
        lambda text: f"{MARK}{text}",
        lambda text: text.lower(),
        lambda text: text.replace("0", "O").replace("1", "l"),
        lambda text: text.replace("1", "i"),
        lambda text: "\r\n".join(text[at : at + 5] for at in range(0, len(text), 5)),
        lambda text: f"　{text[:7]}－{text[7:]} ",
        lambda text: "".join(chr(ord(char) + 0xFEE0) for char in text),
    ],
)
def test_how_it_is_typed_does_not_matter(typed: object) -> None:
    assert callable(typed)
    assert read_rows(typed("".join(typed_rows(DATA)))) == DATA


@given(at=st.integers(0, 84), other=st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_a_wrong_character_is_never_read_as_the_right_one(at: int, other: str) -> None:
    text = "".join(typed_rows(DATA))
    wrong = text[:at] + other + text[at + 1 :]
    if wrong == text:
        assert read_rows(wrong) == DATA
        return
    with suppress(SlipTypedError):  # one in a thousand passes two check characters
        assert read_rows(wrong) != DATA


def test_the_row_that_is_wrong_is_named() -> None:
    rows = typed_rows(DATA)
    assert len(rows) == 3
    for at, row in enumerate(rows):
        wrong = [*rows[:at], ("1" if row[0] == "0" else "0") + row[1:], *rows[at + 1 :]]
        with pytest.raises(SlipTypedError) as caught:
            read_rows("".join(wrong))
        assert caught.value.detail == str(at + 1)


def test_rows_that_changed_places_are_told_from_each_other() -> None:
    first, second, *rest = typed_rows(DATA)
    with pytest.raises(SlipTypedError) as caught:
        read_rows("".join([second, first, *rest]))
    assert caught.value.detail == "1"


@pytest.mark.parametrize("text", ["", "YZ1:", "U", "收件凭证", "0", "00", "\ud800", "AB" * 40])
def test_other_text_is_none(text: str) -> None:
    with pytest.raises(SlipTypedError):
        read_rows(text)
