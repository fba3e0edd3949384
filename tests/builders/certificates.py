"""A certificate authority in a few lines, which may also issue what the real one never would."""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from protocol.trust.certificate import NOT_AFTER, NOT_BEFORE, certificate_pem, key_pem


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass(kw_only=True)
class SmallCa:
    """One county's certificate authority."""

    secret: bytes = bytes(range(32))
    not_before: dt.datetime = NOT_BEFORE
    not_after: dt.datetime = NOT_AFTER
    der: bytes = field(init=False)

    def __post_init__(self) -> None:
        key = Ed25519PrivateKey.from_private_bytes(self.secret)
        certificate = (
            self._builder("test ca", key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, None)
        )
        self.der = certificate.public_bytes(serialization.Encoding.DER)

    def certificate(self, common_name: str, tls_secret: bytes) -> bytes:
        """DER of a certificate for the key made from ``tls_secret``."""
        key = Ed25519PrivateKey.from_private_bytes(self.secret)
        leaf = Ed25519PrivateKey.from_private_bytes(tls_secret)
        certificate = self._builder(common_name, leaf).sign(key, None)
        return certificate.public_bytes(serialization.Encoding.DER)

    def files(self, folder: Path, common_name: str, tls_secret: bytes) -> tuple[Path, Path]:
        """Certificate and key as files, as the ssl module reads them."""
        certificate, key = folder / f"{common_name}.pem", folder / f"{common_name}.key"
        certificate.write_bytes(certificate_pem(self.certificate(common_name, tls_secret)))
        key.write_bytes(key_pem(tls_secret))
        return certificate, key

    def _builder(self, common_name: str, key: Ed25519PrivateKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(_name(common_name))
            .issuer_name(_name("test ca"))
            .public_key(key.public_key())
            .serial_number(7)
            .not_valid_before(self.not_before)
            .not_valid_after(self.not_after)
        )
