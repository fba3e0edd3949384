"""Sticks of a hub or county: what waits for its neighbours goes out, what others packed comes in.

Nothing here touches what is known of a neighbour, but that it may soon hold more than it has
confirmed: the next exchange with it asks before it pushes.

Source: docs/protocol.md section 11.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.exchange.exchanges import Exchanges
from central.relay.exchange.neighbours import set_link
from central.relay.queue import spool
from central.relay.queue.batches import note_nothing
from central.relay.queue.receiver import Batch
from protocol.errors import NodeUnknownError
from protocol.exchange.messages import Item, Offer, Want
from protocol.ids import NodeId
from protocol.trust.edition import Kind
from runtime.control.owner import Report
from runtime.sticks.carried import Carried, Progress
from runtime.sticks.packing import Covers, Outgoing, pack_stick
from runtime.sticks.receiver import take_stick
from runtime.sticks.writer import StickWriter


class RelayStick:
    """Export and import, one at a time."""

    def __init__(self, exchanges: Exchanges) -> None:
        self._exchanges, self._relay = exchanges, exchanges.relay
        self._sink = _RelaySink(exchanges)
        self._one = asyncio.Lock()

    async def export(self, folder: Path, to: NodeId | None, report: Report) -> Carried:
        """Pack what waits for every neighbour, or for ``to`` and what lies below it.

        Raises:
            NodeUnknownError: there is no way to ``to``.
            StickFullError, StickError: the stick does not take it all.
        """
        relay = self._relay
        covers, neighbour = self._scope(to)
        stick = StickWriter(
            folder, node=relay.node, signer=relay.identity.keys.signer, clock=relay.clock
        )
        async with self._one:
            awaited = await relay.store.transact(spool.awaited)
            neighbours = {neighbour} if neighbour else awaited.keys() | self._children()
            total = sum(size for node, size in awaited.items() if node in neighbours)
            await self._unacknowledged(neighbours & awaited.keys())
            with ExitStack() as views:
                outgoing = [
                    Outgoing(source=views.enter_context(self._exchanges.view_for(node)), to=node)
                    for node in sorted(neighbours)
                ]
                progress = Progress(report, total)
                _, time = await relay.store.transact(relay.times.held)
                return await pack_stick(
                    stick, outgoing, covers=covers, progress=progress, time=time
                )

    async def take_in(self, folder: Path, report: Report) -> Carried:
        """Store what is for us, and what we can pass on.

        Raises:
            StickMissingError, StickHostileError: nothing was taken.
            StoreError: this node can't store now; what came before is stored.
        """
        async with self._one:
            return await take_stick(folder, self._sink, report)

    def _scope(self, to: NodeId | None) -> tuple[Covers, NodeId | None]:
        """Which recipients are meant, and the one neighbour on the way to them."""
        if to is None:
            return lambda _: True, None
        roster, here = self._relay.editions.roster, self._relay.node
        neighbour = roster.next_hop(here, to)
        if neighbour is None:
            raise NodeUnknownError(to)
        if neighbour == self._relay.parent:
            return lambda one: one == to, neighbour
        above = NodeId(roster.nodes[to].parent)

        def covers(one: NodeId | None) -> bool:
            return one == to or (one is not None and roster.next_hop(to, one) not in (None, above))

        return covers, neighbour

    def _children(self) -> set[NodeId]:
        """They all get the newest roster and release, even if nothing else waits for them."""
        nodes = self._relay.editions.roster.nodes
        return {node for node, entry in nodes.items() if entry.parent == self._relay.node}

    async def _unacknowledged(self, neighbours: set[NodeId]) -> None:
        async def work(session: AsyncSession) -> None:
            for node in neighbours:
                await set_link(session, node, dirty=True)

        await self._relay.store.transact(work)


class _RelaySink:
    """The store of a relay, for things that no neighbour brings (protocol's Sink)."""

    def __init__(self, exchanges: Exchanges) -> None:
        self._exchanges, self._relay = exchanges, exchanges.relay

    def takes(self, to: NodeId | None) -> bool:
        """What is for us, lies below us or goes up; not what only our parent could pass on."""
        if to is None:
            return True
        roster, parent = self._relay.editions.roster, self._relay.parent
        if parent is None or roster.next_hop(self._relay.node, to) != parent:
            return True
        step = parent
        while step != to and roster.nodes[step].parent:
            step = NodeId(roster.nodes[step].parent)
        return step == to

    def signing_keys(self, node: NodeId) -> Sequence[bytes]:
        """All that ``node`` may have signed with."""
        return self._relay.editions.roster.signing_keys(node)

    async def versions(self) -> Mapping[Kind, int]:
        """Which editions are held; 0 for none."""
        roster, release = self._relay.editions.held()
        return {Kind.ROSTER: roster, Kind.RELEASE: release}

    async def holds(self, offer: Offer) -> Want:
        """Which of these are here, or have passed through here."""
        return await self._relay.store.transact(lambda session: spool.held(session, offer))

    async def store(self, items: Sequence[Item]) -> Sequence[tuple[int, str]]:
        """Commit items; index and code of each refused one."""
        batch_receiver = self._exchanges.batch_receiver

        async def sort(some: Sequence[Item]) -> Batch:
            return await batch_receiver.sort(some, {})  # editions come whole: none is announced

        return await batch_receiver.take(items, sort=sort, note=note_nothing, peer=None)

    async def take_time(self, signed: bytes) -> bool:
        """The county's time, by the word of its key; to the county it may prove a rollback."""
        times, check = self._relay.times, self._exchanges.rollback_check

        async def work(session: AsyncSession) -> bool:
            if await check.time_shown(session, signed):
                return True
            return await times.take(session, signed, hint_ms=None)

        return await self._relay.store.transact(work)
