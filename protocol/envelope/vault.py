"""The vault: personal data at rest on a station, sealed for a key pair of the station's own.

::

    record  = msgpack map (see VaultRecord)
    key     = Argon2id(password, salt), or 32 random bytes in a file where no password was set
    wrapped = AES-256-GCM-SIV(key, nonce, private half, aad = "yizhan/vault/1" || public half)
    row     = HPKE(suite 2, public half, info = "yizhan/vault-row/1" || context, plaintext)

Everybody who has the record can put something in, so that results arrive while the clerk is
away; only the password takes it out. The context says what a row is, so that no row can be
passed off as another.

Source: docs/security.md, "Data at rest"; RFC 8452; RFC 9106.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from protocol.codec import Record, pack, unpack
from protocol.envelope.suites import SoftwareOpeningKey, SuiteNumber, new_opening_key, seal
from protocol.errors import DamagedError, LockedError, PasswordWrongError
from protocol.ports import Randomness
from protocol.text import secret

KEY_BYTES = 32
_SALT_BYTES, _NONCE_BYTES = 16, 12
_ARGON_LANES, _ARGON_PASSES, _ARGON_KIB = 1, 2, 19 * 1024  # OWASP's smallest advice: old PCs
_AAD = b"yizhan/vault/1\x00"
_ROW = b"yizhan/vault-row/1\x00"


class VaultRecord(Record, frozen=True, kw_only=True):
    """What stands on disk: enough to put in, and to take out with the password or key file."""

    public: bytes  # X25519, 32 bytes
    wrapped: bytes
    nonce: bytes
    salt: bytes = b""  # empty: opened by the key file

    @property
    def has_password(self) -> bool:
        """Whether it takes a password to open it."""
        return bool(self.salt)


def new_vault(password: str | None, randomness: Randomness) -> tuple[VaultRecord, bytes]:
    """A fresh vault, and the content of its key file (empty if there is a password)."""
    private = new_opening_key(SuiteNumber.X25519, randomness)
    nonce = randomness.token(_NONCE_BYTES)
    salt = randomness.token(_SALT_BYTES) if password is not None else b""
    key = randomness.token(KEY_BYTES) if password is None else _derive(password, salt)
    public = private.public_bytes()
    wrapped = AESGCMSIV(key).encrypt(nonce, private.secret, _AAD + public)
    record = VaultRecord(public=public, wrapped=wrapped, nonce=nonce, salt=salt)
    return record, b"" if password is not None else key


def record_bytes(record: VaultRecord) -> bytes:
    """A record as it stands on disk."""
    return pack(record)


def read_record(data: bytes) -> VaultRecord:
    """A record from disk.

    Raises:
        MalformedError, TooLargeError: it is none.
    """
    return unpack(data, VaultRecord)


def unlock(record: VaultRecord, password: str | None, key_file: bytes | None) -> SoftwareOpeningKey:
    """The private half.

    Raises:
        LockedError: a password is needed and none was given.
        PasswordWrongError: it is not the password.
        DamagedError: the key file is missing, or not this vault's.
    """
    if record.has_password and password is None:
        raise LockedError
    key = _derive(password, record.salt) if record.has_password and password else key_file
    try:
        secret = AESGCMSIV(key or b"").decrypt(record.nonce, record.wrapped, _AAD + record.public)
    except (InvalidTag, ValueError):
        if record.has_password:
            raise PasswordWrongError from None
        raise DamagedError("the vault's key file is missing or changed") from None
    return SoftwareOpeningKey(SuiteNumber.X25519, secret)


def seal_row(record: VaultRecord, context: str, plaintext: bytes) -> bytes:
    """Put ``plaintext`` in; ``context`` is needed again to take it out."""
    return seal(SuiteNumber.X25519, record.public, plaintext, _ROW + context.encode())


def open_row(key: SoftwareOpeningKey, context: str, sealed: bytes) -> bytes:
    """Take a row out.

    Raises:
        UnopenableError: another vault's, changed, or put in with another context.
    """
    return key.unwrap(sealed, _ROW + context.encode())


def _derive(password: str, salt: bytes) -> bytes:
    """The same password typed with another input method must give the same key: NFKC."""
    plain = secret(password).encode()
    return Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=_ARGON_PASSES,
        lanes=_ARGON_LANES,
        memory_cost=_ARGON_KIB,
    ).derive(plain)
