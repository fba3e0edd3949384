"""Arrival: items of the parent are checked and stored, a whole batch in one commit.

A refused item changes nothing but a counter. Parts of blobs are synced before the commit that
counts them, so the database never claims bytes that a power cut took.

Source: docs/protocol.md sections 7 and 8.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from protocol.codec import unpack
from protocol.envelope.envelope import read_envelope
from protocol.errors import (
    BlobUnknownError,
    DigestError,
    PeerError,
    PeerInternalError,
    SignatureError,
    UnexpectedError,
    YizhanError,
)
from protocol.exchange.editions import Trust
from protocol.exchange.messages import EditionNews, EnvelopeItem, Item, Part
from protocol.exchange.wire import encode
from protocol.ids import BlobRef, ExchangeId, NodeId
from protocol.trust.edition import Edition, Kind
from protocol.trust.roster import Roster
from station_agent.inbox.delivery import DeliveryService
from station_agent.store import editions, inbox, poison, station
from station_agent.store.blobs import BlobFiles
from station_agent.store.db import Database, Transaction
from station_agent.store.inbox import Arriving

log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class HeldRoster:
    """The roster in force: who is our parent, and which key is the county's."""

    roster: Roster
    root: bytes  # the authority's root public key
    newer: Edition | None = None  # as protocol.exchange.editions.Trust

    @property
    def trust(self) -> Trust:
        """By what editions are judged now."""
        return Trust(root=self.root, roster=self.roster, newer=self.newer)

    def believe(self, trust: Trust) -> None:
        """What was committed is in force."""
        self.roster, self.newer = trust.roster, trust.newer


@dataclass(slots=True)
class _Batch:
    """What one commit has gathered; nobody else sees any of it before the commit."""

    trust: Trust  # what comes behind a newer roster may need the keys in it
    delivery: DeliveryService  # judges by that roster
    ask_whole: set[Kind]
    refused: list[tuple[int, str]] = field(default_factory=list)
    grown: set[BlobRef] = field(default_factory=set)  # blobs with parts that are not synced yet
    spent: list[BlobRef] = field(default_factory=list)  # bodies of editions, taken in

    def __post_init__(self) -> None:
        self.delivery = replace(self.delivery, roster=lambda: self.trust.roster)

    def took(self, kind: Kind, trust: Trust) -> None:
        """An edition was taken: what comes behind it is judged by ``trust``."""
        self.trust = trust
        self.ask_whole.discard(kind)


class ArrivalService:
    """Stores what comes from the parent."""

    def __init__(
        self,
        *,
        database: Database,
        blobs: BlobFiles,
        delivery: DeliveryService,
        held: HeldRoster,
    ) -> None:
        self._database, self._blobs, self._delivery = database, blobs, delivery
        self._held = held
        self.ask_whole: frozenset[Kind] = frozenset()  # editions whose changes did not fit ours

    def version(self, tx: Transaction, kind: Kind) -> int:
        """The version held; 0 for none, or a release of a key that counts no more."""
        return _version(tx, kind, self._held.trust)

    async def store(
        self,
        exchange: ExchangeId,
        upto: int,
        items: Sequence[Item],
        parent: NodeId | None = None,
    ) -> list[tuple[int, str]]:
        """Commit ``items`` of ``parent``; index and code of each that was refused.

        Raises:
            DiskFullError, StoreError: none of them was stored.
        """
        return await self._commit(items, lambda tx: station.saw(tx, exchange, upto, parent))

    async def take_in(self, items: Sequence[Item]) -> list[tuple[int, str]]:
        """Commit ``items`` that no exchange brought. Returns and raises like :meth:`store`."""
        return await self._commit(items, _nothing)

    async def take_up(self) -> int:
        """Read again what an older program could not understand; how many have their effect."""
        return await self._database.write(self._delivery.take_up)

    async def _commit(
        self, items: Sequence[Item], note: Callable[[Transaction], None]
    ) -> list[tuple[int, str]]:
        try:
            return await self._commit_together(items, note)
        except YizhanError:
            raise
        except Exception:
            log.exception("items can't be stored together", extra={"event": "batch.failed-inside"})
        refused: list[tuple[int, str]] = []
        for index, item in enumerate(items):
            try:
                refused += [(index, c) for _, c in await self._commit_together([item], _nothing)]
            except YizhanError:
                raise
            except Exception as fault:  # noqa: BLE001 - it is logged there
                await self._keep_apart(item, fault)
                refused.append((index, PeerInternalError.code))
        await self._database.write(note)  # last: the count must not run ahead of what is stored
        return refused

    async def _keep_apart(self, item: Item, fault: Exception) -> None:
        """This program has a mistake: one item must not hold up the others."""
        kind = type(item).__name__
        log.error(
            "an item can't be stored",
            extra={"event": "item.failed-inside", "item": kind},
            exc_info=fault,
        )
        now_ms = self._delivery.clock.now_ms()
        await self._database.write(lambda tx: poison.keep(tx, encode(item), fault, now_ms))

    async def _commit_together(
        self, items: Sequence[Item], note: Callable[[Transaction], None]
    ) -> list[tuple[int, str]]:
        batch = self._batch()

        def work(tx: Transaction) -> None:
            for index, item in enumerate(items):
                try:
                    self._store_one(tx, item, batch)
                except PeerError as exc:
                    batch.refused.append((index, exc.code))
                    _log_refused(item, exc)
                    if isinstance(item, EnvelopeItem) and isinstance(exc, SignatureError):
                        _note_unproved(tx, batch.trust.roster)
            for blob in batch.grown:
                self._blobs.sync(blob)
            station.count_refused(tx, len(batch.refused))
            note(tx)

        await self._database.write(work)
        self._held.believe(batch.trust)
        self.ask_whole = frozenset(batch.ask_whole)
        await asyncio.to_thread(self._discard, batch.spent)
        return batch.refused

    def _batch(self) -> _Batch:
        return _Batch(self._held.trust, self._delivery, set(self.ask_whole))

    def _discard(self, blobs: Sequence[BlobRef]) -> None:
        for blob in blobs:
            self._blobs.discard(blob)

    def _store_one(self, tx: Transaction, item: Item, batch: _Batch) -> None:
        match item:
            case EnvelopeItem():
                envelope = read_envelope(item.wire)
                batch.delivery.require_ours(envelope)
                batch.delivery.deliver(tx, envelope)
            case Part():
                self._part(tx, item, batch)
            case EditionNews():
                self._news(tx, item, batch)

    def _part(self, tx: Transaction, part: Part, batch: _Batch) -> None:
        arriving = inbox.find(tx, part.ref)
        if arriving is None:
            raise BlobUnknownError(str(part.ref))
        if part.size != arriving.size or part.offset > arriving.held:
            raise UnexpectedError(f"part at {part.offset} of {part.size}, {arriving.held} are held")
        fresh = part.data[arriving.held - part.offset :]
        if not fresh:
            return
        held = arriving.held + len(fresh)
        if self._blobs.has(arriving.blob):  # put in place before a commit that failed
            held = arriving.size
        else:
            self._blobs.add_part(arriving.blob, arriving.held, fresh)
            batch.grown.add(arriving.blob)
        if held < arriving.size:
            inbox.grew(tx, arriving.blob, held, whole=False)
        else:
            self._finish(tx, arriving, batch)

    def _finish(self, tx: Transaction, arriving: Arriving, batch: _Batch) -> None:
        """The last part has come: check the hash; of an edition's body, take the edition."""
        blob = arriving.blob
        self._blobs.sync(blob)
        batch.grown.discard(blob)
        if not self._blobs.finish(blob):
            inbox.grew(tx, blob, 0, whole=False)
            raise DigestError(str(blob))
        if arriving.news is None:
            inbox.grew(tx, blob, arriving.size, whole=True)
            return
        inbox.forget(tx, blob)
        batch.spent.append(blob)
        body = self._blobs.content(blob)
        _take_edition(tx, unpack(arriving.news, EditionNews), body, batch)

    def _news(self, tx: Transaction, news: EditionNews, batch: _Batch) -> None:
        if news.version <= _version(tx, news.kind, batch.trust):
            return  # came before, by another way
        if news.body:
            _take_edition(tx, news, news.body, batch)
        else:
            batch.trust.announced(news)
            batch.spent.extend(inbox.announce_edition(tx, news))


def _version(tx: Transaction, kind: Kind, trust: Trust) -> int:
    """The version held; 0 for none, or a release that counts no more."""
    if kind is Kind.RELEASE:
        return editions.counted_release(tx, trust.counts)
    return trust.held_roster.version


def _take_edition(tx: Transaction, news: EditionNews, body: bytes, batch: _Batch) -> None:
    held = _version(tx, news.kind, batch.trust)
    if news.version <= held:
        return
    release = editions.load_release(tx) if held and news.kind is Kind.RELEASE else None
    try:
        taken = batch.trust.taken(news, body, release)
    except PeerError:
        if batch.trust.asks_whole(news):
            batch.ask_whole.add(news.kind)
        raise
    if taken.trust.newer is taken.edition:
        editions.keep_newer(tx, taken.edition)
        fields = {"event": "roster.needs-newer", "version": taken.edition.version}
        log.warning("a roster needs a newer program", extra=fields)
    else:
        editions.keep(tx, news.kind, taken.edition)
    batch.took(news.kind, taken.trust)


def _nothing(_: Transaction) -> None:
    """For one item of a batch that is counted as a whole."""


def _note_unproved(tx: Transaction, roster: Roster) -> None:
    """The county has another key, and something under the one before was still on its way."""
    _, county = roster.county()
    if county.signing_ms:
        station.note_unproved(tx, county.signing_ms)


def _log_refused(item: Item, exc: PeerError) -> None:
    log.warning(
        "item refused",
        extra={"event": "arrival.refused", "item": type(item).__name__, "code": exc.code},
    )
