"""X.509 as far as a node needs it: its TLS key, its request for a certificate, who a peer is.

The certificate names the node; whether that node may speak is decided by the roster, never by
the certificate's validity time, because a village PC may believe that it is 2009.

Source: docs/protocol.md section 10; RFC 5280; RFC 2986.
"""

import base64
import binascii
import datetime
import hashlib
import re
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from protocol.envelope.keys import KEY_BYTES, key_name
from protocol.errors import MalformedError
from protocol.ids import NodeId
from protocol.trust.der import ED25519_KEY, ED25519_SECRET, ED25519_SIGNED, read_certificate

_NODE = re.compile(r"[0-9a-f]{16}")
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----")
_LINE_CHARS = 64  # of a PEM file
NOT_BEFORE = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
NOT_AFTER = datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)


def tls_request(node: NodeId, secret: bytes) -> bytes:
    """A certificate request (DER) for ``node``, signed by its TLS key: proves possession."""
    from cryptography import x509  # noqa: PLC0415 - 1.5 MB, for whoever joins or renews
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, node)])
    request = x509.CertificateSigningRequestBuilder().subject_name(name)
    key = Ed25519PrivateKey.from_private_bytes(secret)
    return request.sign(key, None).public_bytes(Encoding.DER)


def key_pem(secret: bytes) -> bytes:
    """An Ed25519 key as PKCS#8 PEM, as the ssl module reads it."""
    return _pem("PRIVATE KEY", ED25519_SECRET + secret)


def certificate_pem(der: bytes) -> bytes:
    """A certificate as PEM.

    Raises:
        MalformedError: not a certificate.
    """
    read_certificate(der)
    return _pem("CERTIFICATE", der)


def _pem(kind: str, der: bytes) -> bytes:
    """RFC 7468."""
    return "".join(f"{line}\n" for line in _pem_lines(kind, der)).encode("ascii")


def _pem_lines(kind: str, der: bytes) -> Iterator[str]:
    text = base64.b64encode(der).decode("ascii")
    yield f"-----BEGIN {kind}-----"
    yield from (text[at : at + _LINE_CHARS] for at in range(0, len(text), _LINE_CHARS))
    yield f"-----END {kind}-----"


def certificate_der(pem: bytes) -> bytes:
    """What :func:`certificate_pem` was made from.

    Raises:
        MalformedError: not a certificate.
    """
    found = _PEM.search(pem)
    try:
        der = base64.b64decode(b"".join(found[1].split()), validate=True) if found else b""
    except binascii.Error:
        raise MalformedError("not an X.509 certificate") from None
    read_certificate(der)
    return der


def certificate_node(der: bytes) -> NodeId:
    """The node that a certificate names; its chain was checked by TLS.

    Raises:
        MalformedError: not a certificate of ours.
    """
    names = read_certificate(der).names
    if len(names) != 1 or not _NODE.fullmatch(names[0]):
        raise MalformedError("a certificate that names no node")
    return NodeId(names[0])


def certificate_key_hash(der: bytes) -> bytes:
    """SHA-256 of the certificate's SubjectPublicKeyInfo, as the roster keeps it."""
    return hashlib.sha256(read_certificate(der).key).digest()


def spki_hash(key: object) -> bytes:
    """SHA-256 of a public key's SubjectPublicKeyInfo."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - the same

    info = key.public_bytes(  # type: ignore[attr-defined]
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(info).digest()


def tls_key_hash(secret: bytes) -> bytes:
    """SHA-256 of the SubjectPublicKeyInfo of the TLS key that ``secret`` makes."""
    public = Ed25519PrivateKey.from_private_bytes(secret).public_key()
    return hashlib.sha256(ED25519_KEY + public.public_bytes_raw()).digest()


def is_issued_by(certificate: bytes, authority: bytes) -> bool:
    """Whether the authority with the certificate ``authority`` signed ``certificate`` (both DER).

    Raises:
        MalformedError: one of them is no certificate.
    """
    issued, issuer = read_certificate(certificate), read_certificate(authority)
    public = _ed25519(issuer.key)
    if not public or issued.issuer != issuer.subject or issued.algorithm != ED25519_SIGNED:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(issued.signature, issued.signed)
    except (ValueError, InvalidSignature):
        return False
    return True


def authority_name(authority: bytes) -> bytes:
    """8 bytes by which people and reports name a TLS authority, from its certificate (DER).

    Raises:
        MalformedError: not the certificate of one.
    """
    public = _ed25519(read_certificate(authority).key)
    if not public:
        raise MalformedError("a TLS authority without an Ed25519 key")
    return key_name(public)


def _ed25519(info: bytes) -> bytes:
    """The key in a SubjectPublicKeyInfo; empty: it is of another kind."""
    is_one = info.startswith(ED25519_KEY) and len(info) == len(ED25519_KEY) + KEY_BYTES
    return info[len(ED25519_KEY) :] if is_one else b""


def issuer_name(certificate: bytes, authorities: Iterable[bytes]) -> bytes:
    """The name of the one of ``authorities`` that issued ``certificate``; empty: none of them."""
    issuers = (authority_name(one) for one in authorities if is_issued_by(certificate, one))
    return next(issuers, b"")
