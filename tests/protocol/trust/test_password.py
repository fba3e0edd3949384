"""Passwords are kept as Argon2id, and weak ones are not taken."""

import pytest

from protocol.errors import PasswordWeakError
from protocol.trust.password import (
    MAX_PASSWORD_CHARS,
    checked_password,
    is_password,
    new_password,
    nobodys_verifier,
    password_verifier,
)
from tests.builders.chance import SeededRandomness


def test_only_the_right_password_fits_its_verifier() -> None:
    verifier = password_verifier("correct horse", SeededRandomness())
    assert verifier.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert "horse" not in verifier
    assert is_password(verifier, "correct horse")
    assert not is_password(verifier, "correct horsf")
    assert not is_password(verifier, "")


def test_the_same_password_has_another_verifier_each_time() -> None:
    chance = SeededRandomness()
    assert password_verifier("correct horse", chance) != password_verifier("correct horse", chance)


def test_nobodys_verifier_looks_and_costs_like_any_other_and_no_password_fits_it() -> None:
    chance = SeededRandomness()
    real, nobodys = password_verifier("correct horse", chance), nobodys_verifier(chance)
    assert nobodys.split("$")[:4] == real.split("$")[:4]  # the kind and the cost
    assert [len(part) for part in nobodys.split("$")] == [len(part) for part in real.split("$")]
    assert not is_password(nobodys, "correct horse")
    assert not is_password(nobodys, "")


def test_full_width_letters_of_an_input_method_are_the_same_password() -> None:
    verifier = password_verifier("password-１２３", SeededRandomness())
    assert is_password(verifier, "password-123")


def test_a_very_long_try_costs_nothing() -> None:
    verifier = password_verifier("correct horse", SeededRandomness())
    assert not is_password(verifier, "x" * (MAX_PASSWORD_CHARS + 1))


@pytest.mark.parametrize("weak", ["", "short", "a" * 20, "ab" * 10, "x" * 100 + "yz" * 20])
def test_a_weak_password_is_not_taken(weak: str) -> None:
    with pytest.raises(PasswordWeakError):
        checked_password(weak)


def test_a_made_password_may_be_set_and_no_two_are_alike() -> None:
    chance = SeededRandomness()
    made = {checked_password(new_password(chance)) for _ in range(50)}
    assert len(made) == 50
    assert not set("".join(made)) & set("01ilo")
