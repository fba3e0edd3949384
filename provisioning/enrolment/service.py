"""New nodes and their requests to join, for whoever may: rights, and the record.

Source: docs/operations.md, "Enrol a node"; ADR 0043.
"""

import asyncio
from collections.abc import Awaitable, Callable

from protocol.ids import node_id
from provisioning.authority import Authority
from provisioning.bulk.invited import invited
from provisioning.enrolment.admissions import Admissions, Applicant
from provisioning.enrolment.calls import (
    ADD,
    AGAIN,
    DISMISS,
    JUDGE,
    SUSPECTED,
    WAITING,
    Add,
    Judge,
    OfNode,
    Suspected,
    WaitingNode,
)
from provisioning.lifecycle.calls import Invited
from provisioning.rights import Right
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record


class Enrolment:
    """Invites nodes and lets them in. Each method raises LoginForbiddenError without its right."""

    def __init__(
        self, authority: Authority, changed: Callable[[], Awaitable[None]], record: Record
    ) -> None:
        """Args: changed: awaited after each new version of the roster."""
        self._authority, self._changed, self._record = authority, changed, record

    async def add(self, actor: Actor, wanted: Add, _: Report = silent) -> Invited:
        """Put a new node on the roster; its kit and one-time code.

        Raises what the authority says of the entry.
        """
        detail = {
            "role": wanted.role.value,
            "name": wanted.name,
            "parent": wanted.parent,
            "url": wanted.url,
        }
        detail |= {"anyway": "yes"} if wanted.anyway else {}
        async with self._record.action(actor, ADD.name, subject=wanted.code, detail=detail):
            actor.require(Right.RUN)
            invitation = await asyncio.to_thread(
                self._authority.add,
                role=wanted.role,
                code=wanted.code,
                name=wanted.name,
                parent=wanted.parent,
                url=wanted.url,
                contact=wanted.contact,
                unique=not wanted.anyway,
                anyway=wanted.anyway,
            )
            await self._changed()
            return invited(self._authority, invitation)

    async def invite_again(self, actor: Actor, wanted: OfNode, _: Report = silent) -> Invited:
        """A new kit and code for a node that has not joined."""
        async with self._record.action(actor, AGAIN.name, subject=wanted.node):
            actor.require(Right.RUN)
            again, node = self._authority.invitations.invite_again, node_id(wanted.node)
            return invited(self._authority, await asyncio.to_thread(again, node))

    async def waiting(self, actor: Actor, _: Nothing, __: Report = silent) -> list[WaitingNode]:
        """Who waits for a person's word."""
        actor.require(Right.LOOK)
        return [_waiting(who) for who in await asyncio.to_thread(self._admissions.waiting)]

    async def suspected(self, actor: Actor, _: Nothing, __: Report = silent) -> list[Suspected]:
        """Kits about which something seems wrong."""
        actor.require(Right.LOOK)
        found = await asyncio.to_thread(self._admissions.suspicions)
        nodes = self._authority.roster().nodes
        return [
            Suspected(node=node, name=nodes[node].name, what=what)
            for node, alarms in found.items()
            for what in alarms
        ]

    async def judge(self, actor: Actor, wanted: Judge, _: Report = silent) -> WaitingNode:
        """Let a node in, or refuse it. The roster changes when the node comes in."""
        detail = {"verdict": wanted.verdict.value, "compared": wanted.compared}
        async with self._record.action(actor, JUDGE.name, subject=wanted.node, detail=detail):
            actor.require(Right.GRANT)
            node, judge = node_id(wanted.node), self._admissions.judge
            return _waiting(await asyncio.to_thread(judge, node, wanted.verdict, wanted.compared))

    async def dismiss(self, actor: Actor, wanted: OfNode, _: Report = silent) -> OfNode:
        """What seemed wrong about a kit was looked into."""
        async with self._record.action(actor, DISMISS.name, subject=wanted.node):
            actor.require(Right.GRANT)
            await asyncio.to_thread(self._admissions.dismiss, node_id(wanted.node))
            return wanted

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(ADD, self.add),
            Handler(AGAIN, self.invite_again),
            Handler(WAITING, self.waiting),
            Handler(SUSPECTED, self.suspected),
            Handler(JUDGE, self.judge),
            Handler(DISMISS, self.dismiss),
        )

    @property
    def _admissions(self) -> Admissions:
        return self._authority.admissions


def _waiting(who: Applicant) -> WaitingNode:
    return WaitingNode(
        node=who.node,
        role=who.entry.role,
        code=who.entry.code,
        name=who.entry.name,
        fingerprint=who.fingerprint,
        digest=who.digest.hex(),
        others=who.others,
        url=who.url,
        since_ms=who.since_ms,
        replaces=bool(who.entry.drained),
    )
