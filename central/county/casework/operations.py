"""Casework for whoever may: rights, and the record of each look and decision."""

from collections.abc import Sequence

from central.accounts.roles import Right
from central.county.casework.calls import (
    CASES,
    DOCUMENT,
    FILES,
    LIST_CASES,
    PUBLICITY,
    REBUILD_INDEX,
    SHOW_CASE,
    AskPublicity,
    Case,
    CaseLines,
    Cases,
    CaseShown,
    Files,
    IndexRebuilt,
    Issued,
    IssueDocument,
    ListCases,
    PublicityAsked,
    RebuildIndex,
    ShowCase,
    WrittenFile,
)
from central.county.casework.files.opened import OpenedFile
from central.county.casework.room import CaseRoom
from central.county.casework.service import Casework
from protocol.errors import UsageError
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record

PAGE = 500  # cases in one answer: at most 16 MB of forms
LINES, MAX_LINES = 50, 200  # cases in one page of a list
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
                limit=_bounded(wanted.limit or PAGE, PAGE),
                item_of=self._room.item_of,
                followed_by=self._room.followed_by,
            )
            return [view.shown() for view in page]

    async def listed(self, actor: Actor, wanted: ListCases, _: Report = silent) -> CaseLines:
        """A page of a list. Who was looked for does not stand in the record, only by what.

        Raises LoginForbiddenError, and as CaseList.page.
        """
        plain = ("state", "item", "hub", "village", "number", "since", "until")
        by = [name for name in ("name", "identity", "last") if getattr(wanted, name)]
        detail = {**{name: getattr(wanted, name) for name in plain}, "by": "+".join(by)}
        async with self._record.action(actor, LIST_CASES.name, detail=detail):
            actor.require(Right.CASES)
            return await self._room.list.page(
                wanted, limit=_bounded(wanted.limit or LINES, MAX_LINES)
            )

    async def rebuild_index(
        self, actor: Actor, _wanted: RebuildIndex, _: Report = silent
    ) -> IndexRebuilt:
        """Put the index of names and numbers right. Raises LoginForbiddenError."""
        async with self._record.action(actor, REBUILD_INDEX.name):
            actor.require(Right.RUN)
            return IndexRebuilt(wrong=await self._room.index.rebuild(self._room.list.store))

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

    async def names(self, name: str) -> Sequence[str]:
        """By what the record may call a case, for whoever reads the record; nothing of a person.

        Raises as CaseReading.one.
        """
        return await self._room.reading.names(name)

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
            Handler(REBUILD_INDEX, self.rebuild_index),
            Handler(DOCUMENT, self.document),
            Handler(PUBLICITY, self.publicity),
            Handler(FILES, self.write_files),
        )


def _bounded(limit: int, most: int) -> int:
    if not 1 <= limit <= most:
        raise UsageError(f"limit 1..{most}")
    return limit
