"""The life of nodes for whoever may change it: rights, what takes two persons, and the record.

Source: docs/operations.md, "The life of a node"; ADR 0043.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from protocol.errors import ProposalOwnError
from protocol.ids import NodeId, node_id
from protocol.trust.roster import Roster, RosterEntry
from provisioning.authority import Authority
from provisioning.bulk.invited import invited
from provisioning.lifecycle import changes
from provisioning.lifecycle.calls import (
    ADDRESS,
    CONTACT,
    DRAIN,
    MOVE,
    RENAME,
    REPLACE,
    RESUME,
    RETIRE,
    SERVE,
    STOP,
    SUSPEND,
    Contact,
    Drain,
    Invited,
    Move,
    NodeState,
    Readdress,
    Rename,
    Replace,
    Serve,
    StateChange,
)
from provisioning.rights import Right
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Call, Handler, Method, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record

Change = Callable[[Roster, NodeId], RosterEntry]


class Lifecycle:
    """Changes entries of the roster. Each method raises LoginForbiddenError without its right."""

    def __init__(
        self, authority: Authority, changed: Callable[[], Awaitable[None]], record: Record
    ) -> None:
        """Args: changed: awaited after each new version of the roster."""
        self._authority, self._changed, self._record = authority, changed, record

    async def rename(self, actor: Actor, wanted: Rename, _: Report = silent) -> NodeState:
        """Give a node another name."""
        detail = {"name": wanted.name}
        async with self._record.action(actor, RENAME.name, subject=wanted.node, detail=detail):
            actor.require(Right.RUN)
            return await self._change(
                wanted.node, lambda roster, node: changes.renamed(roster, node, wanted.name)
            )

    async def move(self, actor: Actor, wanted: Move, _: Report = silent) -> NodeState:
        """Put a node below another hub, or into another division."""
        detail = {"parent": wanted.parent, "code": wanted.code}
        detail |= {"anyway": "yes"} if wanted.anyway else {}
        async with self._record.action(actor, MOVE.name, subject=wanted.node, detail=detail):
            actor.require(Right.RUN)
            return await self._change(
                wanted.node,
                lambda roster, node: changes.moved(
                    roster,
                    node,
                    self._authority.policy(),
                    parent=wanted.parent,
                    code=wanted.code,
                    unique=not wanted.anyway,
                ),
            )

    async def set_contact(self, actor: Actor, wanted: Contact, _: Report = silent) -> NodeState:
        """Say whom to call; a person's name and number stand in no record."""
        async with self._record.action(actor, CONTACT.name, subject=wanted.node):
            actor.require(Right.RUN)
            node = node_id(wanted.node)
            await asyncio.to_thread(self._authority.set_contact, node, wanted.contact)
            return self._state(node)

    async def serve(self, actor: Actor, wanted: Serve, _: Report = silent) -> NodeState:
        """Say which villages a station serves beside its own."""
        detail = {"villages": [code for code, _ in wanted.villages]}
        async with self._record.action(actor, SERVE.name, subject=wanted.node, detail=detail):
            actor.require(Right.RUN)
            return await self._change(
                wanted.node, lambda roster, node: changes.serving(roster, node, wanted.villages)
            )

    async def readdress(self, actor: Actor, wanted: Readdress, _: Report = silent) -> NodeState:
        """Say where a node is called from now on."""
        detail = {"url": wanted.url}
        async with self._record.action(actor, ADDRESS.name, subject=wanted.node, detail=detail):
            actor.require(Right.RUN)
            return await self._change(
                wanted.node, lambda roster, node: changes.readdressed(roster, node, wanted.url)
            )

    async def drain(self, actor: Actor, wanted: Drain, _: Report = silent) -> NodeState:
        """Withdraw a node: what it has sealed still comes, into the review queue."""
        detail = {"upto": wanted.upto, "reason": wanted.reason}
        async with self._record.action(actor, DRAIN.name, subject=wanted.node, detail=detail):
            actor.require(Right.GRANT)
            return await self._change(
                wanted.node, lambda roster, node: changes.draining(roster, node, wanted.upto)
            )

    async def replace(self, actor: Actor, wanted: Replace, _: Report = silent) -> Invited:
        """Let another PC take a node's place: on a page two persons must want it.

        Raises LoginForbiddenError, what the authority says, and:
            ProposalOwnError: nobody else agreed.
        """
        detail = {"upto": wanted.upto, "reason": wanted.reason}
        async with self._record.action(actor, REPLACE.name, subject=wanted.node, detail=detail):
            actor.require(Right.RUN)
            if actor.is_alone_on_page:
                raise ProposalOwnError(actor.name)
            node = node_id(wanted.node)
            invitation = await asyncio.to_thread(
                self._authority.invitations.replace,
                node,
                lambda roster: changes.replaced(roster, node, wanted.upto),
            )
            await self._changed()
            return invited(self._authority, invitation)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(RENAME, self.rename),
            Handler(MOVE, self.move),
            Handler(CONTACT, self.set_contact),
            Handler(ADDRESS, self.readdress),
            Handler(SERVE, self.serve),
            Handler(DRAIN, self.drain),
            Handler(REPLACE, self.replace),
            *(Handler(call, self.into_state(call)) for call in _STATES),
        )

    def into_state(self, call: Call[StateChange, NodeState]) -> Method[StateChange, NodeState]:
        """The method that puts a node into the state of ``call``."""
        change = _STATES[call]

        async def put(actor: Actor, wanted: StateChange, _: Report = silent) -> NodeState:
            detail = {"reason": wanted.reason}
            async with self._record.action(actor, call.name, subject=wanted.node, detail=detail):
                actor.require(Right.GRANT)
                return await self._change(wanted.node, change)

        return put

    async def _change(self, named: str, change: Change) -> NodeState:
        node, held = node_id(named), self._authority.roster()
        roster = await asyncio.to_thread(
            self._authority.change, node, lambda roster: change(roster, node)
        )
        if roster is not held:
            await self._changed()
        return self._state(node)

    def _state(self, node: NodeId) -> NodeState:
        entry = self._authority.roster().nodes[node]
        return NodeState(node=node, name=entry.name, state=entry.state)


_STATES: dict[Call[Any, Any], Change] = {
    SUSPEND: changes.suspended,
    RESUME: changes.resumed,
    STOP: changes.stopped,
    RETIRE: changes.retired,
}
