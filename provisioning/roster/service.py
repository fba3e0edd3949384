"""The roster for whoever may look at it or change it: rights, and the record."""

import asyncio
from collections.abc import Awaitable, Callable

from protocol.ids import NodeId, node_id
from protocol.json_values import to_json
from protocol.trust.fingerprint import fingerprint
from protocol.trust.roster import RosterEntry
from provisioning.authority import Authority
from provisioning.rights import Right
from provisioning.roster.calls import (
    BUDGET,
    FINGERPRINT,
    PATHS,
    SHOW,
    BudgetSet,
    PathsSet,
    RosterLine,
    SetBudget,
    SetPaths,
)
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record


class RosterService:
    """The roster of one county. Each method raises LoginForbiddenError without its right."""

    def __init__(
        self, authority: Authority, changed: Callable[[], Awaitable[None]], record: Record
    ) -> None:
        """Args: changed: awaited after each new version of the roster."""
        self._authority, self._changed, self._record = authority, changed, record

    async def show(self, actor: Actor, _: Nothing, __: Report = silent) -> list[RosterLine]:
        """Every node."""
        actor.require(Right.LOOK)
        return [_line(node, entry) for node, entry in self._authority.roster().nodes.items()]

    async def fingerprint(self, actor: Actor, _: Nothing, __: Report = silent) -> str:
        """The words by which this county is recognised over the telephone."""
        actor.require(Right.LOOK)
        return fingerprint(self._authority.root_public)

    async def set_paths(self, actor: Actor, wanted: SetPaths, _: Report = silent) -> PathsSet:
        """Let a station call other nodes when its hub is silent.

        Raises what the authority says of them.
        """
        detail = {"others": list(wanted.others)}
        async with self._record.action(actor, PATHS.name, subject=wanted.node, detail=detail):
            actor.require(Right.RUN)
            node, held = node_id(wanted.node), self._authority.roster()
            others = list(wanted.others)
            roster = await asyncio.to_thread(self._authority.set_paths, node, others)
            if roster is not held:
                await self._changed()
            return PathsSet(roster=roster.version)

    async def set_budget(self, actor: Actor, wanted: SetBudget, _: Report = silent) -> BudgetSet:
        """Limit what goes over the line between a node and its parent.

        Raises what the authority says of it.
        """
        detail = {"budget": to_json(wanted.budget)}
        async with self._record.action(actor, BUDGET.name, subject=wanted.node, detail=detail):
            actor.require(Right.RUN)
            node, held = node_id(wanted.node), self._authority.roster()
            roster = await asyncio.to_thread(self._authority.set_budget, node, wanted.budget)
            if roster is not held:
                await self._changed()
            return BudgetSet(node=node, roster=roster.version, budget=wanted.budget)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(SHOW, self.show),
            Handler(FINGERPRINT, self.fingerprint),
            Handler(PATHS, self.set_paths),
            Handler(BUDGET, self.set_budget),
        )


def _line(node: NodeId, entry: RosterEntry) -> RosterLine:
    return RosterLine(
        node=node,
        role=entry.role,
        code=entry.code,
        name=entry.name,
        parent=entry.parent or None,
        others=entry.others,
        state=entry.state,
        url=entry.url or None,
        budget=entry.budget,
        upto=entry.upto,
        replaced=len(entry.drained),
    )
