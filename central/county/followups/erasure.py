"""Erasing what followed, along with its case or for one person.

Source: docs/operations.md, "Personal data"; docs/adr/0031-erasure.md.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.files.received import CaseFiles
from central.county.followups.models import FollowUpRow
from central.county.followups.queries import all_rows, rows_of_cases
from central.county.ports.keys import Key
from protocol.ports import Clock

_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpErasure:
    """Of one county; that something followed stays, and so do its ids and times."""

    files: CaseFiles
    clock: Clock

    async def erase(self, session: AsyncSession, keys: Collection[Key]) -> None:
        """What followed these applications."""
        rows = [row for row in await rows_of_cases(session, keys) if row.erased_ms is None]
        await self._erase(session, rows)

    async def erase_of(self, session: AsyncSession, wanted: Callable[[str], bool]) -> int:
        """Everything whose words, as JSON text, are wanted; how much that was."""
        count, after, page = 0, ("", b""), list[FollowUpRow]()
        while page := list(await all_rows(session, after=after, limit=_PAGE)):
            after = page[-1].station, page[-1].follow_up
            found = [row for row in page if wanted(row.said)]
            await self._erase(session, found)
            count += len(found)
        return count

    async def _erase(self, session: AsyncSession, rows: Sequence[FollowUpRow]) -> None:
        await self.files.erase(session, {(row.station, row.follow_up) for row in rows})
        for row in rows:
            row.said, row.erased_ms = "", self.clock.now_ms()
            row.answer = None
        await session.flush()
