"""Casework: what a handler does with cases."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.calls import (
    Case,
    CaseFile,
    DocumentShown,
    FileState,
    FollowUpShown,
    PublicityShown,
    WrittenFile,
)
from central.county.casework.documents import DocumentService, documents_of
from central.county.casework.models import AttachmentRow, CaseRow
from central.county.casework.named import one_case
from central.county.casework.publicity import ItemOf, PublicityService, publicities_of
from central.county.casework.queries import (
    case_page,
    cases_of,
    close_case,
    corrected,
    files_of,
)
from central.county.casework.results import next_result
from central.county.casework.sealing import Sealer
from central.county.casework.taking import read_taken
from central.county.casework.told import decision_of, faults_text, read_faults, sent_file
from central.county.ports.keys import Key
from central.county.ports.relay import Blobs, Nodes, Outgoing
from central.store.engine import Store
from protocol.catalogue.applicant import applicant_name
from protocol.envelope.blob import open_chunks, sealed_size
from protocol.envelope.envelope import Lane
from protocol.envelope.payloads import Attachment, Decision, Outcome, payload_bytes
from protocol.envelope.suites import SuiteNumber
from protocol.errors import (
    CaseClosedError,
    DamagedError,
    NodeStateError,
    UnopenableError,
    UsageError,
)
from protocol.ids import BlobId, EnvelopeId, NodeId
from protocol.limits import ALLOWANCE_S, MAX_FAULTS, MAX_NOTE_CHARS
from protocol.ports import Clock
from protocol.records.corrections import FieldFault
from runtime.disk.papers import PaperFolder

FollowedBy = Callable[
    [AsyncSession, Collection[Key]], Awaitable[Mapping[Key, Sequence[FollowUpShown]]]
]
"""What followed applications."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case with its attachments, as a handler sees it."""

    case: CaseRow
    files: Sequence[AttachmentRow]
    name: str  # of its station
    title: str  # of its item; empty if no release that is kept knows it
    applicant: str  # empty if the form does not tell, or was erased
    corrects: str | None = None  # number of the case that it answers for
    supersedes: str | None = None  # number of the case that it replaces
    follow_ups: Sequence[FollowUpShown] = ()  # what followed it, in the order in which it came
    documents: Sequence[DocumentShown] = ()  # of its steps, in the order in which they were sent
    publicity: PublicityShown | None = None  # what its village was asked to put up

    def shown(self) -> Case:
        """For the ``cases`` command (docs/operations.md)."""
        case = self.case
        return Case(
            case=case.number,
            number=case.given_number,
            application=case.application.hex(),
            station=case.station,
            name=self.name,
            applicant=self.applicant,
            item=case.item,
            title=self.title,
            state=case.state.value,
            form=json.loads(case.form),
            unchecked=case.unchecked,
            corrects=self.corrects,
            supersedes=self.supersedes,
            taken=read_taken(case.taken),
            attachments=[
                CaseFile(material=f.material, name=f.name, size=f.size, sha256=f.sha256.hex())
                for f in self.files
            ],
            outcome=case.outcome,
            note=case.note,
            faults=read_faults(case.faults),
            follow_ups=self.follow_ups,
            documents=self.documents,
            publicity=self.publicity,
            received_ms=case.received_ms,
            erased_ms=case.erased_ms,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What is decided."""

    outcome: Outcome
    note: str
    faults: tuple[FieldFault, ...]


class Casework:
    """Lists cases, hands out their attachments, and decides."""

    def __init__(
        self,
        *,
        node: NodeId,
        store: Store,
        outgoing: Outgoing,
        blobs: Blobs,
        sealer: Sealer,
        nodes: Nodes,
        clock: Clock,
    ) -> None:
        self._store, self._outgoing, self._blobs = store, outgoing, blobs
        self._node, self._nodes = node, nodes
        self._sealer, self._clock = sealer, clock
        self.publicity = PublicityService(store=store, outgoing=outgoing, nodes=nodes, clock=clock)
        self.documents = DocumentService(
            node=node, store=store, outgoing=outgoing, sealer=sealer, nodes=nodes, clock=clock
        )

    async def page(
        self,
        *,
        after: str,
        limit: int,
        item_of: ItemOf | None = None,
        followed_by: FollowedBy | None = None,
    ) -> Sequence[CaseView]:
        """At most ``limit`` cases whose numbers follow ``after``.

        Args:
            item_of: knows an item: its name, and its form, which tells who applies.
            followed_by: knows what followed applications.
        """

        async def work(session: AsyncSession) -> Sequence[CaseView]:
            cases = await case_page(session, after=after, limit=limit)
            files = await files_of(session, {(case.station, case.envelope_id) for case in cases})
            answered = {
                (case.station, earlier)
                for case in cases
                for earlier in (case.corrects, case.supersedes)
                if earlier
            }
            before = await cases_of(session, answered)
            own = {(case.station, case.application) for case in cases}
            after_it = await followed_by(session, own) if followed_by else {}
            told, public = await documents_of(session, own), await publicities_of(session, own)
            views: list[CaseView] = []
            for case in cases:
                item = await item_of(session, case.release, case.item) if item_of else None
                schema = item.schema.document if item else {}
                views.append(
                    CaseView(
                        case=case,
                        files=files[case.envelope_id],
                        name=self._name(case.station),
                        title=item.name if item else "",
                        applicant=applicant_name(schema, json.loads(case.form)),
                        corrects=corrected(before, case.station, case.corrects),
                        supersedes=corrected(before, case.station, case.supersedes),
                        follow_ups=after_it.get((case.station, case.application), ()),
                        documents=told.get((case.station, case.application), ()),
                        publicity=public.get((case.station, case.application)),
                    )
                )
            return views

        return await self._store.transact(work)

    def _name(self, station: str) -> str:
        entry = self._nodes.roster.nodes.get(NodeId(station))
        return entry.name if entry else ""

    async def decide(
        self,
        name: str,
        *,
        outcome: Outcome,
        note: str,
        attach: Sequence[Path] = (),
        faults: Sequence[FieldFault] = (),
    ) -> str:
        """Decide a case, once; the number of it. The result travels down from then on.

        Args:
            name: case number, number of a block, or application id.
            outcome: what is decided; after a correction the case is closed too.
            note: at most MAX_NOTE_CHARS, for the citizen to read.
            attach: files that go with it, as large together as those of an application.
            faults: of a correction: what is to be corrected where.

        Raises:
            CaseUnknownError: no such case.
            CaseClosedError: it has its decision; a corrected application is a new case.
            NodeStateError: the station's PC is lost, and its successor has not joined.
            FileUnreadableError, AttachmentTooLargeError: about ``attach``.
            NodeUnknownError: the station can't be written to.
            UsageError: the note is too long, or there are faults of what is no correction.
        """
        if faults and outcome is not Outcome.CORRECTION:
            raise UsageError("只有退回补正才能写明哪一栏、哪一页要改")
        if len(faults) > MAX_FAULTS:
            raise UsageError(f"要改的地方有 {len(faults)} 处，最多 {MAX_FAULTS} 处")
        if len(note) > MAX_NOTE_CHARS:
            raise UsageError(f"说明有 {len(note)} 个字，最多 {MAX_NOTE_CHARS} 个")
        await self._store.transact(lambda session: self._open_case(session, name))
        sealed = await self._sealer.seal(attach)

        async def work(session: AsyncSession) -> str:
            case = await self._open_case(session, name)
            told = _Told(outcome=outcome, note=note, faults=tuple(faults))
            await self._close(session, case, told, sealed)
            return case.number

        try:
            return await self._store.transact(work)
        except Exception:
            await self._sealer.drop(sealed)
            raise

    async def tell_again(self, session: AsyncSession, keys: Collection[Key]) -> int:
        """Let what was told of these cases go out once more; how much there is.

        Each at most once a day. The envelope that told it is queued again. If that was done
        before, some memory on the way took it for old: then it is sealed anew, in turn.
        """
        decided = await _to_tell(session, keys)
        now_ms = self._clock.now_ms()
        for case in decided:
            if case.retold_ms is None or abs(now_ms - case.retold_ms) >= ALLOWANCE_S * 1000:
                await self._tell_again(session, case)
                case.retold_ms = now_ms
        await session.flush()
        return len(decided) + await self._beside_again(session, keys)

    async def tell_anew(self, session: AsyncSession, keys: Collection[Key]) -> int:
        """Seal what was told of these cases for the keys that their station has now."""
        decided = await _to_tell(session, keys)
        for case in decided:
            case.retold_id = await self._seal_again(session, case)
        await session.flush()
        return len(decided) + await self._beside_again(session, keys)

    async def _beside_again(self, session: AsyncSession, keys: Collection[Key]) -> int:
        """Documents and posters."""
        documents = await self.documents.tell_again(session, keys)
        return documents + await self.publicity.tell_again(session, keys)

    async def _tell_again(self, session: AsyncSession, case: CaseRow) -> None:
        first, last = EnvelopeId(case.decision_id or b""), case.retold_id
        newest = EnvelopeId(last) if last not in (None, first) else first
        was_queued_again = last == first
        station = NodeId(case.station)
        if not was_queued_again and await self._outgoing.again(session, newest, to=station):
            case.retold_id = first
        else:
            case.retold_id = await self._seal_again(session, case)

    async def _seal_again(self, session: AsyncSession, case: CaseRow) -> EnvelopeId:
        envelope = case.decision_id or b""
        files = (await files_of(session, {(case.station, envelope)}))[envelope]
        return await self._outgoing.post(
            session,
            to=NodeId(case.station),
            lane=Lane.RESULTS,
            payload=payload_bytes(decision_of(case, files)),
            suite=SuiteNumber(case.suite),
            blobs=tuple((BlobId(file.blob_id), sealed_size(file.size)) for file in files),
        )

    async def write_files(self, name: str, folder: Path) -> Sequence[WrittenFile]:
        """Write a case's attachments into ``folder``, its number in their names.

        Raises:
            CaseUnknownError: no such case.
            PaperFullError, PaperError: ``folder`` does not take them all.
            DamagedError: a blob that was whole is no longer.
        """

        async def work(session: AsyncSession) -> tuple[Sequence[AttachmentRow], str]:
            case = await one_case(session, name)
            files = await files_of(session, {(case.station, case.envelope_id)})
            return files[case.envelope_id], case.number

        rows, case = await self._store.transact(work)
        return await asyncio.to_thread(self._write_all, rows, case, folder)

    async def _open_case(self, session: AsyncSession, name: str) -> CaseRow:
        case = await one_case(session, name)
        if case.outcome is not None:
            raise CaseClosedError(case.number)
        entry = self._nodes.roster.nodes.get(NodeId(case.station))
        if entry is not None and entry.drained and entry.keys is None:
            raise NodeStateError(f"{entry.name}正在换机，新电脑开站后再办结")
        return case

    async def _close(
        self,
        session: AsyncSession,
        case: CaseRow,
        told: _Told,
        sealed: Sequence[tuple[Attachment, int]],
    ) -> None:
        now_ms, n = self._clock.now_ms(), await next_result(session)
        key = (case.station, case.application)
        kept = {
            "outcome": told.outcome.value,
            "note": told.note,
            "faults": faults_text(told.faults),
        }
        if not await close_case(session, key, **kept, decided_ms=now_ms, decided_n=n):
            raise CaseClosedError(case.number)  # another process was quicker
        decision = Decision(
            application=case.application,
            case=case.number,
            outcome=told.outcome,
            note=told.note,
            n=n,
            at_ms=now_ms,
            attachments=tuple(file for file, _ in sealed),
            faults=told.faults,
        )
        envelope = await self._outgoing.post(
            session,
            to=NodeId(case.station),
            lane=Lane.RESULTS,
            payload=payload_bytes(decision),
            suite=SuiteNumber(case.suite),
            blobs=tuple((BlobId(file.blob), size) for file, size in sealed),
        )
        case.decision_id = envelope
        session.add_all(
            sent_file(case, self._node, envelope, position, file)
            for position, (file, _) in enumerate(sealed)
        )

    def _write_all(
        self, rows: Sequence[AttachmentRow], case: str, folder: Path
    ) -> list[WrittenFile]:
        papers = PaperFolder(folder)
        return [self._write(row, case, papers) for row in rows]

    def _write(self, row: AttachmentRow, case: str, papers: PaperFolder) -> WrittenFile:
        state, path = FileState(row.state), None
        if state is FileState.WHOLE and any(row.key):  # of an erased case it is gone
            name = f"{case}-{row.position + 1:02d}-{row.material}-{row.name}"
            try:
                pieces = open_chunks(row.key, self._blobs.pieces(row.ref))
                path = papers.write(name, pieces, check=_expects(row)).path
            except UnopenableError:
                raise DamagedError(f"blob {row.ref}") from None
        return WrittenFile(material=row.material, name=row.name, state=state, path=path)


def _expects(row: AttachmentRow) -> Callable[[bytes], None]:
    def check(digest: bytes) -> None:
        if digest != row.sha256:
            raise DamagedError(f"blob {row.blob_id.hex()}")

    return check


async def _to_tell(session: AsyncSession, keys: Collection[Key]) -> list[CaseRow]:
    """Those that are decided, and whose decision can still be told as it was."""
    cases = (await cases_of(session, keys)).values()
    return [case for case in cases if case.outcome and case.erased_ms is None]
