"""What a link may not carry at all, by the roster that its two ends go by."""

from collections.abc import Iterable

from protocol.envelope.envelope import Lane, read_envelope
from protocol.exchange.messages import EnvelopeItem, Item, Part
from protocol.ids import NodeId
from protocol.trust.budget import NEVER_SHUT, Budget, LaneBudget
from protocol.trust.roster import Roster

_NOTHING = LaneBudget(bytes_per_day=0)
_MAY_BE_SHUT = frozenset(Lane) - frozenset(NEVER_SHUT)

BUDGETS = {"": None, "blobs": Budget(blobs=_NOTHING), "link": Budget(link=_NOTHING)}


def shut_lanes(roster: Roster, child: str) -> frozenset[Lane]:
    """Lanes in which nothing at all may go between ``child`` and its parent."""
    entry = roster.nodes.get(NodeId(child))
    if entry is None or entry.budget is None:
        return frozenset()
    budget = entry.budget
    if budget.link == _NOTHING:
        return _MAY_BE_SHUT
    return frozenset(lane for lane in _MAY_BE_SHUT if budget.of(lane) == _NOTHING)


def lanes_of(items: Iterable[Item]) -> frozenset[Lane]:
    """In which lanes ``items`` went."""
    return frozenset(_lane(item) for item in items)


def _lane(item: Item) -> Lane:
    match item:
        case EnvelopeItem(wire=wire):
            return read_envelope(wire).lane
        case Part() if item.origin:
            return Lane.BLOBS
        case _:
            return Lane.CATALOGUE
