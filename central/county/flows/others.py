"""What a step names beside its case: another case, another person, another flow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.service import Casework
from central.county.flows.dates import CaseDates
from central.county.flows.log import By, CaseLog, Logged
from central.county.flows.rights import Rights
from protocol.casework.events import closing, handling, opening
from protocol.casework.events.log import AnyBody
from protocol.casework.rules import rules_of
from protocol.casework.states import OPEN
from protocol.codec import altered
from protocol.errors.casework import StepFieldsError, StepNotNowError
from protocol.records.taken_in import Owed


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """Of one county."""

    log: CaseLog
    casework: Casework
    dates: CaseDates

    async def require(
        self,
        session: AsyncSession,
        case: Logged,
        body: AnyBody,
        by: By,
        today: date,
        *,
        rights: Rights,
    ) -> None:
        """The case that is named is there, and open if this one goes on as it; so is the person.

        Raises:
            CaseUnknownError, StepNotNowError: about the case.
            StepForbiddenError: about the person.
            StepFieldsError: about a paper that is to come later.
        """
        match body:
            case opening.Continued(case=name) | closing.Linked(case=name):
                other = await self.log.read(session, await self.casework.handled(session, name))
                if isinstance(body, opening.Continued) and other.status.state not in OPEN:
                    raise StepNotNowError(f"{name}：这一件已经结束，不能并入")
            case opening.Accepted(owed=owed) if owed:
                await self._require_may_follow(session, case, owed, today)
            case handling.HandedOver(to=name):
                await rights.require_able(session, case, name, by, today)
            case handling.Recused(who=name):
                await rights.require_recusal(session, case, name, by, today)
            case _:
                return

    async def _require_may_follow(
        self, session: AsyncSession, case: Logged, owed: Sequence[Owed], today: date
    ) -> None:
        """What may come later (容缺) is a paper of the item, and comes before its promise."""
        release = case.status.release or await self.log.release_of(session, case.key)
        item = await self.log.item_of(session, release, case.item)
        last = await self.dates.promised_from(session, case, today)
        for one in owed:
            if item and item.material(one.material) is None:
                raise StepFieldsError(f"本事项没有这种材料：{one.material}")
            if one.until < today.isoformat():
                raise StepFieldsError("最后期限不能早于今天")
            if last and one.until > last:
                raise StepFieldsError(f"容缺材料最迟在承诺办结的 {last} 前补交")

    async def in_new_flow(self, session: AsyncSession, case: Logged, body: AnyBody) -> AnyBody:
        """At the first node of the new flow; raises StepFieldsError if there is none."""
        if not isinstance(body, closing.FlowAmended):
            return body
        item = await self.log.item_of(session, body.after, case.item)
        if item is None or not await self.dates.has_release(session, body.after):
            raise StepFieldsError(f"第 {body.after} 号目录版本里没有这个事项")
        return altered(body, node=rules_of(item).first)
