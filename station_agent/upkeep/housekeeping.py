"""Housekeeping: a queue rebuilt from the journal, old things let go, the disk kept usable.

Source: docs/operations.md, "Disk"; docs/protocol.md section 9.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from protocol.codec import unpack
from protocol.envelope.envelope import Envelope, read_envelope
from protocol.errors import DamagedError, PeerError
from protocol.exchange.messages import EditionNews
from protocol.ids import BlobId, BlobRef, Incarnation
from protocol.limits import BIN_MS, KEEP_MS, KEEP_RUN_MS
from protocol.trust.edition import Kind
from protocol.trust.trusted_clock import TrustedClock
from station_agent.store import (
    answers,
    applications,
    editions,
    follow_ups,
    inbox,
    numbers,
    outbox,
    refusals,
    station,
    versions,
)
from station_agent.store.blobs import BlobFiles
from station_agent.store.db import Database, Transaction
from station_agent.store.desk import agents, batches, drafts, filings, owed, papers
from station_agent.store.disk import Disk
from station_agent.store.journal import Journal, JournalEntry, read_journal
from station_agent.store.outbox import LastSealed
from station_agent.store.station import Unacknowledged

log = logging.getLogger(__name__)

_NEVER_MS = -1  # nothing is dated before it
_EARLIER_MS = 365 * 86_400_000  # so long what was handed in can be copied from
_PAGES_MS = 60 * 86_400_000  # so long pages stay for an application that may be returned
_PHOTOS_OF = "telling"  # what photos of a refusal lie under
_TOLD_RUN_MS = 8 * 3_600_000  # that this PC has run since a clerk was told


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What a journal holds beyond what the outbox has taken in."""

    incarnation: Incarnation
    size: int  # of the file, bytes
    entries: list[tuple[Envelope, JournalEntry]]

    @property
    def pred(self) -> Incarnation | None:
        """The incarnation before, if its first envelope is here and names one."""
        first = self.entries[0][0].header
        return Incarnation(first.pred[0]) if first.pred else None


async def rebuild_outbox(
    database: Database, journal: Journal, blobs: BlobFiles, signing_keys: Sequence[bytes]
) -> int:
    """Queue every envelope of the journal that the outbox lacks; how many those were.

    A cut between journal and database leaves one; a lost database leaves all of them, and then the
    county is asked for all that it has said. What the county has already it drops as repeated.
    """
    taken = await database.read(outbox.journal_sizes)
    found = await asyncio.to_thread(_read_new, journal, taken, signing_keys)
    if not found:
        return 0
    lost = await asyncio.to_thread(_lost_blobs, found, blobs)

    def work(tx: Transaction) -> None:
        for part in found:
            _take_in(tx, part)
        drafts.drop_handed_in(tx)
        filings.drop_sent(tx)
        for blob in lost:
            refusals.give_up_blob(tx, blob, DamagedError.code)
        station.mark_unacknowledged(tx, Unacknowledged.ALL)
        if not taken:
            station.note_loss(tx)

    await database.write(work)
    count = sum(len(part.entries) for part in found)
    log.warning(
        "queued again from the journal", extra={"event": "housekeeping.rebuilt", "count": count}
    )
    return count


def _read_new(
    journal: Journal, taken: dict[Incarnation, int], signing_keys: Sequence[bytes]
) -> list[_Found]:
    found = {}
    for incarnation, path in journal.files().items():
        size = path.stat().st_size
        if size <= taken.get(incarnation, 0):
            continue
        entries = list(_own_entries(path, taken.get(incarnation, 0), signing_keys))
        if entries:  # else it is the torn tail of something that nobody saw as saved
            found[incarnation] = _Found(incarnation=incarnation, size=size, entries=entries)
    return _in_order(found)


def _own_entries(
    path: Path, start: int, signing_keys: Sequence[bytes]
) -> Iterator[tuple[Envelope, JournalEntry]]:
    for entry in read_journal(path, start):
        try:
            envelope = read_envelope(entry.wire)
            envelope.check_any(signing_keys)
        except PeerError:
            continue  # not ours, or changed on the disk: it would be refused everywhere
        yield envelope, entry


def _in_order(found: dict[Incarnation, _Found]) -> list[_Found]:
    """Each incarnation after the one that it names as the one before."""
    ordered: list[_Found] = []
    while found:
        ready = [part for part in found.values() if part.pred not in found] or [*found.values()]
        ordered += [found.pop(part.incarnation) for part in ready]
    return ordered


def _lost_blobs(found: list[_Found], blobs: BlobFiles) -> list[BlobId]:
    named = (blob for part in found for envelope, _ in part.entries for blob, _ in envelope.blobs)
    return [blob for blob in named if not blobs.has(blobs.own(blob))]


def _take_in(tx: Transaction, part: _Found) -> None:
    last_seq = max(envelope.header.seq for envelope, _ in part.entries)
    outbox.note_sealed(
        tx, LastSealed(incarnation=part.incarnation, seq=last_seq, journal_bytes=part.size)
    )
    for envelope, entry in part.entries:
        saved_ms = envelope.header.created[0]
        outbox.add(tx, [envelope], saved_ms)
        if entry.application:
            row = (
                *(entry.application, entry.item, envelope.id),
                *(entry.content, entry.applicant),
            )
            applications.add(tx, [row], saved_ms)
            agents.add(tx, [(entry.application, entry.agent)] if entry.agent else [])
        if entry.follow_up:
            follow_ups.add(tx, [(entry.follow_up, envelope.id)], saved_ms)
            owed.bring(tx, entry.follow_up)
        if entry.earlier:
            versions.add(tx, [(entry.application, entry.earlier)])
        owed.add(tx, entry.owed)
        if entry.number and entry.number_for:
            numbers.note_used(tx, entry.number, entry.number_for, saved_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class HousekeepingService:
    """What must be done from time to time while the agent runs."""

    database: Database
    journal: Journal
    blobs: BlobFiles
    disk: Disk
    trusted: TrustedClock

    async def hourly(self) -> None:
        """Let go of what is not needed, try refused things again, keep the ballast."""
        await self.database.write(refusals.try_again)
        await self.database.write(self._empty_bin)
        await self._let_go()
        await self._sweep()
        await self.database.tidy()
        await asyncio.to_thread(self.disk.keep_ballast)

    async def daily(self) -> None:
        """Ask the parent again about what it took and the county has not settled, or refused."""

        def work(tx: Transaction) -> None:
            refusals.offer_old_again(tx, self.trusted.clock.now_ms())
            if outbox.mark_unacknowledged_custody(tx):
                station.mark_unacknowledged(tx, Unacknowledged.ALL)

        await self.database.write(work)

    async def make_room(self) -> None:
        """The disk is full: what can go goes now, so that at least receipts find room."""
        log.error("the disk is full", extra={"event": "housekeeping.disk-full"})
        await asyncio.to_thread(self.disk.drop_ballast)
        await self._let_go()
        await self._sweep(is_full=True)
        await self.database.tidy()

    async def _let_go(self) -> None:
        spent = await self.database.write(self._drop_settled)
        for blob in spent:
            await asyncio.to_thread(self.blobs.discard, self.blobs.own(blob))
        for incarnation in await self.database.read(outbox.spent_incarnations):
            await asyncio.to_thread(self.journal.drop, incarnation)

    def _empty_bin(self, tx: Transaction) -> None:
        """A draft goes after its time in the bin, and a working day after a clerk was told so."""
        now_ms, run_ms = self.trusted.clock.now_ms(), self.trusted.run_ms
        drafts.drop_old(tx, now_ms - BIN_MS, run_ms - _TOLD_RUN_MS)
        if (held := self.trusted.proved) is not None:  # nobody is told of these: no date of ours
            drafts.drop_earlier(tx, held.statement.at_ms, _EARLIER_MS)
            batches.drop_old(tx, held.statement.at_ms, _EARLIER_MS)
        filings.empty_bin(tx, now_ms - BIN_MS, run_ms - _TOLD_RUN_MS)
        _drop_photos(tx, now_ms - BIN_MS)

    def _drop_settled(self, tx: Transaction) -> list[BlobId]:
        """SAFE goes at once; the rest after three times of the county, and days that we ran."""
        station.keep_run(tx, self.trusted.run_ms)
        held = self.trusted.proved
        if held is None:
            return self._unneeded(tx, outbox.drop_settled(tx, _NEVER_MS))
        outbox.date_settled(tx, held, KEEP_MS)
        return self._unneeded(tx, outbox.drop_settled(tx, held.run_ms - KEEP_RUN_MS))

    @staticmethod
    def _unneeded(tx: Transaction, spent: list[BlobId]) -> list[BlobId]:
        """Without pages that may have to be corrected; once they need not, the sweep takes them."""
        kept = set(papers.kept_blobs(tx)) if spent else set()
        return [blob for blob in spent if blob not in kept]

    async def _sweep(self, *, is_full: bool = False) -> None:
        removed = await self.database.write(lambda tx: self._sweep_files(tx, is_full=is_full))
        if removed:
            log.info("swept", extra={"event": "housekeeping.swept", "files": removed})

    def _sweep_files(self, tx: Transaction, *, is_full: bool) -> int:
        held = self.trusted.proved
        until_ms = held.statement.at_ms - _PAGES_MS if held else _NEVER_MS
        papers.drop_spent(tx, None if is_full else until_ms)
        own = *outbox.kept_blobs(tx), *papers.kept_blobs(tx)
        whole, partial = {*map(self.blobs.own, own)}, set[BlobRef]()
        for arriving in inbox.every_arriving(tx):
            if arriving.news is not None and _is_old(tx, arriving.news):
                inbox.forget(tx, arriving.blob)
            else:
                (whole if arriving.whole else partial).add(arriving.blob)
        return self.blobs.sweep(whole, partial)


def _is_old(tx: Transaction, news: bytes) -> bool:
    edition = unpack(news, EditionNews)
    newer = editions.newer_roster_version(tx) if edition.kind is Kind.ROSTER else 0
    return edition.version <= max(newer, editions.version(tx, edition.kind))


def _drop_photos(tx: Transaction, until_ms: int) -> None:
    """Photos of a refusal that nobody recorded, once its answer lies here no more."""
    old = filings.old(tx, _PHOTOS_OF, until_ms)
    lying = {one.handed_id for one in answers.lying(tx)} if old else set()
    for filing in old:
        if filing not in lying:
            filings.drop(tx, filing)
