"""The envelope: one sealed, signed, immutable message from one node to another.

::

    header = msgpack map (see Header)
    sealed = HPKE(suite, recipient key, info = "yizhan/env/1" || header, pad64(zstd(payload)))
    signed = msgpack [header, sealed]
    wire   = msgpack [signed, Ed25519(origin key, "yizhan/sig/1" || signed)]
    id     = SHA-256(signed)

Sealed once, stored, and resent byte for byte for ever: HPKE is randomised, so sealing the
same payload again would make another envelope.

Source: docs/protocol.md section 4.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from protocol.codec import Record, Wrapper, pack, unpack
from protocol.envelope.compress import expand, squeeze
from protocol.envelope.keyring import named
from protocol.envelope.keys import Context, Signed, Signer, verify
from protocol.envelope.suites import OpeningKey, seal, suite_number
from protocol.errors import (
    MalformedError,
    NeedsNewerError,
    SignatureError,
    TooLargeError,
    UnopenableError,
)
from protocol.ids import DIGEST_BYTES, NONCE_BYTES, BlobId, BlobRef, EnvelopeId, Incarnation, NodeId
from protocol.limits import (
    MAX_BLOB_BYTES,
    MAX_CONTROL_BYTES,
    MAX_COUNT,
    MAX_ENVELOPE_BLOBS_BYTES,
    MAX_ENVELOPE_BYTES,
    MAX_FILES,
    MAX_PLAINTEXT_BYTES,
    PAD_BYTES,
)

VERSION = 1
_INFO = b"yizhan/env/1"
_MAX_SUITE = _MAX_LANE = 255
_PAD_MARK = b"\x80"  # ISO/IEC 7816-4


class Lane(IntEnum):
    """A class of traffic with its own priority; lower goes first."""

    CONTROL = 0
    URGENT = 1
    APPLICATIONS = 2
    RESULTS = 3
    BLOBS = 4
    CATALOGUE = 5


_LANES = frozenset(int(lane) for lane in Lane if lane not in (Lane.BLOBS, Lane.CATALOGUE))


class Header(
    Record,
    frozen=True,
    kw_only=True,
    rename={
        "version": "v",
        "suite": "s",
        "origin": "o",
        "incarnation": "i",
        "seq": "n",
        "pred": "p",
        "to": "t",
        "lane": "l",
        "created": "c",
        "key": "k",
        "blobs": "b",
    },
):
    """The clear part: enough to route, count and audit, nothing about the person."""

    VERSION: ClassVar[int] = VERSION

    version: int
    suite: int
    origin: bytes  # node id, 8 bytes
    incarnation: bytes  # 8 bytes
    seq: int  # from 1 in each incarnation, without gaps
    to: bytes  # node id, 8 bytes
    lane: int
    created: tuple[int, int | None]  # [local, trusted or nil], ms UTC
    key: bytes  # name of the recipient's key, 8 bytes
    pred: tuple[bytes, int] | None = None  # on seq 1: the incarnation before and its last seq
    blobs: tuple[tuple[bytes, int], ...] = ()  # [id, size of the ciphertext]

    def __post_init__(self) -> None:
        """Refuse a header that could not have been made by an honest program."""
        names = (self.origin, self.incarnation, self.to, self.key)
        if self.version != VERSION or any(len(name) != NONCE_BYTES for name in names):
            raise ValueError("header version or the length of a name")
        if not 0 < self.seq < MAX_COUNT:
            raise ValueError("header seq")
        _check_numbers(self.suite, self.lane)
        if any(not 0 <= (time or 0) < MAX_COUNT for time in self.created):
            raise ValueError("header created")
        if self.pred is not None and (
            self.seq != 1 or len(self.pred[0]) != NONCE_BYTES or not 0 < self.pred[1] < MAX_COUNT
        ):
            raise ValueError("header pred")
        if len(self.blobs) > MAX_FILES or any(
            len(blob) != DIGEST_BYTES or not 0 < size <= MAX_BLOB_BYTES for blob, size in self.blobs
        ):
            raise ValueError("header blobs")
        if sum(size for _, size in self.blobs) > MAX_ENVELOPE_BLOBS_BYTES:
            raise ValueError("header blobs together")
        if self.blobs and self.lane == Lane.CONTROL:
            raise ValueError("header of a control envelope with blobs")


def _check_numbers(suite: int, lane: int) -> None:
    """Only the recipient has to know the suite; everybody on the way has to know the lane."""
    if not 0 < suite <= _MAX_SUITE:
        raise ValueError("header suite")
    if max(Lane) < lane <= _MAX_LANE:
        raise NeedsNewerError(f"lane {lane} is unknown here")
    if lane not in _LANES:
        raise ValueError("header lane")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A well-formed envelope. Whether its signature fits is asked by :meth:`check`."""

    wire: bytes
    id: EnvelopeId
    header: Header
    header_bytes: bytes
    sealed: bytes
    signed: bytes
    signature: bytes

    @property
    def origin(self) -> NodeId:
        """Who sealed it, as it claims."""
        return NodeId(self.header.origin.hex())

    @property
    def to(self) -> NodeId:
        """Whom it is for."""
        return NodeId(self.header.to.hex())

    @property
    def lane(self) -> Lane:
        """Its class of traffic."""
        return Lane(self.header.lane)

    @property
    def blobs(self) -> tuple[tuple[BlobId, int], ...]:
        """Blobs that belong to it: id and size of the ciphertext in bytes."""
        return tuple((BlobId(blob), size) for blob, size in self.header.blobs)

    def ref(self, blob: BlobId) -> BlobRef:
        """One of its blobs: it is its origin's, whoever else names the same id."""
        return BlobRef(self.origin, blob)

    @property
    def incarnation(self) -> Incarnation:
        """The sender's incarnation."""
        return Incarnation(self.header.incarnation)

    def check(self, signing_public: bytes) -> None:
        """Raise SignatureError unless ``signing_public`` signed these very bytes."""
        verify(signing_public, Context.ENVELOPE, self.signed, self.signature)

    def check_any(self, keys: Collection[bytes]) -> bytes:
        """The one of ``keys`` that signed these very bytes.

        Raises:
            SignatureError: none of them did.
        """
        for key in keys:
            try:
                self.check(key)
            except SignatureError:
                continue
            return key
        raise SignatureError(f"none of {len(keys)} keys has signed this envelope")

    def signed_anew(self, signer: Signer) -> bytes:
        """The same envelope under another key of its origin: its id and content stay."""
        signature = signer.sign(Context.ENVELOPE, self.signed)
        return pack(Signed(body=self.signed, signature=signature))

    def open(self, key: OpeningKey) -> bytes:
        """The payload.

        Raises:
            UnopenableError: sealed for another key, or changed.
            MalformedError, TooLargeError: opened, but not what :func:`seal_envelope` makes.
        """
        fitting = named(key, self.header.key) if key.suite == self.header.suite else None
        if fitting is None:
            raise UnopenableError("sealed for another key")
        padded = fitting.unwrap(self.sealed, _INFO + self.header_bytes)
        return expand(_unpad(padded), limit=MAX_PLAINTEXT_BYTES)


class _Inner(Wrapper, frozen=True, kw_only=True, array_like=True):
    header: bytes
    sealed: bytes


def seal_envelope(
    payload: bytes, header: Header, sealing_public: bytes, signer: Signer
) -> Envelope:
    """A new envelope, as :func:`read_envelope` reads its wire bytes.

    Raises:
        TooLargeError: the payload does not fit into one envelope.
        MalformedError: ``sealing_public`` is no key of the header's suite.
    """
    if len(payload) > MAX_PLAINTEXT_BYTES:
        raise TooLargeError(f"a payload of {len(payload)} bytes")
    header_bytes = pack(header)
    suite = suite_number(header.suite)
    sealed = seal(suite, sealing_public, _pad(squeeze(payload)), _INFO + header_bytes)
    signed = pack([header_bytes, sealed])
    signature = signer.sign(Context.ENVELOPE, signed)
    wire = pack(Signed(body=signed, signature=signature))
    _require_size(wire, header)
    return Envelope(
        wire=wire,
        id=_name(signed),
        header=header,
        header_bytes=header_bytes,
        sealed=sealed,
        signed=signed,
        signature=signature,
    )


def read_envelope(wire: bytes) -> Envelope:
    """Take the layers of an envelope apart; nothing is verified or opened yet.

    The suite may be one of tomorrow: only the recipient has to know it.

    Raises:
        NeedsNewerError: the header holds something that everybody on the way has to understand.
        MalformedError, TooLargeError: not an envelope.
    """
    outer = unpack(wire, Signed, limit=MAX_ENVELOPE_BYTES)
    inner = unpack(outer.body, _Inner)
    header = unpack(inner.header, Header)
    _require_size(wire, header)
    return Envelope(
        wire=wire,
        id=_name(outer.body),
        header=header,
        header_bytes=inner.header,
        sealed=inner.sealed,
        signed=outer.body,
        signature=outer.signature,
    )


def _name(signed: bytes) -> EnvelopeId:
    return EnvelopeId(hashlib.sha256(signed).digest())


def _require_size(wire: bytes, header: Header) -> None:
    most = MAX_CONTROL_BYTES if header.lane == Lane.CONTROL else MAX_ENVELOPE_BYTES
    if len(wire) > most:
        raise TooLargeError(f"an envelope of {len(wire)} bytes, at most {most} in its lane")


def _pad(data: bytes) -> bytes:
    filled = len(data) + len(_PAD_MARK)
    return data + _PAD_MARK + b"\0" * (-filled % PAD_BYTES)


def _unpad(data: bytes) -> bytes:
    bare = data.rstrip(b"\0")
    if len(data) % PAD_BYTES or not bare.endswith(_PAD_MARK):
        raise MalformedError("padding")
    return bare[: -len(_PAD_MARK)]
