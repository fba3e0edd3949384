"""What guessers try first is no password; what they do not is."""

import pytest

from central.accounts.strength import strong_password
from protocol.errors import PasswordCommonError, PasswordWeakError
from protocol.trust.password import new_password
from tests.builders.chance import SeededRandomness


@pytest.mark.parametrize(
    "password",
    ["1234567890", "0987654321", "１２３４５６７８９０", "qwertyuiop", "abcdefghij", "password123",
     "Passw0rd123!", "1qaz2wsx3edc", "woaini1314", "5201314520", "a123456789", "1990010112",
     "13800138000", "aaaaabbbbb1", "admin12345", "wang.fang1", "ab" * 36 + "c"],
)  # fmt: skip
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(PasswordCommonError):
        strong_password(password, "wang.fang", "龙州县")


@pytest.mark.parametrize(
    "password",
    ["correct-horse-9", "a-better-password", "yizhan-2026-lz", "龙州县城关镇东街口八号",
     "x7!pQ2#vLm",
     "vier kleine Enten " * 7],
)  # fmt: skip
def test_what_is_not_is_taken_as_it_is(password: str) -> None:
    assert strong_password(password, "wang.fang", "龙州县") == password


@pytest.mark.parametrize("password", ["x7!pQ2#vL", "x7!pQ2#vLm" * 13])
def test_length_still_counts(password: str) -> None:
    with pytest.raises(PasswordWeakError):
        strong_password(password)


def test_what_is_made_here_is_always_strong() -> None:
    chance = SeededRandomness()
    for _ in range(20):
        made = new_password(chance)
        assert strong_password(made) == made
