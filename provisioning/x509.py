"""The county's TLS certificate authority and the certificates of its nodes.

Every certificate has the full profile of RFC 5280, because Python 3.13 and newer refuse a chain
without it (VERIFY_X509_STRICT). Nothing is decided by the long validity: the roster decides.

Source: docs/protocol.md section 10.3; RFC 5280 section 4.2.
"""

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from protocol.errors import MalformedError, SignatureError
from protocol.ids import NodeId
from protocol.ports import Randomness
from protocol.trust.certificate import NOT_AFTER, NOT_BEFORE, certificate_key_hash, spki_hash
from protocol.trust.roster import Role

_SERIAL_BYTES = 20
_USES = {
    Role.COUNTY: [ExtendedKeyUsageOID.SERVER_AUTH],
    Role.HUB: [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH],
    Role.STATION: [ExtendedKeyUsageOID.CLIENT_AUTH],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsAuthority:
    """What signs the TLS certificates of one county."""

    secret: bytes = field(repr=False)  # Ed25519 seed
    certificate: bytes  # DER

    def issue(
        self, request: bytes, node: NodeId, role: Role, url: str, randomness: Randomness
    ) -> bytes:
        """The certificate (DER) that ``node`` asks for with a PKCS#10 request (DER).

        Raises:
            MalformedError: not a request with an Ed25519 key that names ``node``.
            SignatureError: not signed by the key that it is for.
        """
        return self._leaf(_requested_key(request, node), node, role, url, randomness)

    def issue_again(
        self, certificate: bytes, node: NodeId, role: Role, url: str, randomness: Randomness
    ) -> bytes:
        """Another certificate (DER) for the key of ``certificate``, whoever issued that.

        Raises:
            MalformedError: not a certificate with an Ed25519 key.
        """
        return self._leaf(_certified_key(certificate), node, role, url, randomness)

    def _leaf(
        self, public: Ed25519PublicKey, node: NodeId, role: Role, url: str, randomness: Randomness
    ) -> bytes:
        issuer = x509.load_der_x509_certificate(self.certificate)
        builder = _builder(node, public, issuer.subject, randomness)
        builder = _with_usage(builder, ca=False)
        builder = builder.add_extension(x509.ExtendedKeyUsage(_USES[role]), critical=False)
        builder = builder.add_extension(
            x509.SubjectAlternativeName(_names(node, url)), critical=False
        )
        return _signed(builder, self.secret)


def new_tls_authority(secret: bytes, county: NodeId, randomness: Randomness) -> TlsAuthority:
    """A certificate authority for one county, which signs only leaves."""
    name = f"yizhan ca {county}"
    public = Ed25519PrivateKey.from_private_bytes(secret).public_key()
    builder = _with_usage(_builder(name, public, _name(name), randomness), ca=True)
    return TlsAuthority(secret=secret, certificate=_signed(builder, secret))


def read_tls_authority(secret: bytes, certificate: bytes) -> TlsAuthority:
    """A certificate authority as it was kept.

    Raises:
        MalformedError: the certificate is none, or is not of this key.
    """
    public = Ed25519PrivateKey.from_private_bytes(secret).public_key()
    if certificate_key_hash(certificate) != spki_hash(public):
        raise MalformedError("the key of the certificate authority does not fit its certificate")
    return TlsAuthority(secret=secret, certificate=certificate)


def _requested_key(request: bytes, node: NodeId) -> Ed25519PublicKey:
    try:
        parsed = x509.load_der_x509_csr(request)
        names = parsed.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        public, signed = parsed.public_key(), parsed.is_signature_valid
    except (ValueError, UnsupportedAlgorithm, x509.InvalidVersion) as exc:
        raise MalformedError(f"not a certificate request: {type(exc).__name__}") from None
    if [name.value for name in names] != [node] or not isinstance(public, Ed25519PublicKey):
        raise MalformedError(f"not a certificate request of {node} with an Ed25519 key")
    if not signed:
        raise SignatureError("the certificate request is not signed by its key")
    return public


def _certified_key(certificate: bytes) -> Ed25519PublicKey:
    try:
        public = x509.load_der_x509_certificate(certificate).public_key()
    except (ValueError, UnsupportedAlgorithm, x509.InvalidVersion) as exc:
        raise MalformedError(f"not a certificate: {type(exc).__name__}") from None
    if not isinstance(public, Ed25519PublicKey):
        raise MalformedError("a certificate without an Ed25519 key")
    return public


def _builder(
    subject: str, public: Ed25519PublicKey, issuer: x509.Name, randomness: Randomness
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(int.from_bytes(randomness.token(_SERIAL_BYTES)) >> 1)  # never negative
        .not_valid_before(NOT_BEFORE)
        .not_valid_after(NOT_AFTER)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _with_usage(builder: x509.CertificateBuilder, *, ca: bool) -> x509.CertificateBuilder:
    constraints = x509.BasicConstraints(ca=ca, path_length=0 if ca else None)
    usage = x509.KeyUsage(
        digital_signature=not ca,
        key_cert_sign=ca,
        crl_sign=ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    return builder.add_extension(constraints, critical=True).add_extension(usage, critical=True)


def _signed(builder: x509.CertificateBuilder, secret: bytes) -> bytes:
    key = Ed25519PrivateKey.from_private_bytes(secret)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
    certificate = builder.add_extension(issuer, critical=False).sign(key, None)
    return certificate.public_bytes(serialization.Encoding.DER)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _names(node: NodeId, url: str) -> list[x509.GeneralName]:
    host = urlsplit(url).hostname
    names: list[x509.GeneralName] = [_host_name(host)] if host else []
    return [*names, x509.UniformResourceIdentifier(f"urn:yizhan:node:{node}")]


def _host_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
