"""The code that is read out: the same for the same request, another for each other one."""

import pytest

from protocol.codec import altered
from protocol.envelope.desk_code import desk_code, typed_code
from protocol.errors.desk import ForgottenCodeError
from protocol.ids import NodeId
from tests.protocol.envelope.test_desk_payloads import REQUEST

STATION, OTHER = NodeId("5a" * 8), NodeId("5b" * 8)
CODE = desk_code(STATION, REQUEST)


def test_whoever_knows_the_request_makes_the_same_code() -> None:
    assert desk_code(STATION, altered(REQUEST, at_ms=7)) == CODE
    assert len(CODE.replace("-", "")) == 14
    assert CODE.replace("-", "").isdigit()


@pytest.mark.parametrize("other", [{"desk": b"e" * 32}, {"vault": b"w" * 32}, {"clerk": "农志强"}])
def test_another_key_vault_or_name_makes_another_code(other: dict[str, object]) -> None:
    assert desk_code(STATION, altered(REQUEST, **other)) != CODE


def test_the_same_request_of_another_station_has_another_code() -> None:
    assert desk_code(OTHER, REQUEST) != CODE


def test_what_was_heard_may_be_typed_with_or_without_groups_and_in_full_width() -> None:
    wide = str.maketrans("0123456789-", "０１２３４５６７８９－")
    for typed in (CODE, CODE.replace("-", ""), CODE.replace("-", " "), CODE.translate(wide)):
        assert typed_code(typed) == CODE


@pytest.mark.parametrize("typed", ["", "1234", CODE + "1", CODE[:-1] + "x", "一" * 14])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(ForgottenCodeError):
        typed_code(typed)


def test_every_digit_that_was_misheard_is_noticed() -> None:
    digits = CODE.replace("-", "")
    for at, digit in enumerate(digits):
        misheard = f"{digits[:at]}{(int(digit) + 1) % 10}{digits[at + 1 :]}"
        with pytest.raises(ForgottenCodeError):
            typed_code(misheard)
