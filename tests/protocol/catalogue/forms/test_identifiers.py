"""Numbers of people, offices and places, against another implementation and made-up vectors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from protocol.catalogue.forms.identifiers import (
    birth_date,
    is_division,
    is_landline,
    is_mobile,
    is_month,
    is_phone,
    is_resident_id,
    is_uscc,
    sex,
    why_no_resident_id,
    why_no_uscc,
)

USCC_CHARS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC = ("11451423000000019K", "12330784TE5T00016W", "91530181MA0000007R", "93130183ND00000051")


@pytest.mark.parametrize(
    ("value", "born", "of"),
    [
        ("33078420991231888X", "2099-12-31", "女"),
        ("451423209912310107", "2099-12-31", "女"),
        ("530181210001010423", "2100-01-01", "女"),
        ("430121189909099997", "1899-09-09", "男"),
        ("45142318991231003X", "1899-12-31", "男"),
        ("451423189912310072", "1899-12-31", "男"),
        ("990000200001011234", None, None),
    ],
)
def test_a_resident_s_number_tells_birth_and_sex(
    value: str, born: str | None, of: str | None
) -> None:
    if born is not None:
        assert is_resident_id(value)
        assert (birth_date(value), sex(value)) == (born, of)


def test_a_day_that_never_was_and_a_wrong_digit_are_no_numbers() -> None:
    assert not is_resident_id("130183190002290001")
    assert "1900" in why_no_resident_id("130183190002290001")
    assert not is_resident_id("451423209912310108")
    assert "校验位" in why_no_resident_id("451423209912310108")
    assert birth_date("130183190002290001") is None


@given(st.text(max_size=20))
def test_any_text_can_be_asked(value: str) -> None:
    assert not is_resident_id(value) or ric.calc_check_digit(value) == value[-1]
    assert sex(value) in (None, "男", "女")
    birth_date(value)
    assert why_no_resident_id(value)
    assert why_no_uscc(value)


@pytest.mark.parametrize("value", [*USCC, "54451423MF00000056"])
def test_codes_of_organisations_have_one_check_character(value: str) -> None:
    assert uscc.is_valid(value)
    for char in USCC_CHARS:
        assert is_uscc(value[:17] + char) is (char == value[17])


@given(st.text(USCC_CHARS, min_size=9, max_size=9), st.from_regex(r"[1-9]\d{7}", fullmatch=True))
def test_codes_are_those_of_the_other_implementation(tail: str, head: str) -> None:
    if head.isascii():
        body = head + tail
        assert is_uscc(body + uscc.calc_check_digit(body))


def test_a_collective_s_code_begins_with_a_letter() -> None:
    """python-stdnum wants eight figures there; GB 32100 does not."""
    assert sum(is_uscc("N2451423MF0000005" + char) for char in USCC_CHARS) == 1


@pytest.mark.parametrize("value", ["", USCC[0].lower(), USCC[0] + "\n", USCC[0][:-1], "I" * 18])
def test_other_text_is_no_code(value: str) -> None:
    assert not is_uscc(value)


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (is_mobile, ["19900002835"], ["12800000000", "1990000283", "199000028355", "１9900002835"]),
        (
            is_landline,
            ["0771-8812345", "07718812345", "010-65432100", "0771-8812345-801"],
            ["8812345", "0771-881234", "771-8812345", "0771-0812345", "0771-8812345-"],
        ),
        (is_phone, ["19900002835", "0771-8812345"], ["110", "", "19900002835-1"]),
        (
            is_division,
            ["451423", "451423103", "451423103204"],
            ["45142310", "051423", "4514231032041", "４51423"],
        ),
        (is_month, ["2026-01", "2026-12"], ["2026-13", "2026-1", "26-01", "2026-01-01"]),
    ],
)
def test_what_passes_and_what_does_not(check: object, good: list[str], bad: list[str]) -> None:
    assert callable(check)
    assert [value for value in good if not check(value)] == []
    assert [value for value in bad if check(value)] == []
