"""The TLS authority in use, and the certificates that it issues.

It can be replaced while nodes join and renew: whoever issues holds this object, not an authority.

Source: docs/protocol.md section 10.4; docs/adr/0040-another-tls-authority.md.
"""

from protocol.codec import pack
from protocol.ids import NodeId
from protocol.ports import Randomness
from protocol.trust.certificate import is_issued_by
from protocol.trust.roster import RosterEntry
from provisioning.register import Register
from provisioning.x509 import TlsAuthority


class Issuer:
    """Issues the certificates of nodes, by the authority in use. The register's lock guards it."""

    def __init__(self, present: TlsAuthority, randomness: Randomness) -> None:
        self.present, self._randomness = present, randomness

    def succeed(self, coming: TlsAuthority) -> None:
        """From now on ``coming`` is the one in use."""
        self.present = coming

    @property
    def certificate(self) -> bytes:
        """Of the authority in use, DER."""
        return self.present.certificate

    def issue(self, request: bytes, node: NodeId, entry: RosterEntry) -> bytes:
        """The certificate that ``node`` asks for; raises as TlsAuthority.issue."""
        return self.present.issue(request, node, entry.role, entry.url, self._randomness)

    def issue_again(self, certificate: bytes, node: NodeId, entry: RosterEntry) -> bytes:
        """A certificate for the same key; ``certificate`` itself if it is of the one in use."""
        if is_issued_by(certificate, self.certificate):
            return certificate
        return self.present.issue_again(certificate, node, entry.role, entry.url, self._randomness)

    def certificate_of(self, register: Register, node: NodeId, entry: RosterEntry) -> bytes:
        """The certificate of a node that has joined, by the authority in use; kept if it is new.

        The key is the same, so the roster knows it already, and it is no matter who asks. The
        caller holds the register's lock.
        """
        held = register.store.certificate(node)
        fresh = self.issue_again(held, node, entry)
        if fresh is not held:
            with register.store.transaction():
                register.store.put_keys(node, pack(register.keys[node]), fresh)
        return fresh
