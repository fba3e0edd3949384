"""Casework: what a handler does with cases."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.documents import DocumentService
from central.county.casework.models import CaseRow
from central.county.casework.named import one_case, require_pc
from central.county.casework.publicity import ItemOf, PublicityService
from central.county.casework.queries import (
    case_page,
    cases_of,
    close_case,
    files_of,
    open_with_papers,
)
from central.county.casework.results import next_result
from central.county.casework.sealing import Sealer
from central.county.casework.told import decision_of, faults_text, sent_file
from central.county.casework.views import CaseView, FollowedBy, station_name, views_of
from central.county.ports.keys import Key
from central.county.ports.relay import Nodes, Outgoing
from central.store.engine import Store
from protocol.envelope.blob import sealed_size
from protocol.envelope.envelope import Lane
from protocol.envelope.payloads import Attachment, Decision, Outcome, payload_bytes
from protocol.envelope.suites import SuiteNumber
from protocol.errors import CaseClosedError, UsageError
from protocol.ids import BlobId, EnvelopeId, NodeId
from protocol.limits import ALLOWANCE_S, MAX_FAULTS, MAX_NOTE_CHARS
from protocol.ports import Clock
from protocol.records.corrections import FieldFault
from protocol.records.texts import require_day


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What is decided."""

    outcome: Outcome
    note: str
    faults: tuple[FieldFault, ...]
    until: str


class Casework:
    """Lists cases, and decides."""

    def __init__(
        self,
        *,
        node: NodeId,
        store: Store,
        outgoing: Outgoing,
        sealer: Sealer,
        nodes: Nodes,
        clock: Clock,
    ) -> None:
        self._store, self._outgoing = store, outgoing
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
            return await views_of(
                session,
                cases,
                name_of=lambda station: station_name(self._nodes, station),
                item_of=item_of,
                followed_by=followed_by,
            )

        return await self._store.transact(work)

    async def decide(
        self,
        name: str,
        *,
        outcome: Outcome,
        note: str,
        attach: Sequence[Path] = (),
        faults: Sequence[FieldFault] = (),
        until: str = "",
    ) -> str:
        """Decide a case, once; the number of it. The result travels down from then on.

        Args:
            name: case number, number of a block, or application id.
            outcome: what is decided; after a correction the case is closed too.
            note: at most MAX_NOTE_CHARS, for the citizen to read.
            attach: files that go with it, as large together as those of an application.
            faults: of a correction: what is to be corrected where.
            until: of a correction: the last day for it, as 2027-01-31; empty: none.

        Raises:
            CaseUnknownError: no such case.
            CaseClosedError: it has its decision; a corrected application is a new case.
            NodeStateError: the station's PC is lost, and its successor has not joined.
            FileUnreadableError, AttachmentTooLargeError: about ``attach``.
            NodeUnknownError: the station can't be written to.
            UsageError: the note is too long, that is no day, or there are faults or a day of what
                is no correction.
        """
        if (faults or until) and outcome is not Outcome.CORRECTION:
            raise UsageError("只有退回补正才能写明哪一栏、哪一页要改和期限")
        _require_day(until)
        if len(faults) > MAX_FAULTS:
            raise UsageError(f"要改的地方有 {len(faults)} 处，最多 {MAX_FAULTS} 处")
        if len(note) > MAX_NOTE_CHARS:
            raise UsageError(f"说明有 {len(note)} 个字，最多 {MAX_NOTE_CHARS} 个")
        await self._store.transact(lambda session: self._open_case(session, name))
        sealed = await self._sealer.seal(attach)

        async def work(session: AsyncSession) -> str:
            case = await self._open_case(session, name)
            told = _Told(outcome=outcome, note=note, faults=tuple(faults), until=until)
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

    async def tell_open_anew(self, session: AsyncSession, station: NodeId, most: int) -> int:
        """The same of documents and posters of this station's newest undecided cases."""
        return await self._beside_again(session, await open_with_papers(session, station, most))

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

    async def _open_case(self, session: AsyncSession, name: str) -> CaseRow:
        case = await one_case(session, name)
        if case.outcome is not None:
            raise CaseClosedError(case.number)
        require_pc(self._nodes, case.station, "再办结")
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
            "until": told.until or None,
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
            until=told.until,
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


async def _to_tell(session: AsyncSession, keys: Collection[Key]) -> list[CaseRow]:
    """Those that are decided, and whose decision can still be told as it was."""
    cases = (await cases_of(session, keys)).values()
    return [case for case in cases if case.outcome and case.erased_ms is None]


def _require_day(text: str) -> None:
    try:
        if text:
            require_day(text)
    except ValueError:
        raise UsageError(f"期限要写成 2027-01-31 的样子：{text[:20]}") from None
