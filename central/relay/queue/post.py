"""Posting: an envelope of this node's own, sealed and queued in the caller's transaction."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, bindparam, insert, select, update
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
    .values(last_seq=_RUNS.c.last_seq + bindparam("more", type_=BigInteger))
    .returning(_RUNS.c.last_seq)
)


_Number = tuple[int, tuple[bytes, int] | None]
"""Of an envelope; the first of a run also names the last of the run before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is to be sealed for whom."""

    to: NodeId
    payload: bytes
    suite: SuiteNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class _Route:
    """By which neighbour, and under which key."""

    to: NodeId
    next_hop: NodeId
    suite: SuiteNumber
    sealing: bytes


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
        letter = Letter(to=to, payload=payload, suite=suite)
        route = await self._route(session, letter)
        number = await self._number(session, self._clock.now_ms(), 1)
        envelope = self._seal(letter, route, number, lane=lane, blobs=tuple(blobs))
        await self._queue(session, [(route, envelope)])
        rows = self._blobs(self._way(route), envelope.blobs)
        await add_blobs(session, rows)
        await send_again(session, rows)
        return envelope.id

    async def post_all(
        self, session: AsyncSession, letters: Sequence[Letter], *, lane: Lane
    ) -> Sequence[Letter]:
        """The same for many without blobs, in few statements; those that can't be written to."""
        found, lost = list[tuple[Letter, _Route]](), list[Letter]()
        for letter in letters:
            try:
                found.append((letter, await self._route(session, letter)))
            except NodeUnknownError:
                lost.append(letter)
        if found:
            seq, pred = await self._number(session, self._clock.now_ms(), len(found))
            numbers = [(seq + n, None if n else pred) for n in range(len(found))]
            await self._queue(
                session,
                [
                    (route, self._seal(letter, route, number, lane=lane))
                    for (letter, route), number in zip(found, numbers, strict=True)
                ],
            )
        return lost

    async def _route(self, session: AsyncSession, letter: Letter) -> _Route:
        suite = self._rules().suite_for(letter.suite)
        sealing = self._sealing_key(letter.to, suite)
        next_hop = await self._routes.hop(session, letter.to)
        if next_hop is None:
            raise NodeUnknownError(letter.to)
        return _Route(to=letter.to, next_hop=next_hop, suite=suite, sealing=sealing)

    def _way(self, route: _Route) -> Hop:
        return Hop(
            origin=self._node,
            destination=route.to,
            next_hop=route.next_hop,
            now_ms=self._clock.now_ms(),
        )

    def _seal(
        self,
        letter: Letter,
        route: _Route,
        number: _Number,
        *,
        lane: Lane,
        blobs: tuple[tuple[BlobId, int], ...] = (),
    ) -> Envelope:
        now_ms, (seq, pred) = self._clock.now_ms(), number
        header = Header(
            version=VERSION,
            suite=int(route.suite),
            origin=bytes.fromhex(self._node),
            incarnation=self._incarnation,
            seq=seq,
            to=bytes.fromhex(route.to),
            lane=int(lane),
            created=(now_ms, now_ms),
            key=key_name(route.sealing),
            pred=pred,
            blobs=blobs,
        )
        return seal_envelope(letter.payload, header, route.sealing, self._signer)

    async def _queue(
        self, session: AsyncSession, sealed: Sequence[tuple[_Route, Envelope]]
    ) -> None:
        """Put what was sealed into the spool, and wake who waits for it."""
        rows = [
            self._way(route).envelope(one.id, one.wire, lane=one.lane, position=self._cursor.next())
            for route, one in sealed
        ]
        await add_envelopes(session, rows)
        for hop in {route.next_hop for route, _ in sealed}:
            self._wakeups.ring_after_commit(session, hop)

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

    async def _number(self, session: AsyncSession, now_ms: int, count: int) -> _Number:
        """The first of the next numbers; that of a run also names the last of the run before."""
        last: int | None = await session.scalar(_NEXT, {"of": self._incarnation, "more": count})
        if last is not None:
            return last - count + 1, None
        newest = select(IncarnationRow).order_by(IncarnationRow.opened_ms.desc()).limit(1)
        before = await session.scalar(newest)
        await session.execute(
            insert(IncarnationRow).values(
                incarnation=self._incarnation, last_seq=count, opened_ms=now_ms
            )
        )
        return 1, (before.incarnation, before.last_seq) if before else None
