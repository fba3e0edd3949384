"""What an operation answers that invites a node: its kit, its code, and the card for both."""

import base64

from protocol.ids import NodeId
from protocol.trust.fingerprint import fingerprint
from protocol.trust.roster import Roster
from provisioning.authority import Authority
from provisioning.bulk.cards import Card, card_page
from provisioning.invitation import Invitation


def invitation_answer(authority: Authority, invitation: Invitation) -> dict[str, str]:
    """``node``, ``name``, ``code``; ``kit`` and the printable ``card`` in base 64."""
    card = card_of(authority, authority.roster(), invitation)
    return {
        "node": invitation.node,
        "name": card.name,
        "code": invitation.code,
        "kit": base64.b64encode(invitation.kit).decode("ascii"),
        "card": base64.b64encode(card_page([card]).encode()).decode("ascii"),
    }


def card_of(authority: Authority, roster: Roster, invitation: Invitation) -> Card:
    """The card of a node as it stands on ``roster``."""
    entry = roster.nodes[invitation.node]
    return Card(
        county=roster.county()[1].name,
        node=invitation.node,
        role=entry.role,
        code=entry.code,
        name=entry.name,
        parent=roster.nodes[NodeId(entry.parent)].name,
        one_time=invitation.code,
        fingerprint=fingerprint(authority.root_public),
    )
