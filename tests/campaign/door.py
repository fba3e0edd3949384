"""The door of a hub or county: who may come in is asked here as the endpoint asks it."""

import ssl

from protocol.trust.certificate import certificate_key_hash
from protocol.trust.revocation import turned_away
from tests.campaign.nodes import Machine, Server


def may_call(child: Machine, parent: Server) -> bool:
    """Whether the roster of ``parent`` lets ``child`` in, by the key that it shows."""
    node, roster = child.identity.node, parent.roster
    pem = child.identity.certificate_path.read_text("ascii")
    shown = certificate_key_hash(ssl.PEM_cert_to_DER_cert(pem))
    entry = roster.nodes.get(node)
    if entry is None or turned_away(entry, shown):
        return False
    return roster.may_call(node, parent.node) and shown in roster.tls_keys(node)
