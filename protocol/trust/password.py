"""Passwords of people who log in to a page: kept as Argon2id, never in clear.

A verifier is a PHC string (``$argon2id$v=19$m=19456,t=2,p=1$salt$hash``), so that its cost may grow
without a migration.

Source: docs/security.md, "Pages"; RFC 9106; the PHC string format.
"""

import base64

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from protocol.errors import PasswordWeakError
from protocol.ports import Randomness
from protocol.text import secret

MIN_PASSWORD_CHARS = 10
MAX_PASSWORD_CHARS = 128  # Argon2id reads any length; a form need not
_SALT_BYTES, _KEY_BYTES = 16, 32
_LANES, _PASSES, _KIB = 1, 2, 19 * 1024  # OWASP's smallest advice; 26 ms
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that looks like something else
_GROUPS, _GROUP_CHARS = 4, 4  # 79 bits
_FEWEST_DIFFERENT = 3  # characters: aaaaaaaaaa is no password


def checked_password(password: str, *, fewest: int = MIN_PASSWORD_CHARS) -> str:
    """A password that may be set; of at least ``fewest`` characters.

    Raises:
        PasswordWeakError: too short, too long, or of one or two characters repeated.
    """
    fits = fewest <= len(password) <= MAX_PASSWORD_CHARS
    if not fits or len(set(password)) < _FEWEST_DIFFERENT:
        raise PasswordWeakError(f"{fewest}–{MAX_PASSWORD_CHARS}")
    return password


def new_password(randomness: Randomness) -> str:
    """A first password to be told once: ``k7mw-3hqp-x9vd-t2sn``."""
    size = _GROUPS * _GROUP_CHARS
    chars: list[str] = []
    while len(chars) < size:  # bytes that would make some letters likelier are left out
        fit = 256 - 256 % len(_ALPHABET)
        chars += [_ALPHABET[n % len(_ALPHABET)] for n in randomness.token(size) if n < fit]
    return "-".join("".join(chars[at : at + _GROUP_CHARS]) for at in range(0, size, _GROUP_CHARS))


def password_verifier(password: str, randomness: Randomness) -> str:
    """What is kept of a password. Blocks for about 30 ms."""
    kdf = Argon2id(
        salt=randomness.token(_SALT_BYTES),
        length=_KEY_BYTES,
        iterations=_PASSES,
        lanes=_LANES,
        memory_cost=_KIB,
    )
    return kdf.derive_phc_encoded(_plain(password))


def nobodys_verifier(randomness: Randomness) -> str:
    """As slow to try as any other, and behind it is no password; it costs nothing to make."""
    salt, key = (_unpadded(randomness.token(size)) for size in (_SALT_BYTES, _KEY_BYTES))
    return f"$argon2id$v=19$m={_KIB},t={_PASSES},p={_LANES}${salt}${key}"


def is_password(verifier: str, password: str) -> bool:
    """Whether ``password`` is the one behind ``verifier``. Blocks for about 30 ms."""
    if len(password) > MAX_PASSWORD_CHARS:
        return False
    try:
        Argon2id.verify_phc_encoded(_plain(password), verifier)
    except InvalidKey:
        return False
    return True


def _unpadded(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")


def _plain(password: str) -> bytes:
    """The same password typed with another input method must be the same: NFKC."""
    return secret(password).encode()
