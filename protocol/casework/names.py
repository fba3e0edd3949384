"""In whose name a township's office did something: its own (赋权), or the department's (委托).

Source: docs/casework.md, "Township offices"; 行政许可法 article 24.
"""

from collections.abc import Sequence

from protocol.casework.events.log import AnyBody, Event
from protocol.casework.fold import fold
from protocol.casework.rules import CaseRules
from protocol.casework.table import BY_BODY, Power
from protocol.catalogue.items.kinds import InName, Tier
from protocol.catalogue.items.parts import FlowNode


def own_name_at(events: Sequence[Event], n: int, rules: CaseRules) -> str:
    """Id of the hub whose township did event ``n`` in its own name; empty: it is the department's.

    What the county does itself is never a township's, whatever the flow says.
    """
    event = events[n - 1]
    office = fold(events[: n - 1]).office if n > 1 else ""
    return office if office and is_own(event.body, rules) else ""


def is_own(body: AnyBody, rules: CaseRules) -> bool:
    """Whether an office does this in its township's name; whoever so decides, so accepts."""
    decides = _own(rules.nodes[-1])
    match BY_BODY[type(body)].power:
        case Power.DECIDE:
            return decides
        case Power.ACCEPT:
            return decides or _own(rules.acceptance)
        case _:
            return False


def _own(node: FlowNode | None) -> bool:
    return bool(node and node.tier is Tier.TOWNSHIP and node.in_name is InName.TOWNSHIP)
