"""What hubs and stations hold of the county's audit record, as far as the county knows.

Rosters that were published are kept here and bear the record's end; neighbours say in each Hello
which roster they hold, and every node says so, signed, in its word about its health.

Source: docs/operations.md, "The audit record".
"""

from central.relay.health.nodes import rosters_held
from central.relay.service import Relay
from protocol.ids import NodeId
from provisioning.audit.evidence import Evidence
from provisioning.authority import Authority


async def gather(relay: Relay, authority: Authority) -> Evidence:
    """All of it, as it is now."""
    kept = await relay.editions.kept_rosters()
    held = await relay.store.transact(rosters_held)
    newest = authority.roster()  # after the reports: nodes hold none that is signed later
    entries = [roster.county()[1] for roster in (newest, relay.editions.roster, *kept)]
    return Evidence(
        heads=[entry.audit for entry in entries if entry.audit],
        newest=newest.version,
        held={_name(authority, node): version for node, version in held.items()},
    )


def _name(authority: Authority, node: NodeId) -> str:
    entry = authority.roster().nodes.get(node)
    return f"{entry.name} {node}" if entry else node
