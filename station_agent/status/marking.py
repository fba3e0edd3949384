"""What a clerk says that she did about what came back; her name stands with it.

Source: docs/operations.md, "The desk".
"""

from dataclasses import dataclass

from protocol.ids import ApplicationId
from protocol.ports import Clock
from station_agent.clerks.unlocking import Opened
from station_agent.store.db import Database
from station_agent.store.desk import marks
from station_agent.store.desk.marks import Mark, MarkKind


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkingService:
    """Writes such marks."""

    database: Database
    clock: Clock

    async def note(self, opened: Opened, application: ApplicationId) -> None:
        """The notice on the way was read."""
        mark = self._mark(opened)
        await self.database.write(lambda tx: marks.note(tx, application, mark))

    async def of(self, application: ApplicationId) -> list[Mark]:
        """Every mark of an application, in the order made."""
        return await self.database.read(lambda tx: marks.marks(tx, application))

    def _mark(self, opened: Opened) -> Mark:
        return Mark(kind=MarkKind.NOTED, at_ms=self.clock.now_ms(), clerk=opened.clerk)
