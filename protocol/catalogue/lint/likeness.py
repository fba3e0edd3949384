"""How alike two texts are: a fingerprint of 64 bits that near texts nearly share.

Source: Charikar, "Similarity estimation techniques from rounding algorithms" (2002).
"""

import hashlib
from functools import lru_cache

BITS = 64
NEAR_BITS = 6  # of 64 that may differ between texts that are almost the same
MIN_CHARS = 20  # of a text that has a fingerprint: shorter ones are alike by chance

_SHINGLE = 3  # characters


def fingerprint(text: str) -> int:
    """The fingerprint of ``text``; blanks and marks do not count."""
    plain = "".join(char for char in text if char.isalnum())
    votes = [0] * BITS
    for at in range(max(1, len(plain) - _SHINGLE + 1)):
        value = _hash(plain[at : at + _SHINGLE])
        for bit in range(BITS):
            votes[bit] += 1 if value >> bit & 1 else -1
    return sum(1 << bit for bit, vote in enumerate(votes) if vote > 0)


def near(one: int, other: int) -> bool:
    """Whether two fingerprints are of texts that are almost the same."""
    return (one ^ other).bit_count() <= NEAR_BITS


@lru_cache(maxsize=1 << 16)
def _hash(shingle: str) -> int:
    return int.from_bytes(hashlib.blake2b(shingle.encode(), digest_size=8).digest(), "big")
