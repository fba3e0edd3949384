"""The words by which two people know that they mean the same county."""

from hypothesis import given
from hypothesis import strategies as st

from protocol.trust.fingerprint import WORDS, _words, fingerprint


def test_there_is_one_word_for_each_byte() -> None:
    words = _words()
    assert len(words) == len(set(words)) == 256
    assert all(len(word) == 2 and word.isalpha() for word in words)


def test_a_known_root_has_these_words() -> None:
    # SHA-256 of 32 zero bytes begins 66 68 7a ad f8 62 bd 77 6c 8f
    lines = (0x66, 0x68, 0x7A, 0xAD, 0xF8, 0x62, 0xBD, 0x77, 0x6C, 0x8F)
    assert fingerprint(bytes(32)).split() == [_words()[at] for at in lines]


@given(st.binary(min_size=32, max_size=32), st.integers(0, 255))
def test_another_root_has_other_words(root: bytes, bit: int) -> None:
    other = bytearray(root)
    other[bit // 8] ^= 1 << bit % 8
    assert len(fingerprint(root).split()) == WORDS
    assert fingerprint(root) != fingerprint(bytes(other))
