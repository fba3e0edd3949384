"""Recovery codes: each replaces the code of a telephone once. Kept as hashes, shown when made.

A code has 79 random bits, so that a fast hash of it tells nothing.
"""

import hashlib
import unicodedata

from central.accounts.limits import RECOVERY_CODES
from protocol.ports import Randomness
from protocol.trust.password import new_password

_CONTEXT = b"yizhan/recovery/1\0"
_HASH_BYTES = 32
_CODE_CHARS = 16  # without its hyphens


def new_codes(name: str, randomness: Randomness) -> tuple[list[str], bytes]:
    """Codes for the account ``name``, and what is kept of them."""
    codes = [new_password(randomness) for _ in range(RECOVERY_CODES)]
    return codes, b"".join(_hash(name, _plain(code)) for code in codes)


def without(name: str, kept: bytes, code: str) -> bytes | None:
    """What is kept once ``code`` was used; None if it is none of the codes of ``name``."""
    plain = _plain(code)
    if len(plain) != _CODE_CHARS:
        return None
    used = _hash(name, plain)
    hashes = [kept[at : at + _HASH_BYTES] for at in range(0, len(kept), _HASH_BYTES)]
    return b"".join(one for one in hashes if one != used) if used in hashes else None


def left(kept: bytes) -> int:
    """How many codes can still be used."""
    return len(kept) // _HASH_BYTES


def _plain(code: str) -> str:
    """As it was made, whatever an input method or a reader's eye made of it."""
    folded = unicodedata.normalize("NFKC", code).lower()
    return "".join(char for char in folded if char.isalnum())


def _hash(name: str, plain: str) -> bytes:
    return hashlib.sha256(_CONTEXT + name.encode() + b"\0" + plain.encode()).digest()
