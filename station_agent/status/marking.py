"""What a clerk says that she did about what came back; her name stands with it.

Source: docs/operations.md, "The desk".
"""

from dataclasses import dataclass

from protocol.errors import ApplicationUnknownError, UsageError
from protocol.ids import ApplicationId
from protocol.ports import Clock
from station_agent.clerks.unlocking import Opened
from station_agent.store import applications, marks
from station_agent.store.applications import ApplicationState
from station_agent.store.db import Database
from station_agent.store.marks import Mark, MarkKind

WAYS = ("in-person", "agent", "telephone")  # in which a result is told
_RESULTS = (ApplicationState.DECIDED, ApplicationState.REJECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkingService:
    """Writes such marks."""

    database: Database
    clock: Clock

    async def tell(self, opened: Opened, application: ApplicationId, how: str) -> None:
        """The citizen was told of the result.

        Raises:
            UsageError: in no such way, or there is no result.
            ApplicationUnknownError: no such application here.
        """
        view = await self.database.read(lambda tx: applications.view(tx, application))
        if view is None:
            raise ApplicationUnknownError(application)
        if how not in WAYS or view.state not in _RESULTS:
            raise UsageError("还没有可以告诉的结果，或没有选怎样告诉的")
        mark = self._mark(opened, MarkKind.TOLD, how)
        await self.database.write(lambda tx: marks.tell(tx, application, mark))

    async def note(self, opened: Opened, application: ApplicationId) -> None:
        """The notice on the way was read."""
        mark = self._mark(opened, MarkKind.NOTED, "")
        await self.database.write(lambda tx: marks.note(tx, application, mark))

    async def of(self, application: ApplicationId) -> list[Mark]:
        """Every mark of an application, in the order made."""
        return await self.database.read(lambda tx: marks.marks(tx, application))

    def _mark(self, opened: Opened, kind: MarkKind, how: str) -> Mark:
        return Mark(kind=kind, at_ms=self.clock.now_ms(), clerk=opened.clerk, how=how)
