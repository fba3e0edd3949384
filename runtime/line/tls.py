"""TLS contexts: 1.3 only, our county's authority only, and no validity times.

Source: docs/protocol.md section 10.4.
"""

import ssl
from pathlib import Path

from protocol.certificate import certificate_pem

_NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME: a PC dated 2009 must get in


def server_context(ca_der: bytes, certificate: Path, key: Path) -> ssl.SSLContext:
    """For a hub or county: a child may come without a certificate, but then only to join."""
    context = _context(ssl.PROTOCOL_TLS_SERVER, ca_der)
    context.load_cert_chain(certificate, key)
    context.verify_mode = ssl.CERT_OPTIONAL
    return context


def client_context(
    ca_der: bytes, certificate: Path | None = None, key: Path | None = None
) -> ssl.SSLContext:
    """For a child. The parent's certificate must name the expected node, not a host name."""
    context = _context(ssl.PROTOCOL_TLS_CLIENT, ca_der)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    if certificate is not None and key is not None:
        context.load_cert_chain(certificate, key)
    return context


def _context(protocol: int, ca_der: bytes) -> ssl.SSLContext:
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(cadata=certificate_pem(ca_der).decode("ascii"))
    context.verify_flags |= ssl.VerifyFlags(_NO_CHECK_TIME)
    return context
