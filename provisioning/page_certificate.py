"""The certificate of a node's web pages, until an administrator puts one of a known CA there.

Browsers take no Ed25519 certificate, so it is not one of the county's TLS authority: it is
self-signed with a P-256 key, and whoever opens the pages first compares its fingerprint.

Source: docs/operations.md, "People and pages"; RFC 5280 section 4.2.
"""

import ipaddress
from collections.abc import Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from protocol.trust.certificate import NOT_AFTER, NOT_BEFORE
from runtime.disk.files import disk_errors, sync_folder, write_new

CERTIFICATE, KEY = "pages.crt", "pages.key"


def page_certificate(folder: Path, names: Sequence[str]) -> tuple[Path, Path]:
    """Paths of certificate and key (PEM) in ``folder``; made for ``names`` if they are not there.

    Raises:
        DiskFullError, StoreError: they can't be written.
    """
    certificate, key = folder / CERTIFICATE, folder / KEY
    if not (certificate.exists() and key.exists()):
        with disk_errors():
            certificate.unlink(missing_ok=True)  # the power went between the two
            key.unlink(missing_ok=True)
            made, secret = _made(names)
            write_new(key, secret)
            write_new(certificate, made)
            sync_folder(folder)
    return certificate, key


def fingerprint_of(certificate: Path) -> str:
    """SHA-256 as browsers show it: ``AB:CD:…``."""
    parsed = x509.load_pem_x509_certificate(certificate.read_bytes())
    return parsed.fingerprint(hashes.SHA256()).hex(":").upper()


def _made(names: Sequence[str]) -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOT_BEFORE)
        .not_valid_after(NOT_AFTER)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([_host(host) for host in names]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )
    certificate = builder.sign(key, hashes.SHA256())
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return certificate.public_bytes(serialization.Encoding.PEM), secret


def _host(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
