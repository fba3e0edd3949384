"""Signing keys and the contexts that keep one signature from meaning another thing.

Every signature is Ed25519 over ``context || bytes``, and every context ends in NUL, so that
none is the beginning of another.

Source: docs/protocol.md section 4.4; docs/security.md.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from protocol.codec import Record, Wrapper, pack, unpack
from protocol.envelope.suites import OpeningKey, SuiteNumber
from protocol.errors import SignatureError
from protocol.ports import Randomness

KEY_BYTES = 32
KEY_NAME_BYTES = 8


class Context(Enum):
    """What a signature says; the bytes stand in front of what is signed."""

    ENVELOPE = b"yizhan/sig/1\x00"
    REGISTRAR = b"yizhan/registrar/1\x00"
    ROSTER = b"yizhan/roster/1\x00"
    RELEASE = b"yizhan/release/1\x00"
    RECEIPT = b"yizhan/receipt/1\x00"
    MARK = b"yizhan/mark/1\x00"
    NOTICE = b"yizhan/notice/1\x00"
    KIT = b"yizhan/kit/1\x00"
    TICKET = b"yizhan/ticket/1\x00"
    JOIN = b"yizhan/join/1\x00"
    ADMISSION = b"yizhan/admission/1\x00"
    RENEWAL = b"yizhan/renewal/1\x00"
    REFUSAL = b"yizhan/refusal/1\x00"
    STICK = b"yizhan/stick/1\x00"
    AUDIT = b"yizhan/audit/1\x00"
    ROAMING_REPORT = b"yizhan/roaming/1\x00"
    HEALTH = b"yizhan/health/1\x00"
    TIME = b"yizhan/time/1\x00"
    DRILL = b"yizhan/drill/1\x00"
    LOGIN = b"yizhan/login/1\x00"
    BACKUP = b"yizhan/backup/1\x00"
    SLIP = b"yizhan/slip/1\x00"
    LEAD = b"yizhan/lead/1\x00"
    FIND = b"yizhan/find/1\x00"
    REPORT = b"yizhan/report/1\x00"
    ARCHIVE = b"yizhan/archive/1\x00"
    ARCHIVE_KEY = b"yizhan/archive-key/1\x00"


class Signer(Protocol):
    """The private half of a signing key, wherever it lives."""

    def public_bytes(self) -> bytes:
        """32 bytes."""
        ...

    def sign(self, context: Context, data: bytes) -> bytes:
        """64 bytes over ``context || data``."""
        ...


@dataclass(frozen=True, slots=True)
class SoftwareSigner:
    """A signing key kept as its 32-byte Ed25519 seed."""

    secret: bytes

    def __repr__(self) -> str:
        """Without the secret."""
        return "SoftwareSigner()"

    def public_bytes(self) -> bytes:
        """32 bytes."""
        return _signing_key(self.secret).public_key().public_bytes_raw()

    def sign(self, context: Context, data: bytes) -> bytes:
        """64 bytes over ``context || data``."""
        return _signing_key(self.secret).sign(context.value + data)


@lru_cache(maxsize=16)  # parsing a key costs more than signing with it
def _signing_key(secret: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(secret)


def new_signer(randomness: Randomness) -> SoftwareSigner:
    """A fresh signing key."""
    return SoftwareSigner(randomness.token(KEY_BYTES))


Publics = bytes | tuple[bytes, ...]
"""A public signing key, or several of which any may have signed."""


def verify(public: Publics, context: Context, data: bytes, signature: bytes) -> None:
    """Check ``signature`` over ``context || data``.

    Raises:
        SignatureError: it does not fit, or ``public`` is no key.
    """
    for one in (public,) if isinstance(public, bytes) else public:
        try:
            _public_key(one).verify(signature, context.value + data)
        except (InvalidSignature, ValueError):
            continue
        return
    raise SignatureError(f"signature for {context.name.lower()} does not fit")


@lru_cache(maxsize=1024)
def _public_key(public: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public)


def key_name(public: bytes) -> bytes:
    """8 bytes by which a header names the key it was sealed for."""
    return hashlib.sha256(public).digest()[:KEY_NAME_BYTES]


class Signed(Wrapper, frozen=True, kw_only=True, array_like=True):
    """Bytes with a signature beside them: ``[body, signature]``."""

    body: bytes
    signature: bytes


def sign_record(signer: Signer, context: Context, record: Record) -> bytes:
    """``record`` packed once and signed, as it is stored and sent ever after."""
    body = pack(record)
    return pack(Signed(body=body, signature=signer.sign(context, body)))


def open_signed(public: Publics, context: Context, data: bytes, *, limit: int) -> bytes:
    """The body of a :class:`Signed`, after its signature was checked.

    Raises:
        MalformedError, TooLargeError: not a Signed of at most ``limit`` bytes.
        SignatureError: the signature does not fit.
    """
    signed = unpack(data, Signed, limit=limit)
    verify(public, context, signed.body, signed.signature)
    return signed.body


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeKeys:
    """The private keys of one node: one to sign with, one opening key for each suite."""

    signer: Signer
    opening: Mapping[SuiteNumber, OpeningKey]

    def public(self) -> "PublicKeys":
        """What the authority puts on record."""
        sealing = {suite: key.public_bytes() for suite, key in self.opening.items()}
        return PublicKeys(
            signing=self.signer.public_bytes(),
            xwing=sealing.get(SuiteNumber.XWING, b""),
            x25519=sealing.get(SuiteNumber.X25519, b""),
        )


class PublicKeys(Record, frozen=True, kw_only=True):
    """The public keys of one node; an empty one means that the node has none of that kind."""

    signing: bytes  # Ed25519, 32 bytes
    xwing: bytes = b""  # suite 1, 1,216 bytes
    x25519: bytes = b""  # suite 2, 32 bytes

    def sealing(self, suite: SuiteNumber) -> bytes:
        """The public key to seal with under ``suite``."""
        return self.xwing if suite is SuiteNumber.XWING else self.x25519
