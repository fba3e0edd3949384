"""Standing: whether the county has withdrawn or replaced this PC, and what the clerk may still do.

Known from the newest roster that this PC holds, and from nothing else: a refusal of the parent only
makes it ask for a newer one (catching_up). Nothing here removes anything: the queue stays.

Source: docs/protocol.md section 7.4; docs/adr/0026-trust-in-the-parent.md.
"""

from dataclasses import dataclass

from protocol.errors import PeerError
from protocol.ids import NodeId
from protocol.trust.revocation import closed_to, revoked
from station_agent.exchange.receiver import HeldRoster


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationStatusService:
    """What the county has said of this PC."""

    node: NodeId
    signing: bytes  # the public key that this PC signs with
    held: HeldRoster

    def closed(self) -> PeerError | None:
        """Why no new application may be sealed here; None if one may."""
        error = closed_to(self.held.roster.nodes.get(self.node), self.signing)
        return error("") if error else None

    def revoked(self) -> type[PeerError] | None:
        """What the roster says of this PC; None if all is well."""
        return revoked(self.held.roster.nodes.get(self.node), self.signing)
