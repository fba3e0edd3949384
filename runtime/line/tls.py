"""TLS contexts: 1.3 only, our county's authorities only, and no validity times.

Which authorities those are is said by the kit, and later by the roster.

Source: docs/protocol.md section 10.4.
"""

import ssl
from collections.abc import Iterable, Sequence
from pathlib import Path

from protocol.trust.certificate import certificate_pem

_NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME: a PC dated 2009 must get in


def server_context(authorities: Sequence[bytes], certificate: Path, key: Path) -> ssl.SSLContext:
    """For a hub or county: a child may come without a certificate, but then only to join."""
    context = _context(ssl.PROTOCOL_TLS_SERVER, authorities)
    context.load_cert_chain(certificate, key)
    context.verify_mode = ssl.CERT_OPTIONAL
    context.num_tickets = 0  # no child resumes: two tickets would be 1 KB and a third of our time
    return context


def client_context(
    authorities: Sequence[bytes], certificate: Path | None = None, key: Path | None = None
) -> ssl.SSLContext:
    """For a child. The parent's certificate must name the expected node, not a host name."""
    context = _context(ssl.PROTOCOL_TLS_CLIENT, authorities)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    if certificate is not None and key is not None:
        context.load_cert_chain(certificate, key)
    return context


def open_context(certificate: Path | None = None, key: Path | None = None) -> ssl.SSLContext:
    """For a child that asks whoever answers for a roster: that proves itself, up to the root."""
    context = _context(ssl.PROTOCOL_TLS_CLIENT, ())
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if certificate is not None and key is not None:
        context.load_cert_chain(certificate, key)
    return context


def _context(protocol: int, authorities: Iterable[bytes]) -> ssl.SSLContext:
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    for der in authorities:
        context.load_verify_locations(cadata=certificate_pem(der).decode("ascii"))
    context.verify_flags |= ssl.VerifyFlags(_NO_CHECK_TIME)
    return context
