"""Where an open case stands, as one word: department, post, and the power that is asked of there.

One column, so that one index finds the most urgent cases of a place.
"""

from typing import NamedTuple

from central.county.departments.staffing import Power
from protocol.casework.rules import CaseRules
from protocol.casework.states import State
from protocol.casework.status import Status
from protocol.catalogue.items.kinds import NodeKind

PLACE_CHARS = 220
_UNACCEPTED = frozenset({State.RECEIVED, State.CORRECTION, State.PAID_FIRST})
_BETWEEN = "\n"  # no name has one


class Place(NamedTuple):
    """Of a case."""

    department: str  # as the item names it
    post: str  # as its flow names it
    power: Power

    def __str__(self) -> str:
        """As it is stored."""
        return _BETWEEN.join(self)

    @classmethod
    def read(cls, text: str) -> "Place":
        """As it was stored."""
        department, post, power = text.split(_BETWEEN)
        return cls(department, post, Power(power))


def place_of(status: Status, rules: CaseRules) -> Place:
    """Where a case stands."""
    if status.accepted_ms is None:
        post = rules.acceptance.post if rules.acceptance else ""
    else:
        post = rules.node(status.node).post
    return Place(rules.department, post, power_here(status, rules))


def power_here(status: Status, rules: CaseRules) -> Power:
    """What whoever does the next step of a case must be allowed to."""
    if status.state in _UNACCEPTED:
        return Power.ACCEPT
    is_last = rules.node(status.node).kind is NodeKind.DECISION
    return Power.DECIDE if is_last else Power.REVIEW
