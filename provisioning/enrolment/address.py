"""Where the children of a joining hub will call it: as the roster says, else as the hub says.

Source: docs/protocol.md section 10.3; ADR 0019.
"""

from collections.abc import Mapping

from protocol.codec import altered
from protocol.errors import (
    AddressMissingError,
    AddressOtherError,
    AddressTakenError,
    MalformedError,
    UsageError,
)
from protocol.ids import NodeId
from protocol.trust.address import checked_url
from protocol.trust.roster import Role, RosterEntry, State

Nodes = Mapping[NodeId, RosterEntry]


def addressed(nodes: Nodes, node: NodeId, url: str) -> RosterEntry:
    """The entry of ``node`` with its address; ``url`` is what it asks for, empty if nothing.

    Raises:
        AddressMissingError: a hub that nobody could call.
        AddressOtherError: the roster has another address; the detail says which.
        AddressTakenError: another node is called there.
        MalformedError: no address, or of a node that nobody calls.
    """
    entry = nodes[node]
    if entry.role is not Role.HUB:
        if url:
            raise MalformedError(f"a {entry.role.value} has no address")
        return entry
    if not url and not entry.url:
        raise AddressMissingError(entry.name)
    if url and entry.url and _plain(url) != entry.url:
        raise AddressOtherError(entry.url)
    if url and not entry.url:
        check_free(nodes, _plain(url), node)
    return altered(entry, url=entry.url or _plain(url))


def check_free(nodes: Nodes, url: str, node: NodeId) -> None:
    """Do nothing if no other node is called at ``url``.

    Raises:
        AddressTakenError: one is, and is not retired; the detail names it.
    """
    for other, entry in nodes.items():
        if entry.url == url and other != node and entry.state is not State.RETIRED:
            raise AddressTakenError(f"{url} {entry.name} {entry.code}")


def _plain(url: str) -> str:
    try:
        return checked_url(url)
    except UsageError as exc:
        raise MalformedError(exc.detail) from None
