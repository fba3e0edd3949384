"""A second implementation of the way from wire bytes to payload. It uses nothing of ``protocol``.

What it shares with the first are only libraries' primitives: Ed25519, X25519, ML-KEM-768,
ChaCha20-Poly1305, msgpack, zstd. HPKE and X-Wing are worked out here.

Source: docs/protocol.md section 4; RFC 9180 sections 4 and 5; draft-connolly-cfrg-xwing-kem.
"""

import hashlib
import hmac
import sys
from dataclasses import dataclass
from typing import Any

import msgpack
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_XWING_LABEL = rb"\./" + b"/^\\"
_KEM_X25519, _KEM_XWING = b"\x00\x20", b"\x64\x7a"
_KDF_AEAD = b"\x00\x01" + b"\x00\x03"  # HKDF-SHA256, ChaCha20-Poly1305
_X25519_BYTES, _MLKEM_CIPHERTEXT_BYTES = 32, 1088
_HASH_BYTES, _KEY_BYTES, _NONCE_BYTES = 32, 32, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What an envelope says."""

    id: bytes
    header: dict[str, Any]
    payload: bytes
    values: dict[str, Any]  # the payload, decoded


def open_wire(wire: bytes, origin_public: bytes, secret: bytes, dictionary: bytes) -> Opened:
    """Verify and open an envelope with the recipient's secret: 96 bytes for suite 1, 32 for 2."""
    signed, signature = msgpack.unpackb(wire)
    context = b"yizhan/sig/1\x00"
    Ed25519PublicKey.from_public_bytes(origin_public).verify(signature, context + signed)
    header_bytes, sealed = msgpack.unpackb(signed)
    header = msgpack.unpackb(header_bytes)
    decapsulate = {1: _xwing, 2: _dhkem}[header["s"]]
    kem, shared, ciphertext = decapsulate(secret, sealed)
    padded = _hpke_open(kem, shared, b"yizhan/env/1" + header_bytes, ciphertext)
    payload = zstd.decompress(_unpad(padded), zstd_dict=zstd.ZstdDict(dictionary))
    return Opened(
        id=hashlib.sha256(signed).digest(),
        header=header,
        payload=payload,
        values=msgpack.unpackb(payload),
    )


def _xwing(secret: bytes, sealed: bytes) -> tuple[bytes, bytes, bytes]:
    """KEM id, shared secret, and what follows the encapsulated key."""
    mlkem = MLKEM768PrivateKey.from_seed_bytes(secret[:64])
    x25519 = X25519PrivateKey.from_private_bytes(secret[64:])
    end = _MLKEM_CIPHERTEXT_BYTES + _X25519_BYTES
    ct_mlkem, ct_x25519 = sealed[:_MLKEM_CIPHERTEXT_BYTES], sealed[_MLKEM_CIPHERTEXT_BYTES:end]
    combined = hashlib.sha3_256(
        mlkem.decapsulate(ct_mlkem)
        + x25519.exchange(X25519PublicKey.from_public_bytes(ct_x25519))
        + ct_x25519
        + x25519.public_key().public_bytes_raw()
        + _XWING_LABEL
    )
    return _KEM_XWING, combined.digest(), sealed[end:]


def _dhkem(secret: bytes, sealed: bytes) -> tuple[bytes, bytes, bytes]:
    """KEM id, shared secret, and what follows the encapsulated key."""
    private = X25519PrivateKey.from_private_bytes(secret)
    encapsulated = sealed[:_X25519_BYTES]
    shared = private.exchange(X25519PublicKey.from_public_bytes(encapsulated))
    suite = b"KEM" + _KEM_X25519
    prk = _labeled_extract(suite, b"", b"eae_prk", shared)
    context = encapsulated + private.public_key().public_bytes_raw()
    key = _labeled_expand(suite, prk, b"shared_secret", context, _HASH_BYTES)
    return _KEM_X25519, key, sealed[_X25519_BYTES:]


def _hpke_open(kem: bytes, shared: bytes, info: bytes, ciphertext: bytes) -> bytes:
    """Base mode, first and only message, no associated data."""
    suite = b"HPKE" + kem + _KDF_AEAD
    psk_id_hash = _labeled_extract(suite, b"", b"psk_id_hash", b"")
    info_hash = _labeled_extract(suite, b"", b"info_hash", info)
    context = b"\x00" + psk_id_hash + info_hash
    secret = _labeled_extract(suite, shared, b"secret", b"")
    key = _labeled_expand(suite, secret, b"key", context, _KEY_BYTES)
    nonce = _labeled_expand(suite, secret, b"base_nonce", context, _NONCE_BYTES)
    return ChaCha20Poly1305(key).decrypt(nonce, ciphertext, None)


def _labeled_extract(suite: bytes, salt: bytes, label: bytes, material: bytes) -> bytes:
    return hmac.digest(salt or bytes(_HASH_BYTES), b"HPKE-v1" + suite + label + material, "sha256")


def _labeled_expand(suite: bytes, prk: bytes, label: bytes, info: bytes, size: int) -> bytes:
    """At most one block of HKDF-Expand, which is all that is needed here."""
    block = size.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info + b"\x01"
    return hmac.digest(prk, block, "sha256")[:size]


def _unpad(padded: bytes) -> bytes:
    bare = padded.rstrip(b"\x00")
    if len(padded) % 64 or bare[-1:] != b"\x80":
        raise ValueError("padding")
    return bare[:-1]
