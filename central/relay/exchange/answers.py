"""What becomes of items that were pushed to one neighbour: it holds them, or it refuses them."""

import logging
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.exchange.neighbours import change_history
from central.relay.exchange.peer import Peer
from central.relay.ports.blobs import BlobStore
from central.relay.ports.role import Reporter
from central.relay.queue import spool
from central.relay.retry import deferred
from central.store.engine import Store
from protocol.envelope.envelope import Lane
from protocol.exchange.lanes import Waiting
from protocol.exchange.pace.backpressure import Backpressure
from protocol.ports import Clock

log = logging.getLogger(__name__)


class HandOver:
    """What the peer holds goes out of the queue here; of one exchange."""

    def __init__(self, peer: Peer, store: Store, files: BlobStore, *, keeps: bool) -> None:
        """``keeps``: a county keeps what it sends."""
        self._peer, self._store, self._files = peer, store, files
        self._keeps, self.holder = keeps, b""  # the peer's instance

    def met(self, holder: bytes) -> None:
        """The peer has said of which database it is: that one holds what it takes."""
        self.holder = holder

    async def take_custody(
        self, held: Sequence[Waiting], *, exchange: bytes = b"", upto: int = 0
    ) -> None:
        """The peer holds these; ``upto`` pushes of ``exchange`` are answered by now, if any."""
        envelopes = [w.key for w in held if not w.parts]
        blobs = [w.ref for w in held if w.parts and w.offset == w.size]
        if not envelopes and not blobs and not upto:
            return
        peer, holder = self._peer.node, self.holder

        async def work(session: AsyncSession) -> None:
            if upto:
                await change_history(session, peer, lambda was: was.answered(exchange, upto))
            if envelopes:
                await spool.hand_over(session, peer, envelopes, holder, keep_wire=self._keeps)
            if blobs:
                await spool.hand_over_blobs(session, peer, blobs, holder, keep_file=self._keeps)
            await deferred.forget(session, [w.name for w in held if not w.parts] + [*blobs])

        drops = bool(blobs) and not self._keeps
        # what a power cut takes back is asked again; but not once its file has gone
        await self._store.transact(work, synced=drops)
        if drops:
            for blob in blobs:
                await self._files.drop(blob)


class Refusals:
    """What the peer refused; of one exchange."""

    def __init__(self, peer: Peer, store: Store, reporter: Reporter, clock: Clock) -> None:
        """``reporter`` is told what our parent refuses for good."""
        self._peer, self._store, self._reporter, self._clock = peer, store, reporter, clock
        self._seen: set[tuple[str, bytes]] = set()

    async def note(self, refused: Sequence[deferred.Refusal]) -> None:
        """Count each item once in an exchange: the parts of a blob are refused one by one."""
        fresh = {w.name: (w, code) for w, code in refused if w.name not in self._seen}
        self._seen |= fresh.keys()
        if not fresh:
            return
        peer = self._peer

        async def work(session: AsyncSession) -> None:
            now_ms = self._clock.now_ms()
            rows = await deferred.note_refusals(session, peer.node, [*fresh.values()], now_ms)
            if peer.is_parent:
                await deferred.report(session, self._reporter, rows)

        await self._store.transact(work)
        for item, code in fresh.values():
            log.warning("item refused", extra=deferred.refusal_fields(peer.node, item, code))


class Answers:
    """The peer's acknowledgements and refusals; of one exchange."""

    def __init__(self, hand_over: HandOver, refusals: Refusals, backpressure: Backpressure) -> None:
        """``backpressure`` knows of a peer without room: that is no refusal."""
        self.hand_over, self._refusals, self._backpressure = hand_over, refusals, backpressure

    async def met(self, instance: bytes, held: Sequence[Waiting] | None) -> None:
        """Who the peer is, and what of the last exchange it holds."""
        self.hand_over.met(instance)
        if held:
            await self.hand_over.take_custody([w for w in held if w.lane is not Lane.CATALOGUE])

    async def confirmed(
        self, acks: Sequence[tuple[Waiting, str | None]], *, exchange: bytes, upto: int
    ) -> None:
        """The peer holds these now. What it refused stays here and is tried another time."""
        ours = [
            (w, code)
            for w, code in acks
            if w.lane is not Lane.CATALOGUE
            and (code is None or not self._backpressure.told(code, w.origin))
        ]
        held = [w for w, code in ours if code is None]
        await self.hand_over.take_custody(held, exchange=exchange, upto=upto)
        await self._refusals.note([(w, code) for w, code in ours if code is not None])
