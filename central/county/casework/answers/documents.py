"""Documents of the steps of a case: issued one by one, each sealed for the case's station.

They decide nothing: a case has its one decision beside them, and may get documents before and
after it. Each stands under its own number in the count of results.

Source: docs/protocol.md section 6; docs/operations.md, "Documents of a case".
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.answers.results import next_result, told_today
from central.county.casework.answers.sealing import Made, Sealer
from central.county.casework.answers.told import attached, sent_file
from central.county.casework.calls import CaseFile, DocumentShown, Issued, IssueDocument
from central.county.casework.models import AttachmentRow, CaseRow, DocumentRow
from central.county.casework.named import case_to_tell
from central.county.casework.queries import cases_of, files_of
from central.county.ports.keys import Key
from central.county.ports.relay import Nodes, Outgoing
from central.store.engine import Store
from protocol.envelope.blob import sealed_size
from protocol.envelope.envelope import Lane
from protocol.envelope.payloads import Attachment, Document, payload_bytes
from protocol.envelope.suites import SuiteNumber
from protocol.errors import UsageError
from protocol.ids import BlobId, EnvelopeId, NodeId
from protocol.limits import MAX_NAME_CHARS, MAX_NOTE_CHARS, MAX_TELLING_DAYS
from protocol.ports import Clock
from protocol.text import person_name

Also = Callable[[AsyncSession, int], Awaitable[None]]
"""Told the number of a document in the count of results, in the transaction that sends it."""


async def nothing_more(_: AsyncSession, __: int) -> None:
    """What a document alone takes along."""


class DocumentService:
    """Issues them, and tells them again."""

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
        self._node, self._store, self._outgoing = node, store, outgoing
        self._sealer, self._nodes, self._clock = sealer, nodes, clock

    async def issue(
        self, wanted: IssueDocument, made: Sequence[Made] = (), also: Also = nothing_more
    ) -> Issued:
        """Send one to the station of its case; it travels down from then on.

        Args:
            made: files that the county has made itself; they go before those that are attached.
            also: what else is written in the same transaction; what it raises stops the document.

        Raises:
            CaseUnknownError: no such case.
            CaseErasedError: nothing of it may be told any more.
            NodeStateError: the station's PC is lost, and its successor has not joined.
            FileUnreadableError, FileEmptyError, AttachmentTooLargeError: about its files.
            NodeUnknownError: the station can't be written to.
            UsageError: no name, too long, or days that no limit has.
        """
        name = await self.check(wanted)
        sealed = await self._sealer.seal(wanted.attach, made)

        async def work(session: AsyncSession) -> Issued:
            issued = await self._send(session, replace(wanted, name=name), sealed)
            await also(session, issued.document)
            return issued

        try:
            return await self._store.transact(work)
        except Exception:
            await self._sealer.drop(sealed)
            raise

    async def say(self, session: AsyncSession, wanted: IssueDocument) -> Issued:
        """Issue one without files; joins the transaction. Raises as :meth:`issue`."""
        return await self._send(session, replace(wanted, name=_checked(wanted)), ())

    async def _send(
        self, session: AsyncSession, wanted: IssueDocument, sealed: Sequence[tuple[Attachment, int]]
    ) -> Issued:
        case = await self._case(session, wanted.case)
        document = Document(
            application=case.application,
            case=case.number,
            name=wanted.name,
            note=wanted.note,
            n=await next_result(session),
            at_ms=self._clock.now_ms(),
            days=wanted.days,
            attachments=tuple(file for file, _ in sealed),
        )
        envelope = await self._post(session, case, document)
        session.add(_row(case, document, envelope))
        session.add_all(
            sent_file(case, self._node, envelope, position, file)
            for position, (file, _) in enumerate(sealed)
        )
        return Issued(case=case.number, document=document.n)

    async def check(self, wanted: IssueDocument) -> str:
        """What it will be called; raises what :meth:`issue` does, but for its files."""
        name = _checked(wanted)
        await self._store.transact(lambda session: self._case(session, wanted.case))
        return name

    async def tell_again(
        self, session: AsyncSession, keys: Collection[Key], *, anew: bool = False
    ) -> int:
        """Let the documents of these cases go out once more, sealed anew; how many did.

        Args:
            anew: for keys that are new, and not because somebody asks: that counts once a day.
        """
        now_ms = self._clock.now_ms()
        cases = await cases_of(session, keys) if keys else {}
        told = 0
        for key, case in cases.items():
            if case.erased_ms is None:
                for row in (await _rows(session, {key})).get(key, ()):
                    if anew or not told_today(row.retold_ms, now_ms):
                        await self._post(session, case, await _document_of(session, case, row))
                        row.retold_ms, told = now_ms, told + 1
        return told

    async def _case(self, session: AsyncSession, name: str) -> CaseRow:
        return await case_to_tell(session, self._nodes, name, "再发")

    async def _post(self, session: AsyncSession, case: CaseRow, document: Document) -> EnvelopeId:
        return await self._outgoing.post(
            session,
            to=NodeId(case.station),
            lane=Lane.RESULTS,
            payload=payload_bytes(document),
            suite=SuiteNumber(case.suite),
            blobs=tuple((BlobId(one.blob), sealed_size(one.size)) for one in document.attachments),
        )


async def documents_of(
    session: AsyncSession, keys: Collection[Key]
) -> Mapping[Key, Sequence[DocumentShown]]:
    """What was sent of each of these applications, in the order in which it was."""
    found = await _rows(session, keys)
    envelopes = {(row.station, row.envelope_id) for rows in found.values() for row in rows}
    files = await files_of(session, envelopes) if envelopes else {}
    return {
        key: [_shown(row, files[row.envelope_id]) for row in rows] for key, rows in found.items()
    }


async def files_of_document(session: AsyncSession, key: Key, n: int) -> Sequence[AttachmentRow]:
    """Files that went with one of them; none if there is no such one."""
    row = await session.get(DocumentRow, (*key, n))
    if row is None:
        return ()
    return (await files_of(session, {(row.station, row.envelope_id)}))[row.envelope_id]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedDocument:
    """A document of which somebody is to be told within a limit."""

    case: str  # its number
    key: Key
    n: int
    name: str
    days: int  # working days
    issued_ms: int


Place = tuple[int, str, bytes, int]
"""Of a document among all: when it was issued, its station, application and number."""


async def timed_documents(
    session: AsyncSession, *, since_ms: int, after: Place, limit: int
) -> list[TimedDocument]:
    """A page of documents with a limit of telling that were issued since, behind a place."""
    place = tuple_(
        DocumentRow.issued_ms, DocumentRow.station, DocumentRow.application, DocumentRow.n
    )
    query = (
        select(DocumentRow)
        .where(
            DocumentRow.days > 0,
            DocumentRow.issued_ms >= since_ms,
            DocumentRow.name != "",
            place > after,
        )
        .order_by(*place.clauses)
        .limit(limit)
    )
    rows = (await session.scalars(query)).all()
    cases = await cases_of(session, {(row.station, row.application) for row in rows})
    return [
        TimedDocument(
            case=cases[key].number,
            key=key,
            n=row.n,
            name=row.name,
            days=row.days,
            issued_ms=row.issued_ms,
        )
        for row in rows
        if (key := (row.station, row.application)) in cases
    ]


async def erase_documents(session: AsyncSession, key: Key) -> None:
    """Forget what the documents of a case were called and said; their numbers and times stay."""
    for row in (await _rows(session, {key})).get(key, ()):
        row.name, row.note = "", ""


async def _rows(session: AsyncSession, keys: Collection[Key]) -> dict[Key, list[DocumentRow]]:
    query = (
        select(DocumentRow)
        .where(
            DocumentRow.station.in_({station for station, _ in keys}),
            DocumentRow.application.in_({application for _, application in keys}),
        )
        .order_by(DocumentRow.n)
    )
    found: dict[Key, list[DocumentRow]] = {}
    for row in await session.scalars(query):
        if (key := (row.station, row.application)) in keys:
            found.setdefault(key, []).append(row)
    return found


async def _document_of(session: AsyncSession, case: CaseRow, row: DocumentRow) -> Document:
    """As it was told first."""
    files = (await files_of(session, {(row.station, row.envelope_id)}))[row.envelope_id]
    return Document(
        application=row.application,
        case=case.number,
        name=row.name,
        note=row.note,
        n=row.n,
        at_ms=row.issued_ms,
        days=row.days,
        attachments=_attachments(files),
    )


def _attachments(files: Sequence[AttachmentRow]) -> tuple[Attachment, ...]:
    return tuple(attached(file) for file in files)


def _row(case: CaseRow, document: Document, envelope: EnvelopeId) -> DocumentRow:
    return DocumentRow(
        station=case.station,
        application=case.application,
        n=document.n,
        name=document.name,
        note=document.note,
        days=document.days,
        issued_ms=document.at_ms,
        envelope_id=envelope,
    )


def _shown(row: DocumentRow, files: Sequence[AttachmentRow]) -> DocumentShown:
    return DocumentShown(
        n=row.n,
        name=row.name,
        note=row.note,
        days=row.days,
        issued_ms=row.issued_ms,
        attachments=[
            CaseFile(material=one.material, name=one.name, size=one.size, sha256=one.sha256.hex())
            for one in files
        ],
    )


def _checked(wanted: IssueDocument) -> str:
    name = person_name(wanted.name)
    if not 0 < len(name) <= MAX_NAME_CHARS:
        raise UsageError(f"文书要有名称，最多 {MAX_NAME_CHARS} 个字")
    if len(wanted.note) > MAX_NOTE_CHARS:
        raise UsageError(f"说明有 {len(wanted.note)} 个字，最多 {MAX_NOTE_CHARS} 个")
    if not 0 <= wanted.days <= MAX_TELLING_DAYS:
        raise UsageError(f"告知期限须为 0 至 {MAX_TELLING_DAYS} 个工作日")
    return name
