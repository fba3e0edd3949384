"""Nodes for whoever may look, and an administrator's word that the county's date is right."""

import asyncio

from central.accounts.roles import Right
from central.county.nodes.calls import CLOCK, CONFIRM, OVERVIEW, ClockShown, SignedTime
from central.county.nodes.service import NodeWatch
from central.county.nodes.view import NodeView
from central.relay.service import Relay
from provisioning.clock_watch import ClockWatch
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record


class NodeOperations:
    """The nodes of one county."""

    def __init__(self, nodes: NodeWatch) -> None:
        self._nodes = nodes

    async def overview(self, actor: Actor, _: Nothing, __: Report = silent) -> list[NodeView]:
        """Every node, the county itself included; the longest silent first.

        Raises:
            LoginForbiddenError: the actor may not look.
        """
        actor.require(Right.LOOK)
        return list(await self._nodes.overview(own=True))

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(OVERVIEW, self.overview))


class ClockOperations:
    """The date of the county's machine."""

    def __init__(self, relay: Relay, watch: ClockWatch, record: Record) -> None:
        self._relay, self._watch, self._record = relay, watch, record

    async def show(self, actor: Actor, _: Nothing, __: Report = silent) -> ClockShown:
        """What it did.

        Raises:
            LoginForbiddenError: the actor may not look.
        """
        actor.require(Right.LOOK)
        return self._shown()

    async def confirm(self, actor: Actor, _: Nothing, __: Report = silent) -> ClockShown:
        """The date is right now.

        Raises:
            LoginForbiddenError: the actor may not say so.
        """
        async with self._record.action(actor, CONFIRM.name):
            actor.require(Right.RUN)
            await asyncio.to_thread(self._watch.confirm)
        return self._shown()

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(CLOCK, self.show), Handler(CONFIRM, self.confirm))

    def _shown(self) -> ClockShown:
        believed, held = self._watch.look(), self._relay.times.trusted.held
        signed = SignedTime(n=held.statement.n, at_ms=held.statement.at_ms) if held else None
        return ClockShown(
            now_ms=self._relay.clock.now_ms(), believed=believed, jump=self._watch.jump, time=signed
        )
