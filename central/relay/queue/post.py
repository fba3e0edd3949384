"""Posting: an envelope of this node's own, sealed and queued in the caller's transaction."""

from collections.abc import Callable, Iterable

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.queue.cursor import Cursor
from central.relay.queue.spool import Hop, NewBlob, add_blobs, add_envelopes, send_again
from central.relay.queue.wakeups import Wakeups
from central.relay.routing.routes import Routes
from central.relay.store.models import IncarnationRow, SpoolRow
from central.store.base import BY_KEY, table_of
from protocol.envelope.envelope import VERSION, Envelope, Header, Lane, read_envelope, seal_envelope
from protocol.envelope.keys import PublicKeys, Signer, key_name
from protocol.envelope.suites import SuiteNumber, suite_number
from protocol.errors import NodeUnknownError
from protocol.ids import NONCE_BYTES, BlobId, EnvelopeId, NodeId
from protocol.ports import Clock, Randomness
from protocol.trust.rules import Rules

_RUNS = table_of(IncarnationRow)
_NEXT = (
    update(_RUNS)
    .execution_options(**BY_KEY)
    .where(_RUNS.c.incarnation == bindparam("of"))
    .values(last_seq=_RUNS.c.last_seq + 1)
    .returning(_RUNS.c.last_seq)
)


class Post:
    """Seals payloads for a node and puts them on their way."""

    def __init__(
        self,
        *,
        node: NodeId,
        signer: Signer,
        keys_of: Callable[[NodeId], PublicKeys | None],
        rules: Callable[[], Rules],
        routes: Routes,
        cursor: Cursor,
        wakeups: Wakeups,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        self._node, self._signer, self._keys_of, self._rules = node, signer, keys_of, rules
        self._routes, self._cursor, self._wakeups = routes, cursor, wakeups
        self._clock, self._randomness = clock, randomness
        self._incarnation = randomness.token(NONCE_BYTES)

    async def post(
        self,
        session: AsyncSession,
        *,
        to: NodeId,
        lane: Lane,
        payload: bytes,
        suite: SuiteNumber,
        blobs: tuple[tuple[BlobId, int], ...] = (),
    ) -> EnvelopeId:
        """Seal ``payload`` for ``to`` and queue it; its blobs must be in the blob folder.

        If the county's rules do not allow ``suite``, it is sealed with one that they allow.

        Raises:
            NodeUnknownError: ``to`` has no key for ``suite``, or there is no way to it.
        """
        suite = self._rules().suite_for(suite)
        sealing = self._sealing_key(to, suite)
        next_hop = await self._routes.hop(session, to)
        if next_hop is None:
            raise NodeUnknownError(to)
        now_ms = self._clock.now_ms()
        seq, pred = await self._number(session, now_ms)
        header = Header(
            version=VERSION,
            suite=int(suite),
            origin=bytes.fromhex(self._node),
            incarnation=self._incarnation,
            seq=seq,
            to=bytes.fromhex(to),
            lane=int(lane),
            created=(now_ms, now_ms),
            key=key_name(sealing),
            pred=pred,
            blobs=tuple(blobs),
        )
        envelope = seal_envelope(payload, header, sealing, self._signer)
        way = Hop(origin=self._node, destination=to, next_hop=next_hop, now_ms=now_ms)
        return await self._queue(session, way, envelope)

    async def _queue(self, session: AsyncSession, way: Hop, envelope: Envelope) -> EnvelopeId:
        """Put what was sealed into the spool, and wake who waits for it."""
        row = way.envelope(
            envelope.id, envelope.wire, lane=envelope.lane, position=self._cursor.next()
        )
        await add_envelopes(session, [row])
        rows = self._blobs(way, envelope.blobs)
        await add_blobs(session, rows)
        await send_again(session, rows)
        self._wakeups.ring_after_commit(session, NodeId(row["next_hop"]))
        return envelope.id

    async def again(self, session: AsyncSession, envelope: EnvelopeId, *, to: NodeId) -> bool:
        """Queue an envelope of ours once more as it is, with its blobs; nothing is sealed.

        False if its bytes are not here, or were sealed for a key that ``to`` no longer has.

        Raises:
            NodeUnknownError: there is no way to ``to``.
        """
        row = await session.get(SpoolRow, (self._node, envelope), populate_existing=True)
        if row is None or row.wire is None or not self._fits(row.wire, to):
            return False
        if row.waiting:
            return True  # it is on its way
        next_hop = await self._routes.hop(session, to)
        if next_hop is None:
            raise NodeUnknownError(to)
        row.waiting, row.holder = True, None
        row.next_hop, row.position = next_hop, self._cursor.next()
        now_ms = self._clock.now_ms()
        way = Hop(origin=self._node, destination=to, next_hop=next_hop, now_ms=now_ms)
        await session.flush()
        await send_again(session, self._blobs(way, read_envelope(row.wire).blobs))
        self._wakeups.ring_after_commit(session, next_hop)
        return True

    def _blobs(self, way: Hop, blobs: Iterable[tuple[BlobId, int]]) -> list[NewBlob]:
        return [
            way.blob(blob, size, have=size, position=self._cursor.next()) for blob, size in blobs
        ]

    def _fits(self, wire: bytes, to: NodeId) -> bool:
        header, keys = read_envelope(wire).header, self._keys_of(to)
        sealing = keys.sealing(suite_number(header.suite)) if keys else b""
        return bool(sealing) and header.key == key_name(sealing)

    def _sealing_key(self, to: NodeId, suite: SuiteNumber) -> bytes:
        keys = self._keys_of(to)
        sealing = keys.sealing(suite) if keys else b""
        if not sealing:
            raise NodeUnknownError(f"{to} has no key of suite {suite}")
        return sealing

    async def _number(
        self, session: AsyncSession, now_ms: int
    ) -> tuple[int, tuple[bytes, int] | None]:
        """The next number of this run; the first also names the last of the run before."""
        seq: int | None = await session.scalar(_NEXT, {"of": self._incarnation})
        if seq is not None:
            return seq, None
        newest = select(IncarnationRow).order_by(IncarnationRow.opened_ms.desc()).limit(1)
        before = await session.scalar(newest)
        await session.execute(
            insert(IncarnationRow).values(
                incarnation=self._incarnation, last_seq=1, opened_ms=now_ms
            )
        )
        return 1, (before.incarnation, before.last_seq) if before else None
