"""What an invited node is told: its kit, its code, and the card for both."""

from protocol.ids import NodeId
from protocol.trust.fingerprint import fingerprint
from protocol.trust.roster import Roster
from provisioning.authority import Authority
from provisioning.bulk.cards import Card, card_page
from provisioning.invitation import Invitation
from provisioning.lifecycle.calls import Invited


def invited(authority: Authority, invitation: Invitation) -> Invited:
    """The answer about one node that was just invited."""
    card = card_of(authority, authority.roster(), invitation)
    return Invited(
        node=invitation.node,
        name=card.name,
        code=invitation.code,
        kit=invitation.kit,
        card=card_page([card]).encode(),
    )


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
