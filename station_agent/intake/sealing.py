"""Sealing: from drafts to envelopes in the journal and the queue, many in one commit.

Order decides: the journal is synced, then one database transaction that queues the envelopes
commits; after that, and not before, the callers are told. If the commit fails, the journal is
taken back. The journal's sync is the only one: whatever a power cut takes of the database, the
next start queues again from the journal.

Source: docs/protocol.md sections 4 and 9.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from protocol.codec import altered
from protocol.envelope.envelope import Envelope, Lane
from protocol.envelope.payloads import Payload
from protocol.envelope.suites import SuiteNumber
from protocol.ids import NONCE_BYTES, ApplicationId, BlobId, Incarnation
from protocol.numbers.number import NumberKind, start_digits
from protocol.ports import Clock, Randomness
from protocol.trust.schedule import local_time
from protocol.trust.trusted_clock import TrustedClock
from station_agent.intake.envelope_sealer import EnvelopeSealer, Position
from station_agent.store import applications, follow_ups, numbers, outbox, versions
from station_agent.store.db import Database, Transaction
from station_agent.store.desk import agents, filings, owed
from station_agent.store.desk.agents import AgentNote
from station_agent.store.desk.drafts import drop_handed_in
from station_agent.store.desk.owed import OwedPaper
from station_agent.store.follow_ups import FollowUpNote
from station_agent.store.journal import Journal, JournalEntry
from station_agent.store.outbox import LastSealed

_MAX_BATCH = 64  # sealing one takes a third of a millisecond, and nothing else runs meanwhile


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What becomes one envelope."""

    application: ApplicationId  # empty: none, it asks the county for something
    item: str
    content: bytes  # digest of what was handed in; empty as well
    applicant: bytes | None = None  # their name, sealed for the vault
    agent: AgentNote | None = None  # who acts for them
    payload: Payload = field(repr=False)  # without its number, if it gets one
    blobs: tuple[tuple[BlobId, int], ...]
    urgent: bool = False  # as its item says
    number: NumberKind | None = None  # of which kind it gets one, if there is one
    number_for: ApplicationId | None = None  # which application that is used for; None: this one
    follow_up: FollowUpNote | None = None  # it follows an application, or is a letter
    earlier: str = ""  # id of the application that it corrects or replaces; empty: none
    owed: Sequence[OwedPaper] = ()  # that were promised for later

    @property
    def lane(self) -> Lane:
        """In which it travels."""
        if not self.application and self.follow_up is None:
            return Lane.CONTROL
        return Lane.URGENT if self.urgent else Lane.APPLICATIONS


def follow_up_draft(
    note: FollowUpNote, payload: Payload, blobs: Sequence[tuple[BlobId, int]]
) -> Draft:
    """What becomes an envelope with something that follows an application."""
    return Draft(
        application=ApplicationId(""),
        item="",
        content=note.content,
        payload=payload,
        blobs=tuple(blobs),
        follow_up=note,
    )


def control_draft(payload: Payload) -> Draft:
    """What becomes an envelope that asks the county for something."""
    return Draft(
        application=ApplicationId(""),
        item="",
        content=b"",
        payload=payload,
        blobs=(),
    )


@dataclass(frozen=True, slots=True)
class _Pending:
    draft: Draft
    stored: asyncio.Future[bool]


class SealingService:
    """Owns this process's incarnation and its numbers."""

    def __init__(
        self,
        *,
        sealer: EnvelopeSealer,
        database: Database,
        journal: Journal,
        clock: Clock,
        trusted: TrustedClock,
        randomness: Randomness,
        queued: Callable[[], object],
    ) -> None:
        self._sealer, self._database, self._journal = sealer, database, journal
        self._clock, self._trusted, self._randomness = clock, trusted, randomness
        self._queued = queued  # rung when something new waits to be sent
        self._lock = asyncio.Lock()
        self._pending: list[_Pending] = []
        self._last: LastSealed | None = None  # of this process; None: no incarnation is open

    @property
    def suite(self) -> SuiteNumber:
        """What is sealed with now."""
        return self._sealer.suite

    async def seal(self, draft: Draft) -> bool:
        """Seal and queue ``draft``; on disk when this returns. Must not be cancelled.

        False if the application was taken in by somebody else meanwhile.

        Raises:
            DiskFullError, StoreError: nothing was stored.
        """
        mine = _Pending(draft, asyncio.get_running_loop().create_future())
        self._pending.append(mine)
        async with self._lock:
            if not mine.stored.done():
                batch = self._pending[:_MAX_BATCH]
                del self._pending[:_MAX_BATCH]
                await self._commit_batch(batch)
        return await mine.stored

    async def _commit_batch(self, batch: Sequence[_Pending]) -> None:
        drafts = [pending.draft for pending in batch]
        last, self._last = self._last, None  # after a failure another incarnation is opened
        undo: list[Callable[[], None]] = []
        try:
            stored, self._last = await self._database.write(
                lambda tx: self._commit(tx, drafts, last, undo), synced=False
            )
        except BaseException as exc:  # noqa: BLE001 - each caller raises it again
            if isinstance(exc, Exception) and undo:
                await asyncio.to_thread(undo[0])
            for pending in batch:
                pending.stored.set_exception(exc)
                pending.stored.exception()  # its caller may be gone, which is no fault
            return
        for pending in batch:
            pending.stored.set_result(pending.draft in stored)
        if stored:
            self._queued()

    def _commit(
        self,
        tx: Transaction,
        drafts: Sequence[Draft],
        last: LastSealed | None,
        undo: list[Callable[[], None]],
    ) -> tuple[Sequence[Draft], LastSealed | None]:
        """Everything but the commit itself; the drafts that were new, and how far we are now."""
        fresh = _fresh(tx, drafts)
        if not fresh:
            return [], last
        before = outbox.last_sealed(tx) if last is None else None
        held = last or LastSealed(
            incarnation=Incarnation(self._randomness.token(NONCE_BYTES)), seq=0, journal_bytes=0
        )
        now_ms = self._clock.now_ms()
        given = [self._number(tx, draft, held.incarnation, now_ms) for draft in fresh]
        envelopes = [
            self._envelope(draft, number, held.incarnation, seq, before)
            for seq, (draft, number) in enumerate(
                zip(fresh, given, strict=True), start=held.seq + 1
            )
        ]
        outbox.add(tx, envelopes, now_ms)
        both = list(zip(fresh, envelopes, strict=True))
        rows = [
            (d.application, d.item, e.id, d.content, d.applicant) for d, e in both if d.application
        ]
        applications.add(tx, rows, now_ms)
        agents.add(tx, [(d.application, d.agent) for d in fresh if d.agent])
        follow_ups.add(tx, [(d.follow_up, e.id) for d, e in both if d.follow_up], now_ms)
        _note_beside(tx, fresh)
        drop_handed_in(tx)
        filings.drop_sent(tx)
        size = self._journal.append(held.incarnation, _journal_entries(fresh, envelopes, given))
        undo.append(partial(self._journal.take_back, held.incarnation, held.journal_bytes))
        sealed = LastSealed(
            incarnation=held.incarnation, seq=held.seq + len(fresh), journal_bytes=size
        )
        outbox.note_sealed(tx, sealed)
        return fresh, sealed

    def _number(self, tx: Transaction, draft: Draft, incarnation: Incarnation, now_ms: int) -> str:
        """The number that a draft gets, used with it or not at all; empty if it gets none."""
        if draft.number is None:
            return ""
        trusted_ms = self._trusted.now_ms()
        return numbers.take(
            tx,
            draft.number,
            year=None if trusted_ms is None else local_time(trusted_ms).year,
            start=start_digits(incarnation),
            application=draft.number_for or draft.application,
            now_ms=now_ms,
        )

    def _envelope(
        self,
        draft: Draft,
        number: str,
        incarnation: Incarnation,
        seq: int,
        before: LastSealed | None,
    ) -> Envelope:
        pred = (before.incarnation, before.seq) if before is not None and seq == 1 else None
        at = Position(incarnation=incarnation, seq=seq, pred=pred)
        payload = altered(draft.payload, number=number) if number else draft.payload
        return self._sealer.seal(payload, at, draft.lane, draft.blobs)


def _note_beside(tx: Transaction, drafts: Sequence[Draft]) -> None:
    """What is put down of them beside their envelopes."""
    owed.add(tx, [paper for draft in drafts for paper in draft.owed])
    versions.add(tx, [(one.application, one.earlier) for one in drafts if one.earlier])
    for draft in drafts:
        if draft.follow_up is not None:
            owed.bring(tx, draft.follow_up)


def _fresh(tx: Transaction, drafts: Sequence[Draft]) -> Sequence[Draft]:
    """The drafts that are new, each application and follow-up once."""
    taken: set[str] = set(applications.known(tx, [draft.application for draft in drafts]))
    taken |= follow_ups.known(tx, [d.follow_up.follow_up for d in drafts if d.follow_up])
    fresh: list[Draft] = []
    for draft in drafts:
        own = draft.follow_up.follow_up if draft.follow_up else draft.application
        if own not in taken:
            fresh.append(draft)
            taken |= {own} - {""}
    return fresh


def _journal_entries(
    drafts: Sequence[Draft], envelopes: Sequence[Envelope], given: Sequence[str]
) -> list[JournalEntry]:
    return [
        JournalEntry(
            wire=envelope.wire,
            application=draft.application,
            item=draft.item,
            content=draft.content,
            number=number,
            follow_up=draft.follow_up,
            number_for=draft.number_for or draft.application if number else None,
            earlier=draft.earlier,
            owed=draft.owed,
            applicant=draft.applicant,
            agent=draft.agent,
        )
        for draft, envelope, number in zip(drafts, envelopes, given, strict=True)
    ]
