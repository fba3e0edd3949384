"""How far anything has got that an envelope brought: an application, or what follows one."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.cases import Cases
from central.county.casework.facts import Case
from central.county.casework.files import CaseFiles
from central.county.followups.queries import rows_of
from central.county.ports.keys import Key
from protocol.envelope.suites import SuiteNumber


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
