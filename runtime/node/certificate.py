"""A node's own TLS certificate: of which authority it is, and another one for the same key.

The roster says which authority is in use. A node whose certificate is of another one asks for its
successor, and puts that in the old one's place; a power cut leaves one or the other.

Source: docs/protocol.md section 10.6; docs/adr/0040-another-tls-authority.md.
"""

import logging

from protocol.errors import MalformedError, SignatureError
from protocol.trust.certificate import (
    certificate_der,
    certificate_key_hash,
    certificate_node,
    certificate_pem,
    is_issued_by,
    issuer_name,
)
from protocol.trust.roster import Roster
from runtime.disk.files import write_private
from runtime.node.identity import Identity

log = logging.getLogger(__name__)


def wants_certificate(identity: Identity, roster: Roster) -> bool:
    """Whether the certificate is of no authority that is in use or announced. Blocks for the disk.

    One that can't be read is asked for by nobody: a person has to look at that disk.
    """
    return _is_of(identity, roster.own_authorities(identity.ca)) is False


def is_shut_out(identity: Identity, roster: Roster) -> bool:
    """Whether no node with this roster takes the certificate. Blocks for the disk."""
    return _is_of(identity, roster.authorities(identity.ca)) is False


def own_authority(identity: Identity, roster: Roster) -> bytes:
    """The name of the authority that the certificate is of; empty: of none. Blocks for the disk."""
    try:
        return issuer_name(_own(identity), roster.authorities(identity.ca))
    except (OSError, MalformedError):
        return b""


def fits_present_key(identity: Identity, certificate: bytes) -> bool:
    """Whether ``certificate`` (DER) is for the TLS key in force. Blocks for the disk.

    Raises:
        OSError, MalformedError: one of the two can't be read.
    """
    return certificate_key_hash(certificate) == certificate_key_hash(_own(identity))


def replace_certificate(identity: Identity, certificate: bytes, roster: Roster) -> None:
    """Use ``certificate`` (DER) from the next connection on; the key stays.

    Nothing changes if the present one is good: a county that was put back may answer what it was
    asked before, by an authority that it had then.

    Raises:
        MalformedError: it is none.
        SignatureError: it is another node's, for another key, or not of the authority in use.
        DiskFullError, StoreError: it can't be written; the old one is as it was.
    """
    if certificate_node(certificate) != identity.node:
        raise SignatureError("the certificate of another node")
    if not fits_present_key(identity, certificate):
        raise SignatureError("a certificate for another key")
    authorities = roster.own_authorities(identity.ca)
    if not any(is_issued_by(certificate, authority) for authority in authorities):
        raise SignatureError("a certificate of another authority than the one in use")
    if not wants_certificate(identity, roster):
        return
    write_private(identity.certificate_path, certificate_pem(certificate))
    log.info("certificate replaced", extra={"event": "certificate.replaced"})


def is_replaced(identity: Identity) -> bool:
    """Whether there is another certificate on disk than at the start. Blocks for the disk."""
    return identity.certificate_path.read_bytes() != identity.certificate


def _is_of(identity: Identity, authorities: tuple[bytes, ...]) -> bool | None:
    try:
        own = _own(identity)
        return any(is_issued_by(own, authority) for authority in authorities)
    except (OSError, MalformedError):
        return None


def _own(identity: Identity) -> bytes:
    return certificate_der(identity.certificate_path.read_bytes())
