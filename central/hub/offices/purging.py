"""Copies of cases whose turn is over go, so many days after the county has said that it is.

The county has every case; what lies here is a copy for the office to read. Rows and papers go, and
SQLite overwrites what it deletes. What is not confirmed yet stays, however old it is. A copy of the
whole database from before an upgrade goes after a month.

Source: docs/operations.md, "An office of a township" and "Personal data".
"""

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Select, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.hub.offices.models import OfficeCaseRow, OfficeEventRow, OfficeNewsRow
from central.relay.instance.notes import keep_note, read_note
from central.relay.queue.letting_go import let_go
from central.relay.service import Relay
from protocol.ids import DIGEST_BYTES, BlobId, BlobRef
from runtime.disk.kept import forget_old
from runtime.metrics.families import Family, counter, gauges

_DAY_MS = 86_400_000
_AT_ONCE = 100  # cases in one transaction
_COUNT = "office-purged"  # key of the row in meta: how many copies have gone

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficePurge:
    """Of one hub."""

    relay: Relay
    database: Path  # beside it lie copies from before upgrades

    async def look(self) -> None:
        """A slow job: erase what the county's rules keep no longer; by the county's time alone."""
        now_ms = self.relay.times.trusted.lagging_ms()
        count = await self.erase(now_ms) if now_ms is not None else 0
        if count:
            log.info("copies of cases are gone", extra={"event": "office.purged", "cases": count})

    async def erase(self, now_ms: int) -> int:
        """Erase what is due at ``now_ms``; how many cases that were. On disk when it returns."""
        await asyncio.to_thread(forget_old, now_ms, self.database)
        before_ms, total = now_ms - self.relay.editions.roster.rules.office_days * _DAY_MS, 0
        while count := await self._some(before_ms):
            total += count
        if total:
            await self.relay.store.checkpoint()  # else the log of the database still has them
        return total

    async def _some(self, before_ms: int) -> int:
        """Some of them, in one transaction, and after it their papers; how many cases."""

        async def work(session: AsyncSession) -> list[OfficeCaseRow]:
            rows = list(await session.scalars(_over(before_ms).limit(_AT_ONCE)))
            await let_go(session, [paper for row in rows for paper in self._papers(row)])
            for row in rows:
                await _erase(session, row)
            if rows:
                gone = await purged(session) + len(rows)
                await keep_note(session, _COUNT, str(gone).encode())
            return rows

        rows = await self.relay.store.transact(work)
        for paper in [paper for row in rows for paper in self._papers(row)]:
            await self.relay.queue.files.drop(paper)
        return len(rows)

    def _papers(self, row: OfficeCaseRow) -> list[BlobRef]:
        county, _ = self.relay.editions.roster.county()
        starts = range(0, len(row.blobs), DIGEST_BYTES)
        names = [BlobId(row.blobs[start : start + DIGEST_BYTES]) for start in starts]
        return [BlobRef(county, name) for name in names]

    async def figures(self) -> list[Family]:
        """Cases that the office has, copies that it keeps, and how many have gone."""
        held, gone = await self.relay.store.transact(_counts)
        return [
            gauges("office_cases", "Cases at the township office, by how.", "as", held),
            counter("office_purged_total", "Copies of cases that were erased here.", gone),
        ]


async def overdue(session: AsyncSession, before_ms: int) -> int:
    """How many copies should have gone, as their turns ended before that time."""
    found = select(func.count()).select_from(_over(before_ms).subquery())
    return await session.scalar(found) or 0


async def purged(session: AsyncSession) -> int:
    """How many copies have gone since this database was made."""
    noted = await read_note(session, _COUNT)
    return int(noted) if noted else 0


async def _erase(session: AsyncSession, row: OfficeCaseRow) -> None:
    mine = OfficeEventRow.station == row.station, OfficeEventRow.application == row.application
    await session.execute(delete(OfficeEventRow).where(*mine))
    news = OfficeNewsRow.station == row.station, OfficeNewsRow.application == row.application
    await session.execute(delete(OfficeNewsRow).where(*news))
    await session.delete(row)
    await session.flush()


async def _counts(session: AsyncSession) -> tuple[dict[str, int], int]:
    is_told = OfficeCaseRow.ended_ms.is_not(None)
    query = select(OfficeCaseRow.owned, is_told, func.count())
    held = {"owned": 0, "untold": 0, "copy": 0}
    for owned, told, count in await session.execute(query.group_by(OfficeCaseRow.owned, is_told)):
        held["owned" if owned else "copy" if told else "untold"] += count
    return held, await purged(session)


def _over(before_ms: int) -> Select[OfficeCaseRow]:
    """Those whose turn ended before that time, as the county has said."""
    return select(OfficeCaseRow).where(
        OfficeCaseRow.owned.is_(False), OfficeCaseRow.ended_ms < before_ms
    )
