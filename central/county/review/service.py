"""Review: a person accepts what lies in the queue, or rejects it; the station hears of either.

Source: docs/protocol.md section 7.4; docs/operations.md, "The review queue".
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.arrival.applicants import applicant_of
from central.county.casework.arrival.register import Arrival
from central.county.casework.arrival.strangers import strangers
from central.county.casework.cases import Cases, number_of
from central.county.casework.files.opened import OpenedFile, opened
from central.county.intake.arrivals import Arrivals
from central.county.intake.service import Intake
from central.county.ports.keys import Key
from central.county.ports.relay import Nodes
from central.county.review.models import ReviewRow
from central.county.review.queries import (
    find_in_review_queue,
    of_application,
    review_queue_page,
    siblings,
    take_out,
)
from central.county.review.view import Judged, ReviewView
from central.relay.ports.blobs import BlobStore
from central.store.engine import Store
from protocol.envelope.payloads import Application, Attachment, read_payload
from protocol.envelope.suites import SuiteNumber
from protocol.errors import (
    ReviewUnknownError,
    UnexpectedError,
    UsageError,
)
from protocol.ids import BlobId, BlobRef, EnvelopeId, NodeId
from protocol.limits import MAX_NOTE_CHARS
from protocol.ports import Clock
from protocol.trust.revocation import ordinal

_PAGE = 500
_ERASED = "所属办件的个人信息已按规定抹去，不再另行审核"


class Review:
    """The review queue for people."""

    def __init__(
        self,
        *,
        store: Store,
        intake: Intake,
        arrivals: Arrivals,
        cases: Cases,
        nodes: Nodes,
        blobs: BlobStore,
        clock: Clock,
    ) -> None:
        self._store, self._intake = store, intake
        self._arrivals, self._cases = arrivals, cases
        self._nodes, self._blobs, self._clock = nodes, blobs, clock

    async def page(self, *, after: Key, limit: int) -> Sequence[ReviewView]:
        """At most ``limit`` of what waits, behind a station and envelope."""

        async def work(session: AsyncSession) -> Sequence[ReviewView]:
            rows = await review_queue_page(session, after=after, limit=limit)
            cases = await self._cases.of(session, {(row.station, row.application) for row in rows})
            answered = {(row.station, _content(row).corrects or b"") for row in rows}
            before = await self._cases.of(session, answered)
            runs = {
                station: await self._arrivals.preds(session, NodeId(station))
                for station in {row.station for row in rows}
            }
            views: list[ReviewView] = []
            for row in rows:
                point = await self._arrivals.point(session, row.station, row.envelope_id)
                number, exact = ordinal(point, runs[row.station])
                case = cases.get((row.station, row.application))
                content = _content(row)
                views.append(
                    ReviewView(
                        row=row,
                        content=content,
                        item=await self._intake.item(session, content.release, content.item),
                        here=self._here(row.station, content),
                        name=self._name(row.station),
                        ordinal=number if exact else None,
                        case=case.number if case else None,
                        corrects=number_of(before, row.station, content.corrects),
                    )
                )
            return views

        return await self._store.transact(work)

    async def attachment(self, envelope: bytes, position: int) -> OpenedFile:
        """Open the attachment at ``position``, counted from 0, of an application in the queue.

        Raises:
            ReviewUnknownError: no such envelope waits, or it has no such attachment.
            FileAbsentError: it has not come yet.
            DamagedError: it is not what its application names.
        """
        row = await self._store.transact(lambda session: find_in_review_queue(session, envelope))
        files = _content(row).attachments if row else ()
        if row is None or not 0 <= position < len(files):
            raise ReviewUnknownError(f"{envelope.hex()[:64]} {position}")
        return await asyncio.to_thread(self._opened, NodeId(row.station), files[position])

    def _opened(self, station: NodeId, file: Attachment) -> OpenedFile:
        blob = BlobRef(station, BlobId(file.blob))
        return opened(self._blobs, blob, name=file.name, key=file.key, sha256=file.sha256)

    def _here(self, station: str, content: Application) -> AbstractSet[bytes]:
        refs = {BlobRef(NodeId(station), BlobId(file.blob)) for file in content.attachments}
        return {ref.blob for ref in refs if self._blobs.has(ref)}

    async def accept(self, envelope: bytes) -> Judged:
        """Make it a case as if it had come now, once; other envelopes of it are duplicates then.

        Raises:
            ReviewUnknownError: it does not wait in the review queue.
            ApplicationTakenError: its id stands for another content, in a case or in the queue;
                which of them does not belong there is to be rejected.
        """

        async def work(session: AsyncSession) -> Judged:
            return await self._accept(session, await self._find(session, envelope))

        return await self._store.transact(work)

    async def reject(self, envelope: bytes, note: str) -> Judged:
        """Keep it in quarantine, and tell its station why; at most MAX_NOTE_CHARS.

        If its application has come another way meanwhile it is a duplicate of that, and accepted.
        Another content under the id of a case is none, and can only be rejected.

        Raises:
            ReviewUnknownError: it does not wait in the review queue.
            ApplicationTakenError: it is a duplicate, and another content under its id waits too.
            UsageError: the note is empty or too long.
        """
        if not 0 < len(note.strip()) <= MAX_NOTE_CHARS:
            raise UsageError(f"说明有 {len(note)} 个字，应为 1 到 {MAX_NOTE_CHARS} 个")

        async def work(session: AsyncSession) -> Judged:
            row = await self._find(session, envelope)
            if await self._repeats_a_case(session, row):
                return await self._accept(session, row)
            await take_out(session, row)
            now_ms = self._clock.now_ms()
            await self._intake.reject(
                session, row.wire, application=row.application, note=note, now_ms=now_ms
            )
            return Judged(envelope=EnvelopeId(envelope), case=None)

        return await self._store.transact(work)

    async def settle(self, session: AsyncSession, station: str, application: bytes) -> None:
        """Nothing of an application waits any more, as its case is about to be erased.

        What repeats the case is accepted, another content under its id is rejected.
        """
        await self._intake.hold(session)
        rows = await of_application(session, station, application)
        others = [row for row in rows if await strangers(session, [_arrival(row)])]
        for row in others:
            await take_out(session, row)
            await self._intake.reject(
                session,
                row.wire,
                application=row.application,
                note=_ERASED,
                now_ms=self._clock.now_ms(),
            )
        if rest := [row for row in rows if row not in others]:
            await self._accept(session, rest[0])

    async def naming(self, wanted: Callable[[Application], bool]) -> list[str]:
        """Envelopes in the review queue whose applications are ``wanted``, in hex."""
        found, after = list[str](), ("", b"")

        async def work(session: AsyncSession) -> Sequence[ReviewRow]:
            return await review_queue_page(session, after=after, limit=_PAGE)

        while rows := await self._store.transact(work):
            found += [row.envelope_id.hex() for row in rows if wanted(_content(row))]
            after = (rows[-1].station, rows[-1].envelope_id)
        return found

    async def _find(self, session: AsyncSession, envelope: bytes) -> ReviewRow:
        """The row, which nobody else settles before this transaction ends."""
        await self._intake.hold(session)
        row = await find_in_review_queue(session, envelope)
        if row is None:
            raise ReviewUnknownError(envelope.hex()[:64])
        return row

    async def _accept(self, session: AsyncSession, row: ReviewRow) -> Judged:
        now_ms = self._clock.now_ms()
        rows = [row, *await siblings(session, row)]
        arrivals = [await self._named(session, _arrival(one)) for one in rows]
        entries = await self._intake.accept(session, arrivals, now_ms)
        for one in rows:
            await take_out(session, one)
        entry = entries[EnvelopeId(row.envelope_id)]
        return Judged(
            envelope=EnvelopeId(row.envelope_id), case=entry.number, duplicate=entry.duplicate
        )

    async def _repeats_a_case(self, session: AsyncSession, row: ReviewRow) -> bool:
        if not await self._cases.of(session, {(row.station, row.application)}):
            return False
        return not await strangers(session, [_arrival(row)])

    async def _named(self, session: AsyncSession, arrival: Arrival) -> Arrival:
        content = arrival.content
        item = await self._intake.item(session, content.release, content.item)
        form = json.loads(content.form.removeprefix("\ufeff"))
        return replace(arrival, applicant=applicant_of(item, form, content.taken))

    def _name(self, station: str) -> str:
        entry = self._nodes.roster.nodes.get(NodeId(station))
        return entry.name if entry else ""


def _content(row: ReviewRow) -> Application:
    content = read_payload(row.payload)
    if not isinstance(content, Application):
        raise UnexpectedError(f"a {type(content).__name__.lower()} in the review queue")
    return content


def _arrival(row: ReviewRow) -> Arrival:
    return Arrival(
        station=NodeId(row.station),
        envelope=EnvelopeId(row.envelope_id),
        suite=SuiteNumber(row.suite),
        content=_content(row),
        unchecked=row.unchecked,
    )
