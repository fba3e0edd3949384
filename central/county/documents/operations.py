"""Documents for whoever may: rights, and the record of each that is made, told or stamped."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from central.accounts.roles import Right
from central.county.casework.answers.document_state import DocumentState
from central.county.casework.calls import CaseShown
from central.county.casework.files.opened import OpenedFile
from central.county.casework.operations import FILE
from central.county.documents.calls import (
    DOCUMENTS,
    FAULTS,
    MAKE,
    STAMP,
    STAMPS,
    TOLD,
    WRITE_PDF,
    CaseDocuments,
    DocumentMade,
    FaultChoice,
    FaultChoices,
    MakeDocument,
    PdfWritten,
    Stamp,
    Stamps,
    StampShown,
    Told,
    WritePdf,
)
from central.county.documents.room import DocumentRoom
from central.county.documents.samples import sample_facts
from central.county.flows.calls import Act
from central.county.flows.operations import acting, asked_for
from protocol.catalogue.calendars.dates import written_date
from protocol.catalogue.templates.kinds import DocumentKind
from protocol.catalogue.templates.of_release import template_of
from protocol.errors import UsageError
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record

_MOST_DAYS = timedelta(days=366)


class DocumentOperations:
    """The documents of one county. All raise LoginForbiddenError for whoever may not see cases."""

    def __init__(self, room: DocumentRoom, record: Record) -> None:
        self._room, self._record = room, record

    async def make(self, actor: Actor, wanted: MakeDocument, _: Report = silent) -> DocumentMade:
        """Make a document and send it. Raises as DocumentOrders.make."""
        detail = {"kind": wanted.kind.value}
        async with self._record.action(actor, MAKE.name, subject=wanted.case, detail=detail):
            actor.require(Right.CASES)
            return await self._room.orders.make(wanted)

    async def preview(self, actor: Actor, wanted: MakeDocument) -> bytes:
        """The same as a draft. Raises as DocumentOrders.preview."""
        detail = {"kind": wanted.kind.value, "draft": "yes"}
        async with self._record.action(actor, MAKE.name, subject=wanted.case, detail=detail):
            actor.require(Right.CASES)
            return await self._room.orders.preview(wanted)

    async def of_case(
        self, actor: Actor, wanted: CaseDocuments, _: Report = silent
    ) -> list[DocumentState]:
        """Every document of a case. Raises CaseUnknownError."""
        async with self._record.action(actor, DOCUMENTS.name, subject=wanted.case):
            actor.require(Right.CASES)
            return await self._room.telling.of_case(wanted.case)

    async def beside(self, actor: Actor, found: CaseShown) -> list[DocumentState]:
        """Every document of a case that is being looked at, which stands in the record already."""
        actor.require(Right.CASES)
        return await self._room.telling.of_shown(found)

    async def tell(self, actor: Actor, wanted: Told, _: Report = silent) -> DocumentState:
        """Note who was told. Raises as DocumentTelling.tell."""
        detail = {"document": wanted.document, "way": wanted.way.value}
        async with self._record.action(actor, TOLD.name, subject=wanted.case, detail=detail):
            actor.require(Right.CASES)
            return await self._room.telling.tell(wanted)

    async def stamp(self, actor: Actor, wanted: Stamp, _: Report = silent) -> DocumentState:
        """Note who stamped. Raises as DocumentTelling.stamp."""
        detail = {"document": wanted.document, "person": wanted.by}
        async with self._record.action(actor, STAMP.name, subject=wanted.case, detail=detail):
            actor.require(Right.CASES)
            return await self._room.telling.stamp(wanted)

    async def stamps(self, actor: Actor, wanted: Stamps, _: Report = silent) -> list[StampShown]:
        """The register of seals. Raises UsageError: no days, or too many."""
        detail = {"first": wanted.first, "last": wanted.last}
        async with self._record.action(actor, STAMPS.name, detail=detail):
            actor.require(Right.CASES)
            try:
                first, last = written_date(wanted.first), written_date(wanted.last)
            except ValueError:
                raise UsageError("日期要写成 2027-01-31 的样子") from None
            if not timedelta(0) <= last - first <= _MOST_DAYS:
                raise UsageError("起止日期要先后相接，最长一年")
            return await self._room.telling.stamps(first.isoformat(), last.isoformat())

    async def write(self, actor: Actor, wanted: WritePdf, _: Report = silent) -> PdfWritten:
        """Write a PDF. Raises as DocumentOrders.write."""
        detail = {"document": wanted.document, "folder": str(wanted.folder)}
        async with self._record.action(actor, WRITE_PDF.name, subject=wanted.case, detail=detail):
            actor.require(Right.CASES)
            return await self._room.orders.write(wanted)

    async def pdf(self, actor: Actor, case: str, document: str) -> OpenedFile:
        """The PDF of a document that the county made itself; that somebody saw it is recorded.

        Raises as DocumentOrders.opened.
        """
        actor.require(Right.CASES)
        file = await self._room.orders.opened(case, document)
        await self._record.note(actor, FILE, subject=case, detail={"from": f"document-{document}"})
        return file

    async def sample(self, actor: Actor, entries: Mapping[str, bytes], kind: DocumentKind) -> bytes:
        """What the template of a release or draft makes of a made-up case, as a draft.

        Raises GlyphMissingError, FontUnreadableError, CatalogueError.
        """
        actor.require(Right.LOOK)
        return await self._room.making.preview(template_of(entries, kind), kind, sample_facts())

    async def choices(
        self, actor: Actor, wanted: FaultChoices, _: Report = silent
    ) -> list[FaultChoice]:
        """What is usually wrong with the papers of a case. Raises CaseUnknownError."""
        async with self._record.action(actor, FAULTS.name, subject=wanted.case):
            actor.require(Right.CASES)
            return await self._room.orders.choices(wanted.case)

    async def usual(self, actor: Actor, case: str) -> Mapping[str, Sequence[str]]:
        """The same by the ids of papers, for a page on which the case is open already."""
        actor.require(Right.CASES)
        found: dict[str, list[str]] = {}
        for one in await self._room.orders.choices(case):
            found.setdefault(one.code.partition(":")[0], []).append(one.words)
        return found

    async def preview_act(self, actor: Actor, wanted: Act) -> bytes | None:
        """The document that an action would bring, as a draft; None: it brings none.

        Raises as DocumentIssuing.preview.
        """
        detail = {"action": wanted.action, "draft": "yes"}
        async with self._record.action(actor, MAKE.name, subject=wanted.case, detail=detail):
            actor.require(Right.CASES)
            by = acting(actor, wanted.by)
            return await self._room.issuing.preview(wanted.case, asked_for(wanted), by)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(MAKE, self.make),
            Handler(DOCUMENTS, self.of_case),
            Handler(TOLD, self.tell),
            Handler(STAMP, self.stamp),
            Handler(STAMPS, self.stamps),
            Handler(WRITE_PDF, self.write),
            Handler(FAULTS, self.choices),
        )
