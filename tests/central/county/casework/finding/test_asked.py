"""What somebody typed into the one field of the search."""

import pytest

from central.county.casework.finding.asked import Typed, typed
from protocol.catalogue.forms.identifiers import resident_id_of
from protocol.errors import UsageError
from protocol.errors.numbers import NumberWrongError
from protocol.numbers.number import Number, NumberKind, Series

BLOCK = Number(
    series=Series(issuer="451423", kind=NumberKind.CASE, year=2026), serial=41000017, start="482915"
).text
WIDE = str.maketrans("0123456789-X", "０１２３４５６７８９－Ｘ")
PERSON = resident_id_of("1950-01-31")


@pytest.mark.parametrize("text", [BLOCK, BLOCK.replace("-", ""), BLOCK.translate(WIDE)])
def test_a_number_of_a_slip_however_it_is_typed(text: str) -> None:
    assert typed(text) == Typed(number=BLOCK)


def test_a_wrong_digit_of_a_slip_is_said() -> None:
    with pytest.raises(NumberWrongError):
        typed(BLOCK[:-1] + str((int(BLOCK[-1]) + 1) % 10))


@pytest.mark.parametrize("text", [PERSON, PERSON.lower(), PERSON.translate(WIDE), f" {PERSON} "])
def test_an_identity_number_however_it_is_typed(text: str) -> None:
    assert typed(text) == Typed(identity=PERSON)
    assert PERSON not in repr(typed(text))


def test_a_wrong_digit_of_an_identity_number_is_said_without_it() -> None:
    wrong = PERSON[:-1] + ("1" if PERSON[-1] != "1" else "2")
    with pytest.raises(UsageError) as refused:
        typed(wrong)
    assert wrong not in str(refused.value)


@pytest.mark.parametrize("text", ["韦", "韦小芳", "Nông", "2号楼韦", ""])
def test_anything_else_is_a_name(text: str) -> None:
    assert typed(text) == Typed(name=text)


@pytest.mark.parametrize("text", ["451423-2026-kt000012", "ab" * 15 + "12"])
def test_a_case_number_or_id_stays_one(text: str) -> None:
    assert typed(text) == Typed(number=text)
