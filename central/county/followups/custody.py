"""How far anything has got that an envelope brought: an application, or what follows one."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.cases import Cases
from central.county.casework.facts import Case
from central.county.casework.files.received import CaseFiles
from central.county.followups.queries import rows_of
from central.county.ports.keys import Key
from protocol.envelope.suites import SuiteNumber
from protocol.ids import NodeId


@dataclass(frozen=True, slots=True)
class Custody:
    """Of one county; receipts say what it says, also after a restore."""

    cases: Cases
    files: CaseFiles

    async def of(self, session: AsyncSession, keys: Collection[Key]) -> dict[Key, Case]:
        """Those of ``keys`` that have a case or are a follow-up; its case number is empty."""
        found = await self.cases.of(session, keys)
        rows = await rows_of(session, {key for key in keys if key not in found})
        whole = await self.files.whole(session, rows.keys())
        for key, row in rows.items():
            found[key] = Case(number="", suite=SuiteNumber(row.suite), complete=key in whole)
        return found

    async def never_came(
        self, session: AsyncSession, before_ms: int, *, after: Key, limit: int
    ) -> tuple[list[tuple[NodeId, bytes]], Key | None]:
        """Station and blob of what still waits of follow-ups that were received before.

        Args:
            after: station and blob of the last that was looked at.
            limit: at most so many are looked at.

        Returns:
            Those, and the last that was looked at; None: there are no more.
        """
        waiting = await self.cases.waiting_beside(session, after=after, limit=limit)
        rows = await rows_of(session, {(station, own) for station, own, _ in waiting})
        old = {key for key, row in rows.items() if row.received_ms < before_ms}
        found = [(station, blob) for station, own, blob in waiting if (station, own) in old]
        last = (waiting[-1][0], waiting[-1][2]) if len(waiting) == limit else None
        return found, last
