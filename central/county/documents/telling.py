"""What becomes of documents after they went out: told, stamped, and how near their limits are.

Source: docs/documents.md, "Telling" and "Seal".
"""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.about import CasesAbout
from central.county.casework.answers.document_state import DocumentState
from central.county.casework.calls import CaseShown
from central.county.casework.reading import CaseReading
from central.county.documents.calls import Stamp, StampShown, Told
from central.county.documents.making import Counting
from central.county.documents.models import MadeRow, ToldRow
from central.county.documents.queries import (
    due_of,
    made_of,
    next_told,
    stamps_between,
    told_of,
)
from central.county.documents.view import Known, sealed_words
from central.county.ports.keys import Key
from central.store.engine import Store
from protocol.catalogue.calendars.workdays import Calendar
from protocol.catalogue.items.release import calendar_of
from protocol.catalogue.templates.kinds import KIND_WORDS, DocumentKind
from protocol.errors import UsageError
from protocol.errors.documents import (
    DocumentUnknownError,
    StampedAlreadyError,
    ToldWrongError,
)
from protocol.limits import MAX_NAME_CHARS, MAX_NOTE_CHARS
from protocol.ports import Clock
from protocol.records.followups import Delivered, Way
from protocol.text import person_name
from protocol.trust.schedule import local_time

MAX_STAMPS = 5000  # lines of the register in one answer: a county's month has about 3,000


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentTelling:
    """Of one county."""

    store: Store
    about: CasesAbout
    reading: CaseReading
    counting: Counting
    clock: Clock

    async def of_case(self, case: str) -> list[DocumentState]:
        """Every document of a case.

        Raises:
            CaseUnknownError: there is none, or several have that application id.
        """
        return await self.of_shown(await self.reading.one(case))

    async def of_shown(self, found: CaseShown) -> list[DocumentState]:
        """Every document of a case that somebody looks at."""
        release = await self.counting()
        calendar = calendar_of(release.entries if release else {})
        return await self.store.transact(lambda session: self.kept(session, found, calendar))

    async def kept(
        self, session: AsyncSession, found: CaseShown, calendar: Calendar | None = None
    ) -> list[DocumentState]:
        """The same, in the caller's transaction; without a calendar no limit is right."""
        key = (found.case.station, bytes.fromhex(found.case.application))
        return Known(
            found=found,
            made=await made_of(session, key),
            told=await told_of(session, {key}),
            due=await due_of(session, key),
            today=local_time(self.clock.now_ms()).date(),
            calendar=calendar or Calendar(),
        ).states()

    async def tell(self, wanted: Told) -> DocumentState:
        """Note that somebody was told of a document, or got it, at the county.

        A telephone notice counts once it says who spoke with whom and what was said.

        Raises:
            CaseUnknownError, DocumentUnknownError: there is none.
            ToldWrongError: it says too little, or what can't be.
        """
        checked = _checked(wanted)
        state = await self.one(wanted.case, wanted.document)

        async def work(session: AsyncSession) -> None:
            key = await self.about.key(session, wanted.case)
            session.add(await self._row(session, key, state.n, checked))

        await self.store.transact(work)
        return await self.one(wanted.case, str(state.n))

    async def stamp(self, wanted: Stamp) -> DocumentState:
        """Note who put the seal on the paper of a document.

        Raises:
            CaseUnknownError, DocumentUnknownError: there is none that waits for a stamp.
            StampedAlreadyError: it has its seal.
            ToldWrongError: nobody is named.
        """
        by = _name(wanted.by, "用印人")
        state = await self.one(wanted.case, wanted.document)

        async def work(session: AsyncSession) -> None:
            key = await self.about.key(session, wanted.case)
            row = next((one for one in await made_of(session, key) if one.n == state.n), None)
            if row is None:
                raise DocumentUnknownError(f"{wanted.document[:50]}（不是本县按模板制作的）")
            if row.seal or row.stamped_by:
                raise StampedAlreadyError(row.stamped_by or row.seal or "")
            row.stamped_by, row.stamped_ms = by, self.clock.now_ms()

        await self.store.transact(work)
        return await self.one(wanted.case, str(state.n))

    async def stamps(self, first: str, last: str) -> list[StampShown]:
        """The register of seals: documents that bear these days.

        Raises:
            UsageError: there are too many for one answer.
        """

        async def work(session: AsyncSession) -> list[StampShown]:
            rows = await stamps_between(session, first, last, limit=MAX_STAMPS + 1)
            if len(rows) > MAX_STAMPS:
                raise UsageError(f"这段日子的文书超过 {MAX_STAMPS} 份，请缩短起止日期")
            keys = {(row.station, row.application) for row in rows}
            numbers = await self.about.numbers(session, keys)
            return [_register_line(row, numbers) for row in rows]

        return await self.store.transact(work)

    async def one(self, case: str, document: str) -> DocumentState:
        """A document that went out, by its number in the count of results or as it is written.

        Raises:
            CaseUnknownError, DocumentUnknownError: there is none.
        """
        wanted = document.strip()
        for state in await self.of_case(case):
            if state.n and wanted in (str(state.n), state.number):
                return state
        raise DocumentUnknownError(wanted[:50])

    async def _row(self, session: AsyncSession, key: Key, n: int, said: Told) -> ToldRow:
        return ToldRow(
            station=key[0],
            application=key[1],
            n=n,
            place=await next_told(session, key, n),
            what=said.what.value,
            way=said.way.value,
            person=said.person,
            words=said.words,
            by=said.by,
            at_ms=self.clock.now_ms(),
        )


def _checked(wanted: Told) -> Told:
    if wanted.way is Way.TELEPHONE and wanted.what is Delivered.HANDED_OVER:
        raise ToldWrongError("电话不能送达文书，只能告知")
    if wanted.way is Way.TELEPHONE and not wanted.words.strip():
        raise ToldWrongError("电话告知要写明说了什么")
    if len(wanted.words) > MAX_NOTE_CHARS:
        raise ToldWrongError(f"说明有 {len(wanted.words)} 个字，最多 {MAX_NOTE_CHARS} 个")
    return Told(
        case=wanted.case,
        document=wanted.document,
        person=_name(wanted.person, "告知给谁"),
        by=_name(wanted.by, "谁告知的"),
        what=wanted.what,
        way=wanted.way,
        words=wanted.words,
    )


def _name(text: str, what: str) -> str:
    name = person_name(text)
    if not 0 < len(name) <= MAX_NAME_CHARS:
        raise ToldWrongError(f"{what}：要写姓名，最多 {MAX_NAME_CHARS} 个字")
    return name


def _register_line(row: MadeRow, numbers: dict[Key, str]) -> StampShown:
    seal, by = sealed_words(row)
    return StampShown(
        case=numbers.get((row.station, row.application), ""),
        department=row.department,
        name=KIND_WORDS[DocumentKind(row.kind)],
        number=row.number,
        day=row.day,
        seal=seal,
        sealed_by=by,
        stamped_ms=row.stamped_ms,
    )
