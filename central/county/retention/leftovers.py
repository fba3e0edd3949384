"""What the county keeps of an application beside its case: what followed, and what waits.

Source: docs/operations.md, "Personal data"; docs/adr/0031-erasure.md.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.flows.log import CaseLog
from central.county.followups.erasure import FollowUpErasure
from central.county.intake.service import Intake
from central.county.ports.keys import Key
from central.county.review.service import Review
from central.store.engine import Store


class Erases(Protocol):
    """A room that keeps something of an application beside its case."""

    async def erase(self, session: AsyncSession, keys: Collection[Key]) -> None:
        """Nothing of these applications is left there."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class UnopenedCopies:
    """The places of one county (central.county.casework.erasure.Beside)."""

    store: Store
    review: Review
    intake: Intake
    follow_ups: FollowUpErasure
    logs: CaseLog
    more: Sequence[Erases] = ()

    async def erase(self, session: AsyncSession, keys: Collection[Key]) -> None:
        """Of these applications nothing is left anywhere but in their cases."""
        await self.follow_ups.erase(session, keys)
        await self.logs.erase(session, keys)
        for one in self.more:
            await one.erase(session, keys)
        for station, application in sorted(keys):
            await self.review.settle(session, station, application)
        await self.intake.forget(session, lambda at, said: (at, said.application) in keys)

    async def erase_of(self, wanted: Callable[[str], bool]) -> int:
        """Empty what was refused or followed, and whose words are wanted; how much that was."""

        async def work(session: AsyncSession) -> int:
            refused = await self.intake.forget(session, lambda _, said: wanted(said.form))
            return refused + await self.follow_ups.erase_of(session, wanted)

        return await self.store.transact(work)

    async def waiting_of(self, wanted: Callable[[str], bool]) -> list[str]:
        """What still waits for a person, and whose form is wanted."""
        return await self.review.naming(lambda said: wanted(said.form))
