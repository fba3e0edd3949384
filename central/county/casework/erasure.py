"""Erasing what a citizen wrote and handed in, while all that proves the way stays.

Gone are the form, how it was taken in, the note of the decision, what documents were called and
said, what a poster said, names of files and the keys of their blobs: without its key a blob is
noise, here and in every later backup. Numbers, ids, hashes, sizes, times and the outcome stay, so
the ledger counts as before and nothing is taken for new.

Source: docs/operations.md, "Personal data"; docs/adr/0031-erasure.md.
"""

import asyncio
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.answers.documents import erase_documents
from central.county.casework.answers.publicity import erase_publicity
from central.county.casework.files.received import CaseFiles
from central.county.casework.finding.index import erase_found
from central.county.casework.models import CaseRow
from central.county.casework.queries import case_page, find_cases
from central.county.ports.keys import Key
from central.store.engine import Store
from protocol.errors import CaseOpenError, CaseUnknownError
from protocol.ports import Clock

_PAGE = 500
_DAY_MS = 86_400_000


class Spared(Protocol):
    """Knows which of some cases must not be erased now."""

    async def __call__(self, session: AsyncSession, keys: Collection[Key]) -> Collection[Key]:
        """Those."""
        ...


Note = Callable[[str, str, str], None]
"""Told who erased, the number of the case, and why; blocks."""


class OtherCopies(Protocol):
    """What the county keeps of an application beside its case (leftovers)."""

    async def erase(self, session: AsyncSession, keys: Collection[Key]) -> None:
        """Of these applications nothing is left anywhere but in their cases."""
        ...

    async def erase_of(self, wanted: Callable[[str], bool]) -> int:
        """Empty what was refused and whose form, as JSON text, is wanted; how much that was."""
        ...

    async def waiting_of(self, wanted: Callable[[str], bool]) -> list[str]:
        """What still waits for a person, and whose form is wanted."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """Erases cases of one county."""

    store: Store
    clock: Clock
    note: Note
    beside: OtherCopies

    async def erase(
        self, numbers: Sequence[str], reason: str, *, by: str = "", spared: Spared | None = None
    ) -> list[str]:
        """Erase these cases, all or none; those that were not erased before.

        Args:
            spared: asked in the same transaction which of them stay after all.

        Raises:
            CaseUnknownError: no such case.
            CaseOpenError: one has no decision yet.
        """

        async def work(session: AsyncSession) -> list[str]:
            cases = [await _case(session, number) for number in numbers]
            fresh = {_key(case): case for case in cases if case.erased_ms is None}
            for key in await spared(session, fresh.keys()) if spared else ():
                del fresh[key]
            if fresh:
                await self.beside.erase(session, fresh.keys())
            for case in fresh.values():
                await _erase(session, case, self.clock.now_ms())
            return [case.number for case in fresh.values()]

        return await self._done(await self.store.transact(work), reason, by)

    async def erase_person(self, value: str, reason: str, *, by: str = "") -> tuple[list[str], int]:
        """Erase every case of :meth:`of_person`, and what was refused of that person.

        The numbers, and how many envelopes that had been refused.

        Raises:
            CaseUnknownError: there is nothing of that person.
            CaseOpenError: something has no decision yet, or waits for a person's review.
        """
        numbers, wanted = await self.of_person(value), partial(_names, value=value)
        if waiting := await self.beside.waiting_of(wanted):
            raise CaseOpenError(f"待审信封 {'、'.join(waiting)}")
        erased = await self.erase(numbers, reason, by=by) if numbers else []
        refused = await self.beside.erase_of(wanted)
        if not numbers and not refused:
            raise CaseUnknownError("没有这样的办件")
        if refused:
            await asyncio.to_thread(self.note, by, "", reason)
            await self.store.checkpoint()
        return erased, refused

    async def of_person(self, value: str) -> list[str]:
        """Numbers of cases that name exactly ``value``, such as an id number, as a field."""
        found, after, more = list[str](), "", True
        while more:
            page = await self.store.transact(partial(case_page, after=after, limit=_PAGE))
            found += [case.number for case in page if _is_of(case, value)]
            more, after = len(page) == _PAGE, page[-1].number if page else ""
        return found

    async def old(self, days: int, spared: Spared | None = None) -> list[str]:
        """Erase what was decided more than so many days ago; 0: nothing.

        Args:
            spared: knows which of some cases must not go by themselves.
        """
        before_ms, after = self.clock.now_ms() - days * _DAY_MS, ""
        gone: list[str] = []
        while days and (page := await self._decided_before(before_ms, after)):
            after = page[-1]
            gone += await self.erase(page, f"{days} days", spared=spared)
        return gone

    async def _decided_before(self, before_ms: int, after: str) -> Sequence[str]:
        query = (
            select(CaseRow.number)
            .where(
                CaseRow.decided_ms < before_ms, CaseRow.erased_ms.is_(None), CaseRow.number > after
            )
            .order_by(CaseRow.number)
            .limit(_PAGE)
        )

        async def work(session: AsyncSession) -> Sequence[str]:
            return (await session.scalars(query)).all()

        return await self.store.transact(work)

    async def _done(self, numbers: list[str], reason: str, by: str) -> list[str]:
        for number in numbers:
            await asyncio.to_thread(self.note, by, number, reason)
        if numbers:
            await self.store.checkpoint()  # the log holds what was written before
        return numbers


def _key(case: CaseRow) -> Key:
    return case.station, case.application


async def _case(session: AsyncSession, number: str) -> CaseRow:
    cases = await find_cases(session, number=number, application=None)
    if len(cases) != 1:
        raise CaseUnknownError(number[:50])
    if cases[0].outcome is None:
        raise CaseOpenError(number)
    return cases[0]


async def _erase(session: AsyncSession, case: CaseRow, now_ms: int) -> None:
    await CaseFiles().erase(session, {(case.station, case.application)})
    await erase_documents(session, (case.station, case.application))
    await erase_publicity(session, (case.station, case.application))
    await erase_found(session, {(case.station, case.application)})
    case.form, case.taken, case.note, case.faults = "{}", None, None, None
    case.applicant = ""
    case.erased_ms = now_ms
    await session.flush()


def _is_of(case: CaseRow, value: str) -> bool:
    """Whether form or agent of a case names somebody."""
    return any(_names(text, value=value) for text in (case.form, case.taken or "{}"))


def _names(form: str, *, value: str) -> bool:
    try:
        return _holds(json.loads(form), value)
    except ValueError:  # a form that was refused may be anything
        return value in form


def _holds(value: Any, wanted: str) -> bool:  # noqa: ANN401 - as JSON gives it
    if isinstance(value, dict):
        return any(_holds(one, wanted) for one in value.values())
    if isinstance(value, list):
        return any(_holds(one, wanted) for one in value)
    return isinstance(value, str) and value.strip() == wanted
