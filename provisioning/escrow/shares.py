"""Splits a key into shares of words, of which some number opens what it sealed (SLIP-0039).

Source: SLIP-0039; docs/operations.md, "Keys in a safe".
"""

from collections.abc import Sequence

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics

from protocol.errors import SharesError, UsageError

KEY_BYTES = 32
MIN_THRESHOLD = 2  # one share alone would be the key itself
MAX_SHARES = 16  # as many as the standard has room for


def split(key: bytes, *, threshold: int, shares: int) -> list[str]:
    """``shares`` lists of 33 English words; any ``threshold`` of them give the key again.

    Raises:
        UsageError: not 2 to 16 shares, or a threshold that is no safeguard.
    """
    if not MIN_THRESHOLD <= threshold <= shares <= MAX_SHARES:
        raise UsageError(
            f"{shares} 份中 {threshold} 份可开启：应做 2 到 {MAX_SHARES} 份，至少 2 份才能开启"
        )
    groups: list[list[str]] = generate_mnemonics(
        1, [(threshold, shares)], key, iteration_exponent=0
    )
    return groups[0]


def combine(words: Sequence[str]) -> bytes:
    """The key that the shares were made of.

    Raises:
        SharesError: too few, a mistyped word, or shares of different keys.
    """
    try:
        key: bytes = combine_mnemonics([" ".join(share.split()) for share in words])
    except MnemonicError as exc:
        raise SharesError(str(exc)) from None
    if len(key) != KEY_BYTES:
        raise SharesError(f"a key of {len(key)} bytes")
    return key
