"""Slots of a vault: the one private key of a station, wrapped once for each who may open it.

::

    kek     = Argon2id(password, salt), or 32 random bytes in a file where nobody has a password
    wrapped = AES-256-GCM-SIV(kek, nonce, private half,
                              aad = "yizhan/vault-slot/1" 00 || public half || name)

The name of whoever a slot is for is bound into its wrap, so that nobody's slot can be passed off
as another's. A slot without a name is the station's own: it is there until the first clerk is.

Source: docs/security.md, "Clerks of a station"; RFC 8452; RFC 9106.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from protocol.codec import Record
from protocol.envelope.suites import SoftwareOpeningKey, SuiteNumber
from protocol.ports import Randomness
from protocol.text import secret

KEY_BYTES = 32
_SALT_BYTES, _NONCE_BYTES = 16, 12
_ARGON_LANES, _ARGON_PASSES, _ARGON_KIB = 1, 2, 19 * 1024  # OWASP's smallest advice: old PCs
_AAD = b"yizhan/vault-slot/1\x00"


class Slot(Record, frozen=True, kw_only=True):
    """The private half for one clerk, or for the station itself."""

    name: str = ""  # of the clerk; empty: the station's own
    salt: bytes = b""  # of the password; empty: opened by the key file
    nonce: bytes
    wrapped: bytes

    @property
    def has_password(self) -> bool:
        """Whether a password opens it, and no file."""
        return bool(self.salt)


def password_slot(
    key: SoftwareOpeningKey, name: str, password: str, randomness: Randomness
) -> Slot:
    """A slot that ``password`` opens. Takes a twentieth of a second and 19 MiB."""
    salt = randomness.token(_SALT_BYTES)
    return _wrap(key, name, salt, derive(password, salt), randomness)


def file_slot(key: SoftwareOpeningKey, randomness: Randomness) -> tuple[Slot, bytes]:
    """A slot that a file opens, and what the file holds."""
    kek = randomness.token(KEY_BYTES)
    return _wrap(key, "", b"", kek, randomness), kek


def open_slot(slot: Slot, public: bytes, kek: bytes) -> SoftwareOpeningKey | None:
    """The private half; None: this is no key of the slot, or the slot is not of this vault."""
    try:
        plain = AESGCMSIV(kek).decrypt(slot.nonce, slot.wrapped, _bound(public, slot.name))
    except (InvalidTag, ValueError):
        return None
    return SoftwareOpeningKey(SuiteNumber.X25519, plain)


def derive(password: str, salt: bytes) -> bytes:
    """The same password typed with another input method must give the same key: NFKC."""
    return stretched(secret(password).encode(), salt)


def stretched(said: bytes, salt: bytes) -> bytes:
    """32 bytes that take a twentieth of a second and 19 MiB: whoever guesses pays it each time."""
    return Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=_ARGON_PASSES,
        lanes=_ARGON_LANES,
        memory_cost=_ARGON_KIB,
    ).derive(said)


def _wrap(
    key: SoftwareOpeningKey, name: str, salt: bytes, kek: bytes, randomness: Randomness
) -> Slot:
    nonce = randomness.token(_NONCE_BYTES)
    bound = _bound(key.public_bytes(), name)
    wrapped = AESGCMSIV(kek).encrypt(nonce, key.secret, bound)
    return Slot(name=name, salt=salt, nonce=nonce, wrapped=wrapped)


def _bound(public: bytes, name: str) -> bytes:
    return _AAD + public + name.encode()
