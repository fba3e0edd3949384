"""Who may send what to whom, and who may bring whose blobs. Asked before anything is stored.

Everything goes to the county or comes from it: other nodes exchange nothing with each other but
through it, whoever sealed it and whichever way it came.

Source: docs/protocol.md section 7.6.
"""

from enum import Enum

from protocol.envelope.envelope import Envelope
from protocol.errors import RouteError
from protocol.ids import NodeId
from protocol.trust.roster import Roster


class Came(Enum):
    """From which side something came to a node."""

    ABOVE = "above"  # its parent sent it
    BELOW = "below"  # a node that calls it sent it
    CARRIED = "carried"  # a stick brought it, or a file of this node itself: from anywhere


def require_route(roster: Roster, envelope: Envelope, came: Came) -> None:
    """Refuse what no honest node sends that way.

    Raises:
        RouteError: neither end is the county, or both are; the parent passes on what the county
            did not send; a child passes on what the county sent.
    """
    county, _ = roster.county()
    down = envelope.origin == county
    if down == (envelope.to == county):
        raise RouteError(f"from {envelope.origin} to {envelope.to}")
    if came is not Came.CARRIED and down != (came is Came.ABOVE):
        raise RouteError(f"of {envelope.origin}, from {came.value}")


def may_bring(roster: Roster, here: NodeId, peer: NodeId, origin: NodeId) -> bool:
    """Whether ``peer`` may add to a blob of ``origin`` that is not whole at ``here``.

    Its origin may; so may what lies between: our parent, and a child of ours that ``origin``
    stands below or may call. Nobody else's bytes are mixed with them.
    """
    if peer in (origin, roster.nodes[here].parent):
        return True
    entry = roster.nodes.get(origin)
    others = entry.others if entry else ()
    return peer in others or roster.next_hop(here, origin) == peer
