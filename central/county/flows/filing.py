"""Cases that have ended: which are to be filed, and that one was."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.facts import Handled
from central.county.casework.service import Casework
from central.county.flows import queries
from central.county.flows.log import By, CaseLog
from central.county.flows.rights import Rights
from central.county.ports.keys import Key
from protocol.casework.events.closing import Archived
from protocol.casework.states import State
from protocol.casework.table import BY_BODY, refusal
from protocol.errors.casework import CaseMovedError, StepNotNowError
from protocol.ports import Clock
from protocol.trust.schedule import local_time

After = tuple[int, Key] | None
"""When the last case of the page before ended, and its key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToFile:
    """A case that has ended and is not archived."""

    case: Handled
    state: State
    ended_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFiling:
    """Of one county."""

    casework: Casework
    log: CaseLog
    rights: Rights
    clock: Clock

    async def filed(
        self, session: AsyncSession, handled: Handled, body: Archived, by: By, *, seen: int
    ) -> None:
        """The archive package of a case is made.

        Args:
            seen: number of the last event that is in it.

        Raises:
            StepNotNowError, StepForbiddenError, CaseMovedError: as Flows.act.
        """
        case, step = await self.log.read(session, handled), BY_BODY[Archived]
        if seen != case.status.n:
            raise CaseMovedError(case.number)
        if why := refusal(step, case.status, case.rules):
            raise StepNotNowError(f"{case.number}：{why}")
        now_ms = self.clock.now_ms()
        permitted = await self.rights.require(session, case, step, by, local_time(now_ms).date())
        await self.log.append(session, case, [body], permitted, now_ms)

    async def to_file(
        self, session: AsyncSession, *, before_ms: int, after: After, limit: int
    ) -> Sequence[ToFile]:
        """Cases that ended before that and are not archived, those first that ended first."""
        rows = await queries.to_file(session, before_ms, after, limit)
        keys = {(row.station, row.application) for row in rows}
        handled = await self.casework.handled_of(session, keys)
        return [
            ToFile(case=handled[key], state=State(row.state), ended_ms=row.ended_ms or 0)
            for row in rows
            if (key := (row.station, row.application)) in handled
        ]
