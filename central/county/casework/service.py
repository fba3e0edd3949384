"""Casework: cases as they came, and what their stations are told of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.answers.documents import DocumentService
from central.county.casework.answers.publicity import ItemOf, PublicityService
from central.county.casework.answers.results import next_result, told_today
from central.county.casework.answers.sealing import Made, Sealer
from central.county.casework.answers.told import decision_of, faults_text, sent_file
from central.county.casework.facts import Handled
from central.county.casework.models import CaseRow
from central.county.casework.named import one_case, require_pc
from central.county.casework.queries import (
    case_page,
    cases_of,
    close_case,
    files_of,
    handled,
    open_with_papers,
    reopen_case,
)
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
from protocol.limits import MAX_FAULTS, MAX_NOTE_CHARS
from protocol.ports import Clock
from protocol.records.corrections import FieldFault
from protocol.records.texts import require_day

Sealed = Sequence[tuple[Attachment, int]]
"""Files that go with something, and the sizes of their blobs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is told of a case that nobody works on any more, or that waits for its applicant."""

    outcome: Outcome
    note: str = ""  # at most MAX_NOTE_CHARS, for the citizen to read
    faults: Sequence[FieldFault] = ()  # of a correction: what is to be corrected where
    until: str = ""  # of a correction: the last day for it, as 2027-01-31; empty: none

    def check(self) -> None:
        """Raise UsageError if the note is too long, there are too many faults, or it is no day.

        Faults and a day are of a correction only.
        """
        if (self.faults or self.until) and self.outcome is not Outcome.CORRECTION:
            raise UsageError("只有退回补正才能写明哪一栏、哪一页要改和期限")
        _require_day(self.until)
        if len(self.faults) > MAX_FAULTS:
            raise UsageError(f"要改的地方有 {len(self.faults)} 处，最多 {MAX_FAULTS} 处")
        if len(self.note) > MAX_NOTE_CHARS:
            raise UsageError(f"说明有 {len(self.note)} 个字，最多 {MAX_NOTE_CHARS} 个")


class Casework:
    """Lists cases, and tells stations what became of them."""

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

    async def handled(self, session: AsyncSession, name: str) -> Handled:
        """The case of a number, number of a block, or application id.

        Raises:
            CaseUnknownError: there is none, or several stations have this id.
        """
        return handled(await one_case(session, name))

    async def handled_of(self, session: AsyncSession, keys: Collection[Key]) -> dict[Key, Handled]:
        """Those of ``keys`` that have a case."""
        found = await cases_of(session, keys) if keys else {}
        return {key: handled(case) for key, case in found.items()}

    async def seal(self, attach: Sequence[Path], made: Sequence[Made] = ()) -> Sealed:
        """Files for a verdict, as large together as those of an application.

        Raises:
            FileUnreadableError, AttachmentTooLargeError: about ``attach``.
        """
        return await self._sealer.seal(attach, made)

    async def drop(self, sealed: Sealed) -> None:
        """Forget files that were sealed for nothing."""
        await self._sealer.drop(sealed)

    async def close(
        self, session: AsyncSession, key: Key, verdict: Verdict, sealed: Sealed = ()
    ) -> None:
        """Tell a station what became of its application; the log's service says that it may be.

        Raises:
            CaseClosedError: another process was quicker.
            NodeStateError: the station's PC is lost, and its successor has not joined.
            NodeUnknownError: the station can't be written to.
        """
        case = (await cases_of(session, {key}))[key]
        require_pc(self._nodes, case.station, "再办结")
        await self._close(session, case, verdict, sealed)

    async def reopen(self, session: AsyncSession, key: Key) -> None:
        """What was told of a case does not stand any more: it is worked on again."""
        await reopen_case(session, key)

    async def tell_again(self, session: AsyncSession, keys: Collection[Key]) -> int:
        """Let what was told of these cases go out once more; how much there is.

        Each at most once a day. The envelope that told it is queued again. If that was done
        before, some memory on the way took it for old: then it is sealed anew, in turn.
        """
        decided = await _to_tell(session, keys)
        now_ms = self._clock.now_ms()
        for case in decided:
            if not told_today(case.retold_ms, now_ms):
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
        return len(decided) + await self._beside_again(session, keys, anew=True)

    async def tell_open_anew(self, session: AsyncSession, station: NodeId, most: int) -> int:
        """The same of documents and posters of this station's newest undecided cases."""
        keys = await open_with_papers(session, station, most)
        return await self._beside_again(session, keys, anew=True)

    async def _beside_again(
        self, session: AsyncSession, keys: Collection[Key], *, anew: bool = False
    ) -> int:
        """Documents and posters."""
        documents = await self.documents.tell_again(session, keys, anew=anew)
        return documents + await self.publicity.tell_again(session, keys, anew=anew)

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

    async def _close(
        self,
        session: AsyncSession,
        case: CaseRow,
        told: Verdict,
        sealed: Sealed,
    ) -> None:
        now_ms, n = self._clock.now_ms(), await next_result(session)
        key = (case.station, case.application)
        kept = {
            "outcome": told.outcome.value,
            "note": told.note,
            "faults": faults_text(tuple(told.faults)),
            "until": told.until or None,
            "retold_ms": None,
            "retold_id": None,
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
            faults=tuple(told.faults),
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
