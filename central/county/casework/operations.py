"""Casework for whoever may: rights, and the record of each look and decision."""

from central.accounts.roles import Right
from central.county.casework.calls import (
    CASES,
    DECIDE,
    DOCUMENT,
    FILES,
    LIST_CASES,
    PUBLICITY,
    SHOW_CASE,
    AskPublicity,
    Case,
    CaseLines,
    Cases,
    CaseShown,
    Decide,
    Decided,
    Files,
    Issued,
    IssueDocument,
    ListCases,
    PublicityAsked,
    ShowCase,
    WrittenFile,
)
from central.county.casework.opened import OpenedFile
from central.county.casework.room import CaseRoom
from central.county.casework.service import Casework
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record

PAGE = 500  # cases in one answer: at most 16 MB of forms
LINES = 50  # cases in one page of a list
FILE = "county.file"  # in the record: somebody saw an attachment


class CaseOperations:
    """The cases of one county."""

    def __init__(self, casework: Casework, room: CaseRoom, record: Record) -> None:
        self._casework, self._room, self._record = casework, room, record

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
                item_of=self._room.item_of,
                followed_by=self._room.followed_by,
            )
            return [view.shown() for view in page]

    async def listed(self, actor: Actor, wanted: ListCases, _: Report = silent) -> CaseLines:
        """A page of a list. Whose name was looked for does not stand in the record.

        Raises LoginForbiddenError, and as CaseList.page.
        """
        asked = {"state": wanted.state, "item": wanted.item, "hub": wanted.hub}
        detail = {**asked, "by": "name" if wanted.name else ""}
        async with self._record.action(actor, LIST_CASES.name, detail=detail):
            actor.require(Right.CASES)
            return await self._room.list.page(wanted, limit=LINES)

    async def one(self, actor: Actor, wanted: ShowCase, _: Report = silent) -> CaseShown:
        """All of one case: the record says who looked at which.

        Raises LoginForbiddenError, and as CaseReading.one.
        """
        async with self._record.action(actor, SHOW_CASE.name, subject=wanted.case):
            actor.require(Right.CASES)
            return await self._room.reading.one(wanted.case)

    async def number(self, actor: Actor, name: str) -> str:
        """Number of the case that somebody names; nothing of a person is told by it.

        Raises LoginForbiddenError, and as CaseReading.one.
        """
        actor.require(Right.CASES)
        return await self._room.reading.number(name)

    async def file(self, actor: Actor, case: str, of: str, position: int) -> OpenedFile:
        """One file of a case; that somebody saw it is recorded.

        Raises LoginForbiddenError, and as CaseReading.file.
        """
        actor.require(Right.CASES)
        file = await self._room.reading.file(case, of, position)
        await self._record.note(
            actor, FILE, subject=case, detail={"from": of, "file": position + 1}
        )
        return file

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
                until=wanted.until,
            )
        return Decided(case=number, outcome=wanted.outcome)

    async def document(self, actor: Actor, wanted: IssueDocument, _: Report = silent) -> Issued:
        """Send a document of a step. Raises LoginForbiddenError, and as DocumentService.issue."""
        async with self._record.action(actor, DOCUMENT.name, subject=wanted.case):
            actor.require(Right.CASES)
            return await self._casework.documents.issue(wanted)

    async def publicity(
        self, actor: Actor, wanted: AskPublicity, _: Report = silent
    ) -> PublicityAsked:
        """Ask a village to put a poster up.

        Raises LoginForbiddenError, and as PublicityService.ask.
        """
        async with self._record.action(actor, PUBLICITY.name, subject=wanted.case):
            actor.require(Right.CASES)
            return await self._casework.publicity.ask(wanted, self._room.item_of)

    async def write_files(
        self, actor: Actor, wanted: Files, _: Report = silent
    ) -> list[WrittenFile]:
        """Write the attachments of a case, or of what followed one.

        Raises LoginForbiddenError, and as FileWriting.write.
        """
        detail = {"folder": str(wanted.folder)}
        async with self._record.action(actor, FILES.name, subject=wanted.case, detail=detail):
            actor.require(Right.CASES)
            return list(await self._room.writing.write(wanted))

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(CASES, self.cases),
            Handler(LIST_CASES, self.listed),
            Handler(SHOW_CASE, self.one),
            Handler(DECIDE, self.decide),
            Handler(DOCUMENT, self.document),
            Handler(PUBLICITY, self.publicity),
            Handler(FILES, self.write_files),
        )
