"""Casework for whoever may: rights, and the record of each look and decision."""

from central.accounts.roles import Right
from central.county.casework.calls import (
    CASES,
    DECIDE,
    DOCUMENT,
    FILES,
    PUBLICITY,
    AskPublicity,
    Case,
    Cases,
    Decide,
    Decided,
    Files,
    Issued,
    IssueDocument,
    PublicityAsked,
    WrittenFile,
)
from central.county.casework.documents import DocumentService
from central.county.casework.publicity import ItemOf
from central.county.casework.service import Casework, FollowedBy
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record

PAGE = 500  # cases in one answer: at most 16 MB of forms


class CaseOperations:
    """The cases of one county."""

    def __init__(
        self,
        casework: Casework,
        documents: DocumentService,
        item_of: ItemOf,
        followed_by: FollowedBy,
        record: Record,
    ) -> None:
        self._casework, self._documents, self._record = casework, documents, record
        self._item_of, self._followed_by = item_of, followed_by

    async def cases(self, actor: Actor, wanted: Cases, _: Report = silent) -> list[Case]:
        """At most :data:`PAGE` cases.

        Raises:
            LoginForbiddenError: the actor may not see cases.
        """
        async with self._record.action(actor, CASES.name, subject=wanted.after):
            actor.require(Right.CASES)
            page = await self._casework.page(
                after=wanted.after,
                limit=PAGE,
                item_of=self._item_of,
                followed_by=self._followed_by,
            )
            return [view.shown() for view in page]

    async def decide(self, actor: Actor, wanted: Decide, _: Report = silent) -> Decided:
        """Decide a case, once.

        Raises LoginForbiddenError, and as Casework.decide.
        """
        detail = {"outcome": wanted.outcome.value}
        async with self._record.action(actor, DECIDE.name, subject=wanted.case, detail=detail):
            actor.require(Right.CASES)
            number = await self._casework.decide(
                wanted.case,
                outcome=wanted.outcome,
                note=wanted.note,
                attach=wanted.attach,
                faults=wanted.faults,
            )
        return Decided(case=number, outcome=wanted.outcome)

    async def document(self, actor: Actor, wanted: IssueDocument, _: Report = silent) -> Issued:
        """Send a document of a step. Raises LoginForbiddenError, and as DocumentService.issue."""
        async with self._record.action(actor, DOCUMENT.name, subject=wanted.case):
            actor.require(Right.CASES)
            return await self._documents.issue(wanted)

    async def publicity(
        self, actor: Actor, wanted: AskPublicity, _: Report = silent
    ) -> PublicityAsked:
        """Ask a village to put a poster up.

        Raises LoginForbiddenError, and as PublicityService.ask.
        """
        async with self._record.action(actor, PUBLICITY.name, subject=wanted.case):
            actor.require(Right.CASES)
            return await self._casework.publicity.ask(wanted, self._item_of)

    async def write_files(
        self, actor: Actor, wanted: Files, _: Report = silent
    ) -> list[WrittenFile]:
        """Write the attachments of a case.

        Raises LoginForbiddenError, and as Casework.write_files.
        """
        detail = {"folder": str(wanted.folder)}
        async with self._record.action(actor, FILES.name, subject=wanted.case, detail=detail):
            actor.require(Right.CASES)
            return list(await self._casework.write_files(wanted.case, wanted.folder))

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(CASES, self.cases),
            Handler(DECIDE, self.decide),
            Handler(DOCUMENT, self.document),
            Handler(PUBLICITY, self.publicity),
            Handler(FILES, self.write_files),
        )
