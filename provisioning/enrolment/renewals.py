"""Renewals: an active node gets a certificate for new keys, and the roster names them.

A request that is repeated gets the same certificate again; one that names a signing key which is
not the present one is old, and changes nothing.

Source: docs/protocol.md section 10.5.
"""

from protocol.codec import altered, pack
from protocol.envelope.keys import PublicKeys
from protocol.errors import NotOnRosterError, SignatureError
from protocol.ids import NodeId
from protocol.limits import MAX_FORMER_KEYS
from protocol.trust.certificate import certificate_key_hash
from protocol.trust.renewal import RenewalRequest
from protocol.trust.roster import Roster, RosterEntry, State
from provisioning.issuer import Issuer
from provisioning.register import Register


class Renewals:
    """Changes the keys of nodes that have joined."""

    def __init__(self, register: Register, *, issuer: Issuer) -> None:
        self._register, self._store, self._issuer = register, register.store, issuer

    def renew(self, request: RenewalRequest) -> bytes:
        """The certificate (DER) for the keys of ``request``; as Authority.renew says."""
        node = NodeId(request.node.hex())
        with self._register.lock:
            entry = self._register.entry(node)
            if entry.state is not State.ACTIVE or entry.keys is None:
                raise NotOnRosterError(node)
            if request.signing != entry.keys.signing:
                if request.previous != entry.keys.signing or request.signing in entry.former:
                    raise SignatureError("the request replaces another key than the present one")
                self._put(node, entry, request)
            return self._issuer.certificate_of(self._register, node, self._register.entry(node))

    def certify(self, node: NodeId) -> bytes:
        """The certificate (DER) for the present keys of ``node``; as Authority.certify says."""
        with self._register.lock:
            entry = self._register.entry(node)
            if self._register.roster.active(node) is None or entry.keys is None:
                raise NotOnRosterError(node)
            return self._issuer.certificate_of(self._register, node, entry)

    def settle(self, node: NodeId, shown: bytes) -> bool:
        """``node`` has shown its signing key ``shown``; whether that ends its former TLS key.

        Nothing changes if it is not the newest one: the node may have asked for other keys since,
        and calls by those that it has until it takes them.
        """
        with self._register.lock:
            entry = self._register.entry(node)
            if not entry.former_tls or entry.keys is None or entry.keys.signing != shown:
                return False
            self._register.alter(node, altered(entry, former_tls=b""))
            return True

    def _put(self, node: NodeId, entry: RosterEntry, request: RenewalRequest) -> None:
        certificate = self._issuer.issue(request.tls_request, node, entry)
        sealing = self._register.keys[node]
        keys = PublicKeys(signing=request.signing, xwing=sealing.xwing, x25519=sealing.x25519)

        def also(_: Roster) -> None:
            self._store.put_keys(node, pack(keys), certificate)

        former = (request.previous, *entry.former)[:MAX_FORMER_KEYS]
        changed = altered(
            entry,
            keys=PublicKeys(signing=request.signing),
            tls=certificate_key_hash(certificate),
            former=former,
            former_tls=entry.tls,
        )
        self._register.put({node: changed}, also)
        self._register.keys[node] = keys
