"""Whom we may call today: our parent, other nodes that the roster names, a connection to them.

Source: docs/protocol.md sections 8 and 9.5.
"""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from protocol.errors import NotJoinedError, ParentAbsentError
from protocol.ids import NodeId
from protocol.ports import Clock, Randomness
from protocol.trust.roster import State
from runtime.node.identity import Identity
from station_agent.exchange.calls import ParentShown
from station_agent.exchange.receiver import HeldRoster
from station_agent.exchange.view.store import StationExchangeStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from runtime.line.conversation import Tally


@dataclass(frozen=True, slots=True)
class Target:
    """Whom to call, and where."""

    parent: NodeId
    url: str


class Caller(Protocol):
    """A connection to one parent, kept between exchanges."""

    async def exchange(
        self,
        exchange_store: StationExchangeStore,
        *,
        linger_s: int = 0,
        report: "Callable[[Tally], None] | None" = None,
    ) -> "Tally":
        """One exchange; raises LineError, or RefusedError if the parent refuses us."""
        ...

    def stop(self) -> None:
        """End the running exchange in order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parentage:
    """Knows the parent and how to reach it."""

    identity: Identity
    held: HeldRoster
    clock: Clock
    randomness: Randomness

    def target(self) -> Target:
        """Whom the roster names today; until it does, whom the kit named.

        Without an address if that hub has not been set up yet.

        Raises:
            NotJoinedError: neither names a parent.
        """
        contact, roster = self.identity.parent, self.held.roster
        me = roster.nodes.get(self.identity.node)
        named = (me.parent if me else "") or (contact.node if contact else "")
        entry = roster.nodes.get(NodeId(named))
        url = (entry.url if entry else "") or (contact.url if contact else "")
        if not named:
            raise NotJoinedError("neither the roster nor the kit names a parent")
        return Target(NodeId(named), url)

    def shown(self) -> ParentShown:
        """For ``status``."""
        target = self.target()
        entry = self.held.roster.nodes.get(target.parent)
        return ParentShown(
            node=target.parent,
            name=entry.name if entry else "",
            set_up=bool(target.url) and not (entry and entry.state is State.INVITED),
        )

    def others(self) -> tuple[Target, ...]:
        """Whom the roster lets us call when the parent is silent, in order."""
        roster = self.held.roster
        me = roster.nodes.get(self.identity.node)
        found = [(NodeId(node), roster.active(NodeId(node))) for node in (me.others if me else ())]
        return tuple(Target(node, entry.url) for node, entry in found if entry and entry.url)

    def dial(self, target: Target) -> AbstractAsyncContextManager[Caller]:
        """A connection to ``target``; nothing is sent before its first exchange.

        Raises:
            ParentAbsentError: it has no address.
        """
        if not target.url:
            raise ParentAbsentError(target.parent)
        # a third of a second to import: "ready" is said before
        from runtime.line.client import ParentClient  # noqa: PLC0415
        from runtime.line.tls import client_context  # noqa: PLC0415

        identity = self.identity
        return ParentClient(
            url=target.url,
            parent=target.parent,
            context=client_context(
                self.held.roster.authorities(identity.ca),
                identity.certificate_path,
                identity.key_path,
            ),
            clock=self.clock,
            randomness=self.randomness,
            signing_key=lambda: self.held.roster.present_keys(target.parent),
            tls_keys=lambda: self.held.roster.tls_keys(target.parent),
        )
