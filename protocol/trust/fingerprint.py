"""The fingerprint of a county: ten words that two people compare by telephone.

The words stand in ``fingerprint.txt``, one a line, for the byte values 0 to 255. No two of them
sound alike when the tones are lost on a bad line.

Source: docs/protocol.md section 10.5.
"""

import functools
import hashlib
from pathlib import Path

WORDS = 10  # 80 bits: nobody makes another root key with the same ones


def fingerprint(root: bytes) -> str:
    """The words for a county's root public key (32 bytes), with spaces between them."""
    return " ".join(_words()[byte] for byte in hashlib.sha256(root).digest()[:WORDS])


@functools.cache
def _words() -> tuple[str, ...]:
    return tuple((Path(__file__).parents[1] / "fingerprint.txt").read_text("utf-8").split())
