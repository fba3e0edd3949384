"""What an item says of the life of its cases: the way, and what the law gives only to some.

Source: docs/casework.md, "What an item says"; docs/catalogue.md.
"""

from dataclasses import dataclass

from protocol.casework.states import State
from protocol.casework.status import Status
from protocol.catalogue.calendars.due import Limit
from protocol.catalogue.items.handling import Handling, handling_by_law
from protocol.catalogue.items.kinds import NodeKind, Tier
from protocol.catalogue.items.model import Item
from protocol.catalogue.items.parts import FlowNode, Limits, Special

_BEFORE_OR_AFTER = frozenset({NodeKind.ACCEPTANCE, NodeKind.DELIVERY})
_BEFORE = frozenset({State.RECEIVED, State.PAID_FIRST})
_DECISION = FlowNode(id="decision", kind=NodeKind.DECISION, name="决定")
_INSTANT = "1"  # annex A.6: 即办件


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRules:
    """Of one item, as its version that the case is pinned to has it."""

    department: str = ""
    nodes: tuple[FlowNode, ...] = (_DECISION,)  # after acceptance; the last one decides
    acceptance: FlowNode | None = None
    special: tuple[Special, ...] = ()
    limits: Limits = Limits()  # noqa: RUF009 - frozen
    handling: Handling = Handling()  # noqa: RUF009 - frozen
    publicity: Limit | None = None  # how long a poster hangs
    publicity_counts: bool = False
    instant: bool = False  # decided on the spot: one person may accept and decide

    @property
    def first(self) -> str:
        """Id of the node at which an accepted case stands."""
        return self.nodes[0].id

    def node(self, node: str) -> FlowNode:
        """The node with this id; the first if the flow has none of that name."""
        return next((one for one in self.nodes if one.id == node), self.nodes[0])

    def here(self, status: Status) -> FlowNode | None:
        """The node at which somebody works on a case now; None: nobody does, or it is decided."""
        if status.state in _BEFORE:
            return self.acceptance
        return self.node(status.node) if status.state is State.ACCEPTED else None

    def at_township(self, status: Status) -> FlowNode | None:
        """The same if a township works there."""
        node = self.here(status)
        return node if node and node.tier is Tier.TOWNSHIP else None

    def after(self, node: str) -> str:
        """Id of the node behind this one; itself if it is the last."""
        place = self.nodes.index(self.node(node))
        return self.nodes[min(place + 1, len(self.nodes) - 1)].id

    def before(self, node: str) -> str:
        """Id of the node before this one; empty if it is the first."""
        place = self.nodes.index(self.node(node))
        return self.nodes[place - 1].id if place else ""


def rules_of(item: Item | None) -> CaseRules:
    """Of ``item``; None: the release of the application is lost, and any handler decides."""
    if item is None:
        return CaseRules()
    nodes = tuple(node for node in item.flow if node.kind not in _BEFORE_OR_AFTER)
    if not nodes or nodes[-1].kind is not NodeKind.DECISION:
        nodes = (*nodes, _DECISION)
    return CaseRules(
        department=item.department,
        nodes=nodes,
        acceptance=next((one for one in item.flow if one.kind is NodeKind.ACCEPTANCE), None),
        special=item.special,
        limits=item.limits,
        handling=handling_by_law(item.handling, item.type),
        publicity=item.publicity.window if item.publicity else None,
        publicity_counts=bool(item.publicity and item.publicity.counts),
        instant=item.case_type == _INSTANT,
    )
