"""X.509 as far as a node needs it: its TLS key, its request for a certificate, who a peer is.

The certificate names the node; whether that node may speak is decided by the roster, never by
the certificate's validity time, because a village PC may believe that it is 2009.

Source: docs/protocol.md section 10; RFC 5280; RFC 2986.
"""

import datetime
import hashlib
import re
from collections.abc import Iterable

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.x509.oid import NameOID

from protocol.envelope.keys import key_name
from protocol.errors import MalformedError
from protocol.ids import NodeId

_NODE = re.compile(r"[0-9a-f]{16}")
NOT_BEFORE = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
NOT_AFTER = datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)


def tls_request(node: NodeId, secret: bytes) -> bytes:
    """A certificate request (DER) for ``node``, signed by its TLS key: proves possession."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, node)])
    request = x509.CertificateSigningRequestBuilder().subject_name(name)
    key = Ed25519PrivateKey.from_private_bytes(secret)
    return request.sign(key, None).public_bytes(serialization.Encoding.DER)


def key_pem(secret: bytes) -> bytes:
    """An Ed25519 key as PKCS#8 PEM, as the ssl module reads it."""
    return Ed25519PrivateKey.from_private_bytes(secret).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def certificate_pem(der: bytes) -> bytes:
    """A certificate as PEM.

    Raises:
        MalformedError: not a certificate.
    """
    return _load(der).public_bytes(serialization.Encoding.PEM)


def certificate_der(pem: bytes) -> bytes:
    """What :func:`certificate_pem` was made from.

    Raises:
        MalformedError: not a certificate.
    """
    try:
        certificate = x509.load_pem_x509_certificate(pem)
    except (ValueError, x509.InvalidVersion):
        raise MalformedError("not an X.509 certificate") from None
    return certificate.public_bytes(serialization.Encoding.DER)


def certificate_node(der: bytes) -> NodeId:
    """The node that a certificate names; its chain was checked by TLS.

    Raises:
        MalformedError: not a certificate of ours.
    """
    names = _load(der).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    if len(names) != 1 or not _NODE.fullmatch(str(names[0].value)):
        raise MalformedError("a certificate that names no node")
    return NodeId(str(names[0].value))


def certificate_key_hash(der: bytes) -> bytes:
    """SHA-256 of the certificate's SubjectPublicKeyInfo, as the roster keeps it."""
    return spki_hash(_load(der).public_key())


def spki_hash(key: object) -> bytes:
    """SHA-256 of a public key's SubjectPublicKeyInfo."""
    info = key.public_bytes(  # type: ignore[attr-defined]
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(info).digest()


def tls_key_hash(secret: bytes) -> bytes:
    """SHA-256 of the SubjectPublicKeyInfo of the TLS key that ``secret`` makes."""
    return spki_hash(Ed25519PrivateKey.from_private_bytes(secret).public_key())


def is_issued_by(certificate: bytes, authority: bytes) -> bool:
    """Whether the authority with the certificate ``authority`` signed ``certificate`` (both DER).

    Raises:
        MalformedError: one of them is no certificate.
    """
    try:
        _load(certificate).verify_directly_issued_by(_load(authority))
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def authority_name(authority: bytes) -> bytes:
    """8 bytes by which people and reports name a TLS authority, from its certificate (DER).

    Raises:
        MalformedError: not the certificate of one.
    """
    public = _load(authority).public_key()
    if not isinstance(public, Ed25519PublicKey):
        raise MalformedError("a TLS authority without an Ed25519 key")
    return key_name(public.public_bytes_raw())


def issuer_name(certificate: bytes, authorities: Iterable[bytes]) -> bytes:
    """The name of the one of ``authorities`` that issued ``certificate``; empty: none of them."""
    issuers = (authority_name(one) for one in authorities if is_issued_by(certificate, one))
    return next(issuers, b"")


def _load(der: bytes) -> x509.Certificate:
    try:
        certificate = x509.load_der_x509_certificate(der)
        _ = certificate.subject, certificate.public_key()  # parsed only when they are asked for
    except (ValueError, UnsupportedAlgorithm, x509.InvalidVersion):
        raise MalformedError("not an X.509 certificate") from None
    return certificate
