"""Names from outside are checked, and pasted ones forgiven where nothing can be mistaken."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import UsageError
from protocol.ids import application_id, digest_of, division_code, node_id


def test_a_node_id_is_sixteen_small_hex_digits() -> None:
    assert node_id("0123456789abcdef") == "0123456789abcdef"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0123456789ABCDEF",
        "0123456789abcde",
        "0123456789abcdef0",
        "县" * 16,
    ],
)
def test_anything_else_is_no_node_id(text: str) -> None:
    with pytest.raises(UsageError):
        node_id(text)


@given(st.uuids())
def test_a_pasted_uuid_names_the_same_application(value: uuid.UUID) -> None:
    assert application_id(str(value)) == application_id(value.hex.upper()) == value.hex


@pytest.mark.parametrize("text", ["", "12", "g" * 32, "0" * 33])
def test_anything_else_is_no_application_id(text: str) -> None:
    with pytest.raises(UsageError):
        application_id(text)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("451423", "451423000000"),
        ("451423103", "451423103000"),
        ("451423103201", "451423103201"),
    ],
)
def test_a_division_code_is_filled_up_with_zeros(typed: str, code: str) -> None:
    assert division_code(typed) == code


@pytest.mark.parametrize("text", ["", "45142", "4514231", "45142310320", "45142a", "四五一四二三"])
def test_other_lengths_and_other_digits_are_no_division_code(text: str) -> None:
    with pytest.raises(UsageError):
        division_code(text)


def test_the_message_does_not_repeat_a_whole_novel() -> None:
    with pytest.raises(UsageError) as caught:
        node_id("x" * 10_000)
    assert len(str(caught.value)) < 200


def test_an_id_of_an_envelope_is_read_as_it_is_printed() -> None:
    assert digest_of("0a" * 32) == bytes([10]) * 32


@pytest.mark.parametrize("text", ["", "0a" * 31, "0a" * 33, "zz" * 32, "节" * 64])
def test_what_is_no_id_of_an_envelope_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        digest_of(text)
