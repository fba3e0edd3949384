"""Crypto suites by number: how bytes are sealed for one recipient.

=======  =====================================================  =====================
number   what                                                   overhead in bytes
=======  =====================================================  =====================
1        HPKE, X-Wing (ML-KEM-768 + X25519): the default        1,136
2        HPKE, X25519: the thin one for the slowest lines       48
=======  =====================================================  =====================

Both use HKDF-SHA256 and ChaCha20-Poly1305, and Ed25519 for the signature around them. The
private half may live elsewhere (a card, a module): callers hold an :class:`OpeningKey`.

Source: docs/protocol.md section 4.3; RFC 9180; draft-connolly-cfrg-xwing-kem.
"""

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from protocol.errors import MalformedError, NeedsNewerError, UnopenableError
from protocol.ports import Randomness

_MLKEM_SEED_BYTES = 64
_MLKEM_PUBLIC_BYTES = 1184
_X25519_BYTES = 32

_KEPT_KEYS = 64  # parsed keys; parsing costs more than using them

_HPKE = {
    1: Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305),
    2: Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305),
}


class SuiteNumber(IntEnum):
    """One byte in every header; under the signature, so that nobody can choose a weaker one."""

    XWING = 1
    X25519 = 2


class OpeningKey(Protocol):
    """The private half of a sealing key, wherever it lives."""

    @property
    def suite(self) -> SuiteNumber:
        """The suite that it is a key of."""
        ...

    def public_bytes(self) -> bytes:
        """The public half, as :func:`seal` takes it."""
        ...

    def unwrap(self, sealed: bytes, info: bytes) -> bytes:
        """Open ``sealed``. Raises UnopenableError whatever is wrong with it."""
        ...


@dataclass(frozen=True, slots=True)
class SoftwareOpeningKey:
    """An opening key kept as bytes: ML-KEM seed (64, suite 1 only) and X25519 key (32)."""

    suite: SuiteNumber
    secret: bytes

    def __post_init__(self) -> None:
        wanted = _X25519_BYTES + (_MLKEM_SEED_BYTES if self.suite is SuiteNumber.XWING else 0)
        if len(self.secret) != wanted:
            raise MalformedError(f"an opening key of suite {self.suite} has {wanted} bytes")

    def __repr__(self) -> str:
        """Without the secret."""
        return f"SoftwareOpeningKey({self.suite.name})"

    def public_bytes(self) -> bytes:
        """1,216 bytes for suite 1 (ML-KEM first), 32 for suite 2."""
        return _public_bytes(self)

    def unwrap(self, sealed: bytes, info: bytes) -> bytes:
        """Open ``sealed``.

        Raises:
            UnopenableError: another key, another ``info``, or any bit changed.
        """
        try:
            return _HPKE[self.suite].decrypt(sealed, _private(self), info=info)
        except (InvalidTag, ValueError):
            raise UnopenableError(f"suite {self.suite}, {len(sealed)} sealed bytes") from None


def new_opening_key(suite: SuiteNumber, randomness: Randomness) -> SoftwareOpeningKey:
    """A fresh opening key of ``suite``."""
    size = _X25519_BYTES + (_MLKEM_SEED_BYTES if suite is SuiteNumber.XWING else 0)
    return SoftwareOpeningKey(suite, randomness.token(size))


def seal(suite: SuiteNumber, public: bytes, plaintext: bytes, info: bytes) -> bytes:
    """Seal ``plaintext`` so that only the holder of ``public``'s other half can open it.

    Raises:
        MalformedError: ``public`` is not a public key of ``suite``.
    """
    try:
        return _HPKE[suite].encrypt(plaintext, _public_key(suite, public), info=info)
    except ValueError:
        raise MalformedError(f"not a usable public key of suite {suite}") from None


def suite_number(value: int) -> SuiteNumber:
    """The suite with this number.

    Raises:
        NeedsNewerError: no suite of this program.
    """
    try:
        return SuiteNumber(value)
    except ValueError:
        raise NeedsNewerError(f"crypto suite {value} is unknown here") from None


def known_suite(value: int) -> SuiteNumber:
    """The suite with this number, to answer with; for one of tomorrow the default."""
    return SuiteNumber(value) if value in tuple(SuiteNumber) else SuiteNumber.XWING


@lru_cache(maxsize=_KEPT_KEYS)
def _private(key: SoftwareOpeningKey) -> X25519PrivateKey | MLKEM768X25519PrivateKey:
    x25519 = X25519PrivateKey.from_private_bytes(key.secret[-_X25519_BYTES:])
    if key.suite is SuiteNumber.X25519:
        return x25519
    return MLKEM768X25519PrivateKey(_mlkem(key), x25519)


@lru_cache(maxsize=_KEPT_KEYS)
def _public_bytes(key: SoftwareOpeningKey) -> bytes:
    x25519 = X25519PrivateKey.from_private_bytes(key.secret[-_X25519_BYTES:])
    public = x25519.public_key().public_bytes_raw()
    if key.suite is SuiteNumber.X25519:
        return public
    return _mlkem(key).public_key().public_bytes_raw() + public


def _mlkem(key: SoftwareOpeningKey) -> MLKEM768PrivateKey:
    return MLKEM768PrivateKey.from_seed_bytes(key.secret[:_MLKEM_SEED_BYTES])


@lru_cache(maxsize=_KEPT_KEYS)
def _public_key(suite: SuiteNumber, public: bytes) -> X25519PublicKey | MLKEM768X25519PublicKey:
    if suite is SuiteNumber.X25519:
        return X25519PublicKey.from_public_bytes(public)
    if len(public) != _MLKEM_PUBLIC_BYTES + _X25519_BYTES:
        raise ValueError("wrong length")
    return MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC_BYTES]),
        X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC_BYTES:]),
    )
