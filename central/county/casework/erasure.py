"""Erasing what a citizen wrote and handed in, while all that proves the way stays.

Gone are the form, the note of the decision, names of files and the keys of their blobs: without
its key a blob is noise, here and in every later backup. Numbers, ids, hashes, sizes, times and the
outcome stay, so the ledger counts as before and nothing is taken for new.

Source: docs/operations.md, "Personal data"; docs/adr/0031-erasure.md.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.models import KEY_BYTES, AttachmentRow, CaseRow
from central.county.casework.queries import case_page, find_cases
from central.store.engine import Store
from protocol.errors import CaseOpenError, CaseUnknownError
from protocol.ports import Clock

_PAGE = 500
_DAY_MS = 86_400_000

Note = Callable[[str, str, str], None]
"""Told who erased, the number of the case, and why; blocks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """Erases cases of one county."""

    store: Store
    clock: Clock
    note: Note

    async def erase(self, numbers: Sequence[str], reason: str, *, by: str = "") -> list[str]:
        """Erase these cases, all or none; those that were not erased before.

        Raises:
            CaseUnknownError: no such case.
            CaseOpenError: one has no decision yet.
        """

        async def work(session: AsyncSession) -> list[str]:
            cases = [await _case(session, number) for number in numbers]
            fresh = [case for case in cases if case.erased_ms is None]
            for case in fresh:
                await _erase(session, case, self.clock.now_ms())
            return [case.number for case in fresh]

        return await self._done(await self.store.transact(work), reason, by)

    async def of_person(self, value: str) -> list[str]:
        """Numbers of cases in whose form a field is exactly ``value``, such as an id number."""
        found, after, more = list[str](), "", True
        while more:
            page = await self.store.transact(partial(case_page, after=after, limit=_PAGE))
            found += [case.number for case in page if _holds(json.loads(case.form), value)]
            more, after = len(page) == _PAGE, page[-1].number if page else ""
        return found

    async def old(self, days: int) -> list[str]:
        """Erase what was decided more than so many days ago; 0: nothing."""
        before_ms = self.clock.now_ms() - days * _DAY_MS
        gone: list[str] = []
        while days and (page := await self._decided_before(before_ms)):
            gone += await self.erase(page, f"{days} days")
        return gone

    async def _decided_before(self, before_ms: int) -> Sequence[str]:
        query = (
            select(CaseRow.number)
            .where(CaseRow.decided_ms < before_ms, CaseRow.erased_ms.is_(None))
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


async def _case(session: AsyncSession, number: str) -> CaseRow:
    cases = await find_cases(session, number=number, application=None)
    if len(cases) != 1:
        raise CaseUnknownError(number[:50])
    if cases[0].outcome is None:
        raise CaseOpenError(number)
    return cases[0]


async def _erase(session: AsyncSession, case: CaseRow, now_ms: int) -> None:
    query = select(AttachmentRow).where(
        AttachmentRow.station == case.station, AttachmentRow.application == case.application
    )
    for file in await session.scalars(query):
        file.name, file.key = "", bytes(KEY_BYTES)
    case.form, case.note, case.erased_ms = "{}", None, now_ms
    await session.flush()


def _holds(value: Any, wanted: str) -> bool:  # noqa: ANN401 - as JSON gives it
    if isinstance(value, dict):
        return any(_holds(one, wanted) for one in value.values())
    if isinstance(value, list):
        return any(_holds(one, wanted) for one in value)
    return isinstance(value, str) and value.strip() == wanted
