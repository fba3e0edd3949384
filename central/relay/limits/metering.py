"""The budgets of a relay's links: what it may push to each neighbour, counted for each apart.

Source: docs/protocol.md section 8.8.
"""

from collections.abc import Callable
from dataclasses import dataclass

from protocol.exchange.meter import Meter
from protocol.ids import NodeId
from protocol.ports import Clock
from protocol.trust.budget import Budget, Plan
from protocol.trust.roster import Roster


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnBudgets:
    """How this node restricts itself, beside what the county says."""

    up: Budget | None = None  # for what goes to the parent
    down: Budget | None = None  # for what goes to each child


NO_BUDGETS = OwnBudgets()


class Meters:
    """One meter for each neighbour; they outlive exchanges, so that no rate starts anew."""

    def __init__(
        self,
        *,
        node: NodeId,
        roster: Callable[[], Roster],
        own: OwnBudgets,
        clock: Clock,
        time_ms: Callable[[], int],
    ) -> None:
        self._node, self._roster, self._own, self._clock = node, roster, own, clock
        self._time_ms = time_ms
        self._meters: dict[NodeId, Meter] = {}
        self._planned: dict[NodeId, tuple[Roster, Plan]] = {}

    def of(self, peer: NodeId) -> Meter:
        """The meter for what goes to ``peer``."""
        if peer not in self._meters:
            self._meters[peer] = Meter(
                plan=lambda: self._plan(peer), clock=self._clock, time_ms=self._time_ms
            )
        return self._meters[peer]

    def _plan(self, peer: NodeId) -> Plan:
        """The rules for ``peer``; the link's budget stands in the entry of its child."""
        roster = self._roster()
        planned = self._planned.get(peer)
        if planned is None or planned[0] is not roster:
            here = roster.nodes.get(self._node)
            upstream_reports = here is not None and here.parent == peer
            entry = here if upstream_reports else roster.nodes.get(peer)
            own = self._own.up if upstream_reports else self._own.down
            planned = roster, Plan.of(entry.budget if entry else None, own)
            self._planned[peer] = planned
        return planned[1]
