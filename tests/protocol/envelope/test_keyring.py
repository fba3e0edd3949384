"""A ring opens what is sealed for any of its keys, whatever the order in which they came."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.envelope.keyring import Keyring, named
from protocol.envelope.keys import key_name
from protocol.envelope.suites import SuiteNumber, new_opening_key, seal
from protocol.errors import UnopenableError
from tests.builders.chance import SeededRandomness

CHANCE = SeededRandomness(3)
KEYS = [new_opening_key(SuiteNumber.X25519, CHANCE) for _ in range(4)]


@given(order=st.permutations(range(4)), held=st.integers(1, 4))
def test_what_is_sealed_for_a_held_key_opens(order: list[int], held: int) -> None:
    ring = Keyring(KEYS[order[0]])
    for at in order[1:held]:
        ring.add(KEYS[at])
    for at, number in enumerate(order):
        public = KEYS[number].public_bytes()
        sealed = seal(SuiteNumber.X25519, public, b"form", b"info")
        if at < held:
            assert ring.unwrap(sealed, b"info") == b"form"
            assert ring.named(key_name(public)) is KEYS[number]
        else:
            assert ring.named(key_name(public)) is None
            with pytest.raises(UnopenableError):
                ring.unwrap(sealed, b"info")


def test_the_first_stays_the_first_and_none_comes_twice() -> None:
    ring = Keyring(KEYS[0])
    for key in (KEYS[1], KEYS[0], KEYS[1]):
        ring.add(key)
    assert ring.public_bytes() == KEYS[0].public_bytes()
    assert repr(ring) == "Keyring(X25519, 2)"


def test_a_key_of_another_suite_is_no_key_of_the_ring() -> None:
    with pytest.raises(ValueError, match="XWING"):
        Keyring(KEYS[0]).add(new_opening_key(SuiteNumber.XWING, CHANCE))


def test_a_single_key_is_found_by_its_own_name_only() -> None:
    name = key_name(KEYS[0].public_bytes())
    assert named(KEYS[0], name) is KEYS[0]
    assert named(KEYS[1], name) is None
    assert named(Keyring(KEYS[0]), name) is KEYS[0]
