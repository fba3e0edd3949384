"""Receiving: what came from a neighbour is checked and stored, with its effect, in one commit.

Source: docs/protocol.md section 8.3.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.editions.service import Editions
from central.relay.limits.quota import Quotas
from central.relay.ports.blobs import BlobStore
from central.relay.ports.role import Deliver, Effect, keep
from central.relay.queue.cursor import Cursor
from central.relay.queue.growing import Growing, announced, note_grown
from central.relay.queue.resigning import take_signatures
from central.relay.queue.spool import (
    Hop,
    add_blobs,
    add_envelopes,
    revive,
    want_again,
)
from central.relay.queue.wakeups import Wakeups
from central.relay.routing.routes import Routes
from protocol.envelope.envelope import Envelope, Lane, read_envelope
from protocol.errors import (
    BlobUnknownError,
    ControlQuotaError,
    DigestError,
    NotOnRosterError,
    PeerError,
    QuotaError,
    RouteError,
    SignatureError,
    UnexpectedError,
)
from protocol.exchange.messages import EditionNews, EnvelopeItem, Item, Part
from protocol.exchange.routing import Came, may_bring, require_route
from protocol.ids import BlobRef, EnvelopeId, NodeId
from protocol.ports import Clock
from protocol.trust.edition import Edition

Refused = list[tuple[int, str]]


@dataclass(slots=True, kw_only=True)
class Batch:
    """Items of one commit, taken apart; what is refused already stands in ``refused``."""

    came: Came
    peer: NodeId | None  # who sent them; None: a stick brought them
    envelopes: list[Envelope] = field(default_factory=list)
    parts: dict[BlobRef, list[tuple[int, Part]]] = field(default_factory=dict)
    late: list[tuple[int, Envelope]] = field(default_factory=list)  # their origin seems full
    editions: list[Edition] = field(default_factory=list)
    refused: Refused = field(default_factory=list)
    done: list[BlobRef] = field(default_factory=list)
    effect: Effect = keep  # of the envelopes that are for this node


class Receiver:
    """Stores what one node receives, from whichever neighbour."""

    def __init__(
        self,
        *,
        node: NodeId,
        editions: Editions,
        files: BlobStore,
        deliver: Deliver,
        wakeups: Wakeups,
        cursor: Cursor,
        routes: Routes,
        clock: Clock,
        quotas: Quotas,
    ) -> None:
        self._quotas = quotas
        self._node, self._editions, self._files = node, editions, files
        self._deliver, self._wakeups = deliver, wakeups
        self._cursor, self._routes, self._clock = cursor, routes, clock

    async def sort(
        self,
        items: Sequence[Item],
        announced: dict[bytes, EditionNews],
        *,
        peer: NodeId | None = None,
    ) -> Batch:
        """Check every item, and read what is for this node, before the transaction begins.

        Args:
            announced: editions whose changes are still to come as a blob; this adds to it.
            peer: who sends them; None if a stick does.
        """
        batch = Batch(came=self._came(peer), peer=peer)
        for at, item in enumerate(items):
            try:
                self._sort_one(batch, at, item, announced)
            except PeerError as exc:
                if not isinstance(item, EditionNews) or self._editions.is_news(item):
                    batch.refused.append((at, exc.code))
        if batch.late:
            await self._look_again(batch)
        mine = {envelope.id: envelope for envelope in batch.envelopes if envelope.to == self._node}
        if mine:
            batch.effect = await self._deliver.read(list(mine.values()))
        return batch

    async def store(self, session: AsyncSession, batch: Batch) -> None:
        """Everything of ``batch``, in the transaction of ``session``."""
        await self._store_envelopes(session, batch)
        await self._store_parts(session, batch)
        for edition in batch.editions:
            await self._editions.publish(session, edition)
        if batch.done:
            await self._deliver.blobs_arrived(session, batch.done)

    def _sort_one(
        self, batch: Batch, at: int, item: Item, announced: dict[bytes, EditionNews]
    ) -> None:
        match item:
            case EnvelopeItem(wire=wire):
                envelope = self._checked(wire, batch.came)
                if self._has_room(envelope):
                    batch.envelopes.append(envelope)
                else:
                    batch.late.append((at, envelope))
            case Part():
                batch.parts.setdefault(item.ref, []).append((at, item))
            case EditionNews():
                if item.body:
                    batch.editions.append(self._editions.check(item, item.body))
                else:
                    self._editions.announce(item, announced)

    def _came(self, peer: NodeId | None) -> Came:
        if peer is None:
            return Came.CARRIED
        above = self._editions.roster.nodes[self._node].parent
        return Came.ABOVE if peer == above else Came.BELOW

    def _checked(self, wire: bytes, came: Came) -> Envelope:
        envelope = read_envelope(wire)
        keys = self._editions.roster.signing_keys(envelope.origin)
        if not keys:
            raise NotOnRosterError(envelope.origin)
        envelope.check_any(keys)
        roster = self._editions.roster
        require_route(roster, envelope, came)
        if envelope.to != self._node and roster.next_hop(self._node, envelope.to) is None:
            raise NotOnRosterError(envelope.to)
        return envelope

    def _has_room(self, envelope: Envelope) -> bool:
        """Quotas are for what comes from below."""
        return not self._is_below(envelope.origin) or self._quotas.admit(envelope)

    def _is_below(self, origin: NodeId) -> bool:
        roster = self._editions.roster
        hop = roster.next_hop(self._node, origin)
        below = hop is not None and roster.nodes[hop].parent == self._node
        return below or roster.may_call(origin, self._node)

    async def _look_again(self, batch: Batch) -> None:
        """Refuse what finds no room even by what the store says; a repeat takes no room."""
        late = [envelope for _, envelope in batch.late]
        here = await self._quotas.look(late, batch.envelopes)
        for at, envelope in batch.late:
            if envelope.id in here or self._quotas.admit(envelope):
                batch.envelopes.append(envelope)
            else:
                control = envelope.lane is Lane.CONTROL
                batch.refused.append((at, (ControlQuotaError if control else QuotaError).code))

    async def _store_envelopes(self, session: AsyncSession, batch: Batch) -> None:
        rows, blobs = {}, []
        for envelope in {envelope.id: envelope for envelope in batch.envelopes}.values():
            way = await self._way(session, envelope, above=batch.came is Came.ABOVE)
            rows[envelope.id] = way.envelope(
                envelope.id, envelope.wire, lane=envelope.lane, position=self._cursor.next()
            )
            blobs += [
                way.blob(blob, size, have=0, position=self._cursor.next())
                for blob, size in envelope.blobs
            ]
        new = await add_envelopes(session, list(rows.values()))
        await add_blobs(session, blobs)
        if again := {key: row for key, row in rows.items() if key not in new and row["next_hop"]}:
            await revive(session, again)
            await take_signatures(session, again, self._signed_now(batch.envelopes))
        fresh = {e.ref(blob) for e in batch.envelopes if e.id in new for blob, _ in e.blobs}
        named = {BlobRef(row["origin"], row["blob_id"]): row for row in blobs}
        await want_again(session, {ref: named[ref] for ref in fresh})
        await batch.effect(session, new)
        for hop in {row["next_hop"] for row in rows.values()} - {""}:
            self._wakeups.ring_after_commit(session, NodeId(hop))

    def _signed_now(self, envelopes: Sequence[Envelope]) -> set[EnvelopeId]:
        """Those under the key that their origin signs with now, after it had another."""
        roster, found = self._editions.roster, set[EnvelopeId]()
        for envelope in envelopes:
            entry = roster.nodes.get(envelope.origin)
            if entry is not None and entry.signing_ms:
                with suppress(SignatureError):
                    envelope.check_any(roster.present_keys(envelope.origin))
                    found.add(envelope.id)
        return found

    async def _way(self, session: AsyncSession, envelope: Envelope, *, above: bool) -> Hop:
        here = envelope.to == self._node
        hop = None if here else await self._routes.hop(session, envelope.to, above=above)
        return Hop(
            origin=envelope.origin,
            destination=envelope.to,
            next_hop=hop,
            now_ms=self._clock.now_ms(),
        )

    async def _store_parts(self, session: AsyncSession, batch: Batch) -> None:
        if not batch.parts:
            return
        rows = await announced(session, list(batch.parts))
        for blob, parts in batch.parts.items():
            row = rows.get(blob)
            if row is None:
                batch.refused += [(at, BlobUnknownError.code) for at, _ in parts]
            elif row.is_passed:
                continue  # what the next hop holds has no second effect
            elif row.have < row.size and not self._may_bring(batch.peer, blob.origin):
                batch.refused += [(at, RouteError.code) for at, _ in parts]
            else:
                await self._append(session, batch, row, parts)

    def _may_bring(self, peer: NodeId | None, origin: NodeId) -> bool:
        """A stick's blob is compared with its name before it comes here."""
        return peer is None or may_bring(self._editions.roster, self._node, peer, origin)

    async def _append(
        self, session: AsyncSession, batch: Batch, row: Growing, parts: list[tuple[int, Part]]
    ) -> None:
        """Write the parts that continue what is here; what is here already is skipped."""
        start, have, pieces = row.have, row.have, list[bytes]()
        for at, part in parts:
            if part.offset > have or part.size != row.size:
                batch.refused.append((at, UnexpectedError.code))
            elif part.offset + len(part.data) > have:
                pieces.append(part.data[have - part.offset :])
                have = part.offset + len(part.data)
        blob = row.ref
        if pieces:
            await self._files.write(blob, start, pieces)
        whole = have == row.size > start
        if whole:
            try:
                await self._files.finish(blob)
            except DigestError:
                batch.refused += [(at, DigestError.code) for at, _ in parts[-1:]]
                have, whole = 0, False
        await note_grown(session, row, have, is_whole=whole)
        if whole and row.next_hop:
            self._wakeups.ring_after_commit(session, NodeId(row.next_hop))
        elif whole:
            batch.done.append(blob)
