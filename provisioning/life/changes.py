"""The entry of a node after something happened to it, or why that can't be.

The node id and its keys stay through all of it. What is sealed at the node or under way to the
county arrives whatever state the node is in: a state decides who may call, not what is lost.

Source: docs/operations.md, "The life of a node".
"""

from protocol.address import checked_url
from protocol.codec import altered
from protocol.errors import NodeStateError, UsageError
from protocol.ids import NodeId
from protocol.limits import MAX_OTHER_PATHS
from protocol.roster import Role, Roster, RosterEntry, State
from provisioning.invitation import Newcomer, checked_name, invited_entry
from provisioning.policy import Policy


def renamed(roster: Roster, node: NodeId, name: str) -> RosterEntry:
    """With another name for people to read."""
    return altered(_living(roster, node), name=checked_name(name))


def moved(roster: Roster, node: NodeId, policy: Policy, *, parent: str, code: str) -> RosterEntry:
    """Below another parent (node id or division code), or in a division with another code.

    An empty one stays as it is. A station that moves keeps its old parent as another path: it still
    calls there, and hears there where it belongs now.

    Raises:
        NodeUnknownError, UsageError, PolicyError: the node can't stand there.
    """
    entry = _living(roster, node)
    if entry.role is Role.COUNTY:
        raise UsageError("县中心不能移动")
    wanted = Newcomer(
        role=entry.role,
        code=code or entry.code,
        name=entry.name,
        parent=parent or entry.parent,
        url=entry.url,
    )
    place = invited_entry(roster, wanted)
    if place.parent == node:
        raise UsageError("不能归自己管")
    if place.parent != entry.parent:
        policy.check_place(roster, place)
    others = entry.others
    if place.parent != entry.parent:
        paths = (entry.parent, *entry.others) if entry.role is Role.STATION else entry.others
        kept = [path for path in dict.fromkeys(paths) if path != place.parent]
        others = tuple(kept[:MAX_OTHER_PATHS])
    return altered(entry, code=place.code, parent=place.parent, others=others)


def readdressed(roster: Roster, node: NodeId, url: str) -> RosterEntry:
    """A hub that is called elsewhere: ``https://host:port``."""
    entry = _living(roster, node)
    if entry.role is not Role.HUB:
        raise UsageError("只有乡镇枢纽有地址")
    return altered(entry, url=checked_url(url))


def suspended(roster: Roster, node: NodeId) -> RosterEntry:
    """May not call until it is resumed."""
    return _from(roster, node, State.SUSPENDED, State.ACTIVE)


def resumed(roster: Roster, node: NodeId) -> RosterEntry:
    """May call again."""
    return _from(roster, node, State.ACTIVE, State.SUSPENDED)


def retired(roster: Roster, node: NodeId) -> RosterEntry:
    """Is no more; its memory stays, so that what it sealed can still be checked.

    Raises:
        NodeStateError: it has children, or is the county.
    """
    entry = _living(roster, node)
    if entry.role is Role.COUNTY:
        raise NodeStateError("县中心不能注销")
    below = [
        child.name
        for child in roster.nodes.values()
        if child.parent == node and child.state is not State.RETIRED
    ]
    if below:
        raise NodeStateError(f"{entry.name} 还有 {len(below)} 个下级,请先移到别处")
    return altered(entry, state=State.RETIRED)


def _from(roster: Roster, node: NodeId, to: State, *before: State) -> RosterEntry:
    entry = _living(roster, node)
    if entry.role is Role.COUNTY or entry.state not in before:
        raise NodeStateError(f"{entry.name}:{entry.state.value}")
    return altered(entry, state=to)


def _living(roster: Roster, node: NodeId) -> RosterEntry:
    entry = roster.nodes[node]
    if entry.state is State.RETIRED:
        raise NodeStateError(f"{entry.name}:{entry.state.value}")
    return entry
