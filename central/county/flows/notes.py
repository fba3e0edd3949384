"""Notes that handlers write for themselves and each other beside a case; no citizen reads them.

Each person has one note of a case, so nobody writes over anybody else's. A window that shows an
older one than is kept is told so, and writes over nothing either.

Source: docs/casework.md, "Notes".
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.service import Casework
from central.county.flows import queries
from central.store.engine import Store
from protocol.errors import UsageError
from protocol.errors.answers import CaseErasedError
from protocol.errors.casework import NoteMovedError
from protocol.ports import Clock

MAX_NOTE_LENGTH = 4000  # characters: a page and a half


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNote:
    """Of one person."""

    by: str  # account
    text: str
    version: int  # from 1: how often it was kept
    saved_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNotes:
    """Of one county."""

    store: Store
    casework: Casework
    clock: Clock

    async def of(self, case: str) -> Sequence[CaseNote]:
        """What was noted of a case, by person. Raises CaseUnknownError."""

        async def work(session: AsyncSession) -> list[CaseNote]:
            handled = await self.casework.handled(session, case)
            rows = await queries.notes_of(session, handled.key)
            return [
                CaseNote(by=one.by, text=one.text, version=one.version, saved_ms=one.saved_ms)
                for one in rows
            ]

        return await self.store.transact(work)

    async def keep(self, case: str, by: str, text: str, version: int) -> CaseNote:
        """Keep what somebody notes.

        Args:
            version: of the note that they see; 0: none.

        Raises:
            CaseUnknownError, CaseErasedError: about the case.
            NoteMovedError: another window of theirs has kept another meanwhile.
            UsageError: it is too long.
        """
        if len(text) > MAX_NOTE_LENGTH:
            raise UsageError(f"手记有 {len(text)} 个字，最多 {MAX_NOTE_LENGTH} 个")
        now_ms = self.clock.now_ms()

        async def work(session: AsyncSession) -> CaseNote:
            handled = await self.casework.handled(session, case)
            if handled.is_erased:
                raise CaseErasedError(handled.number)
            note = queries.NoteKept(by=by, text=text, saved_ms=now_ms)
            if not await queries.keep_note(session, handled.key, note, version):
                raise NoteMovedError(handled.number)
            return CaseNote(by=by, text=text, version=version + 1, saved_ms=now_ms)

        return await self.store.transact(work)
