"""What can be chosen for the next step of a case, so that nobody types the name of a colleague."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.accounts.roles import Right
from central.county.flows.service import Flows
from central.store.engine import Store
from protocol.ports import Clock
from protocol.trust.schedule import local_time
from runtime.actor import Actor

Choices = Mapping[tuple[str, str], Sequence[str]]
"""By action and field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing:
    """Of one county."""

    store: Store
    flows: Flows
    clock: Clock

    async def of(self, actor: Actor, case: str) -> Choices:
        """What fits where a case stands: an empty list if there is nothing to choose from.

        Raises:
            LoginForbiddenError: the actor may not handle cases.
            CaseUnknownError, LogBrokenError: about the case.
        """
        actor.require(Right.CASES)

        async def work(session: AsyncSession) -> Choices:
            found = await self.flows.read(session, case)
            day = local_time(self.clock.now_ms()).date()
            able = await self.flows.rights.able(session, found, day)
            staffing = await self.flows.rights.departments.snapshot(session)
            others = [
                one.name for one in staffing.departments if one.name != found.rules.department
            ]
            every = sorted(staffing.able)  # nobody of that post: anybody
            asked = list(found.status.opinions)
            return {
                ("hand-over", "to"): [one for one in able or every if one != actor.name],
                ("step-aside", "who"): [one for one in able if one != actor.name],
                ("suspend", "procedure"): [one.name for one in found.rules.special],
                ("ask-opinion", "department"): others,
                ("give-opinion", "department"): asked,
                ("recall-opinion", "department"): asked,
            }

        return await self.store.transact(work)
