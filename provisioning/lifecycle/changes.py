"""The entry of a node after something happened to it, or why that can't be.

The node id and its keys stay through all of it. What is sealed at the node or under way to the
county arrives whatever state the node is in: a state decides who may call, not what is lost.

Source: docs/operations.md, "The life of a node".
"""

from collections.abc import Sequence

from protocol.codec import altered
from protocol.errors import NodeStateError, UsageError
from protocol.ids import NodeId
from protocol.limits import MAX_DRAINED, MAX_OTHER_PATHS, MAX_SERVED
from protocol.trust.address import checked_url
from protocol.trust.roster import Drained, Role, Roster, RosterEntry, State, Village, check_counter
from provisioning.enrolment.address import check_free
from provisioning.invitation import (
    COUNTY_DIGITS,
    NewNode,
    check_division,
    checked_name,
    invited_entry,
    require_free,
    require_open,
)
from provisioning.policy import Policy


def renamed(roster: Roster, node: NodeId, name: str) -> RosterEntry:
    """With another name for people to read."""
    return altered(_living(roster, node), name=checked_name(name))


def moved(
    roster: Roster, node: NodeId, policy: Policy, *, parent: str, code: str, unique: bool = False
) -> RosterEntry:
    """Below another parent (node id or division code), or in a division with another code.

    An empty one stays as it is. A station that moves keeps its old parent as another path: it still
    calls there, and hears there where it belongs now.

    Raises:
        NodeUnknownError, UsageError, PolicyError: the node can't stand there.
        NodeTwiceError: another stands there, and ``unique`` was asked for.
    """
    entry = _living(roster, node)
    if entry.role is Role.COUNTY:
        raise UsageError("县中心不能移动")
    wanted = NewNode(
        role=entry.role,
        code=code or entry.code,
        name=entry.name,
        parent=parent or entry.parent,
        url=entry.url,
    )
    place = invited_entry(roster, wanted, own_url=entry.url)
    check_division(roster, place, anyway=True)  # a hub is down: whoever moves says below which
    if unique and place.code != entry.code:
        require_free(roster, place, node)
    if place.parent == node:
        raise UsageError("不能归自己管")
    if place.parent != entry.parent:
        require_open(roster, NodeId(place.parent))
        policy.check_place(roster, place)
    others = entry.others
    if place.parent != entry.parent:
        paths = (entry.parent, *entry.others) if entry.role is Role.STATION else entry.others
        kept = [path for path in dict.fromkeys(paths) if path != place.parent]
        others = tuple(kept[:MAX_OTHER_PATHS])
    beside = tuple(one for one in entry.serves if one.code != place.code)
    return altered(entry, code=place.code, parent=place.parent, others=others, serves=beside)


def serving(roster: Roster, node: NodeId, villages: Sequence[tuple[str, str]]) -> RosterEntry:
    """A station that serves these villages beside its own; none: its own alone.

    Raises:
        UsageError: no station, or no such villages.
    """
    entry = _living(roster, node)
    if entry.role is not Role.STATION:
        raise UsageError("只有村站才代办别的村")
    codes = [code for code, _ in villages]
    if len(codes) > MAX_SERVED or len({entry.code, *codes}) <= len(codes):
        raise UsageError(f"每个村写一次，不写本村，最多 {MAX_SERVED} 个")
    if any(code[:COUNTY_DIGITS] != entry.code[:COUNTY_DIGITS] for code in codes):
        raise UsageError("代办的村要在本县")
    served = tuple(Village(code=code, name=checked_name(name)) for code, name in villages)
    return altered(entry, serves=served)


def readdressed(roster: Roster, node: NodeId, url: str) -> RosterEntry:
    """A hub, or the county itself, that is called elsewhere: ``https://host:port``.

    Raises:
        UsageError: a station; nobody calls it.
        AddressError: an address that nobody could call, or that another node has.
    """
    entry, plain = _living(roster, node), checked_url(url)
    if entry.role is Role.STATION:
        raise UsageError("村站没有网址，只有县中心和乡镇枢纽有")
    check_free(roster.nodes, plain, node)
    return altered(entry, url=plain)


def draining(roster: Roster, node: NodeId, upto: int | None) -> RosterEntry:
    """May send what it has sealed, up to the envelope with the ordinal ``upto``; people look at it.

    A hub goes on carrying, and gets no new children.

    Raises:
        NodeStateError: it has not joined, or is stopped.
        UsageError: no station counts so far.
    """
    entry = _from(roster, node, State.DRAINING, State.ACTIVE, State.SUSPENDED, State.DRAINING)
    return altered(entry, upto=checked_counter(upto))


def stopped(roster: Roster, node: NodeId) -> RosterEntry:
    """May not call, and nothing more of it is taken; it comes back only on another PC.

    Raises:
        NodeStateError: it has not joined, or has children.
    """
    entry = _from(roster, node, State.STOPPED, State.ACTIVE, State.SUSPENDED, State.DRAINING)
    _require_childless(roster, node)
    return entry


def replaced(roster: Roster, node: NodeId, upto: int | None) -> RosterEntry:
    """Waits for another PC under the same id; what the lost one sealed still comes, to people.

    Args:
        upto: ordinal of its last envelope that is taken; None: as it was when it was draining.

    Raises:
        NodeStateError: it has not joined: it can be invited again.
    """
    entry = _from(
        roster,
        node,
        State.INVITED,
        State.ACTIVE,
        State.SUSPENDED,
        State.DRAINING,
        State.STOPPED,
    )
    keys = (entry.keys.signing, *entry.former) if entry.keys else ()
    lost = Drained(
        signing=keys,
        tls=tuple(tls for tls in (entry.tls, entry.former_tls) if tls),
        upto=entry.upto if upto is None else checked_counter(upto),
    )
    return altered(
        entry,
        keys=None,
        tls=b"",
        former=(),
        former_tls=b"",
        upto=None,
        drained=(lost, *entry.drained)[:MAX_DRAINED],
    )


def checked_counter(upto: int | None) -> int | None:
    """An ordinal as it may stand on the roster; raises UsageError if it may not."""
    try:
        check_counter(upto)
    except ValueError:
        raise UsageError(f"--upto {upto}") from None
    return upto


def suspended(roster: Roster, node: NodeId) -> RosterEntry:
    """May not call until it is resumed."""
    return _from(roster, node, State.SUSPENDED, State.ACTIVE)


def resumed(roster: Roster, node: NodeId) -> RosterEntry:
    """May call again, and what it seals opens cases again."""
    entry = _from(roster, node, State.ACTIVE, State.SUSPENDED, State.DRAINING)
    return altered(entry, upto=None)


def retired(roster: Roster, node: NodeId) -> RosterEntry:
    """Is no more; its memory stays, so that what it sealed can still be checked.

    Raises:
        NodeStateError: it has children, or is the county; or it is withdrawn, as then what comes
            of it would open cases by itself.
    """
    entry = _living(roster, node)
    if entry.state in (State.DRAINING, State.STOPPED):
        raise NodeStateError(f"{entry.name}:{entry.state.value}")
    if entry.role is Role.COUNTY:
        raise NodeStateError("县中心不能注销")
    _require_childless(roster, node)
    return altered(entry, state=State.RETIRED)


def _require_childless(roster: Roster, node: NodeId) -> None:
    below = [
        child.name
        for child in roster.nodes.values()
        if child.parent == node and child.state is not State.RETIRED
    ]
    if below:
        name = roster.nodes[node].name
        raise NodeStateError(f"{name} 还有 {len(below)} 个下级，请先移到别处")


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
