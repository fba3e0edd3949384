"""Other paths of a station: whom it may call when its parent is silent, and the checks on that.

Source: docs/protocol.md sections 7.2 and 9.5.
"""

from collections.abc import Sequence

from protocol.codec import altered
from protocol.errors import NodeUnknownError, UsageError
from protocol.ids import NodeId
from protocol.limits import MAX_OTHER_PATHS
from protocol.trust.roster import Role, Roster, RosterEntry, State

_USABLE = (State.INVITED, State.ACTIVE)


def entry_with_paths(roster: Roster, node: str, others: Sequence[str]) -> RosterEntry:
    """The entry of ``node`` with ``others`` as its other paths, in this order; none takes all away.

    Raises:
        NodeUnknownError: ``node`` or one of the others is not on the roster.
        UsageError: the county administrator may not ask for this, in words.
    """
    entry = _entry(roster, node)
    if entry.role is not Role.STATION:
        raise UsageError(f"{node} 不是村站，只有村站可以有备用路径")
    return altered(entry, others=checked_paths(roster, entry.parent, others))


def checked_paths(roster: Roster, parent: str, others: Sequence[str]) -> tuple[str, ...]:
    """Other paths for a station below ``parent``.

    Raises:
        NodeUnknownError: one of them is not on the roster.
        UsageError: too many, one twice, the parent itself, or a node that nobody can call.
    """
    if len(others) > MAX_OTHER_PATHS:
        raise UsageError(f"写了 {len(others)} 个，最多 {MAX_OTHER_PATHS} 个")
    if len(set(others)) < len(others):
        raise UsageError("同一个节点写了两次")
    for other in others:
        entry = _entry(roster, other)
        if other == parent:
            raise UsageError(f"{other} 就是它的上级")
        if entry.role is Role.STATION or entry.state not in _USABLE or not entry.url:
            raise UsageError(f"{other} 不是可以连接的枢纽或县中心")
    return tuple(others)


def _entry(roster: Roster, node: str) -> RosterEntry:
    entry = roster.nodes.get(NodeId(node))
    if entry is None:
        raise NodeUnknownError(node[:40])
    return entry
