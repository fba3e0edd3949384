"""Who may do a step of a case: by the post of its node, or by a delegation.

Source: docs/casework.md, "Who can act"; docs/operations.md, "Departments and posts".
"""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.departments.asking import Question, Refusal, may, who_can
from central.county.departments.service import Departments
from central.county.departments.staffing import Power as PostPower
from central.county.departments.staffing import Staffing
from central.county.flows.log import Acts, By, Logged
from central.county.flows.place import power_here
from protocol.casework.persons import is_recused, known_as
from protocol.casework.table import ACTIONS, Power, Step
from protocol.errors.casework import StepForbiddenError

_POWERS = {
    Power.ACCEPT: PostPower.ACCEPT,
    Power.REVIEW: PostPower.REVIEW,
    Power.OPINION: PostPower.REVIEW,
    Power.DECIDE: PostPower.DECIDE,
    Power.HEAD: PostPower.DECIDE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """Of one county."""

    departments: Departments

    async def require(
        self, session: AsyncSession, case: Logged, step: Step, by: By, day: date, *, of: str = ""
    ) -> By:
        """Whoever acts, with the right by which.

        Args:
            of: the department whose opinion is given, where it is not that of the item.

        Raises:
            StepForbiddenError: somebody else has the power for it.
        """
        if is_recused(case.status, by.name):
            raise StepForbiddenError(f"“{by.name}”已回避，不能办理这一件")
        if by.acts is Acts.OWNER:
            return by
        staffing = _without_recused(await self.departments.snapshot(session), case)
        if by.acts is Acts.NAMED and not staffing.departments:
            return by
        asked = question(case, step.power or Power.ANY, day, of=of)
        permit = may(staffing, by.name, asked)
        if isinstance(permit, Refusal):
            if step.power is Power.ANY and by.name in staffing.able & {case.status.holder}:
                return by  # whoever holds a case lets go of it, also out of the post by now
            able = "、".join(who_can(staffing, asked)[:3])
            said = permit.words.rstrip("。：")
            raise StepForbiddenError(f"{said}。可以办理的人：{able or '没有人，请先设置岗位'}")
        _require_holder(case, step, by)
        if step.power is Power.DECIDE:
            _require_another(staffing, case, by, asked)
        return replace(by, right=permit.right)

    async def require_recusal(
        self, session: AsyncSession, case: Logged, name: str, by: By, day: date
    ) -> None:
        """Raise StepForbiddenError unless it is oneself, or a superior says so, and somebody stays.

        Anybody may step aside; of somebody else it needs the word of a superior.
        """
        if known_as("", name) != known_as("", by.name):
            await self.require(session, case, ACTIONS["reclaim"], by, day)
        staffing = _without_recused(await self.departments.snapshot(session), case)
        if staffing.able and not {one for one in staffing.able if one != name}:
            raise StepForbiddenError("回避以后没有人能办理这一件，请先给另一个人开通业务经办员账号")

    async def require_able(
        self, session: AsyncSession, case: Logged, name: str, by: By, day: date
    ) -> None:
        """Raise StepForbiddenError unless somebody of that name can do the next step of this case.

        Where a command on the county's machine acts, a county may have no accounts at all.
        """
        if is_recused(case.status, name):
            raise StepForbiddenError(f"“{name}”已回避，不能办理这一件")
        staffing = _without_recused(await self.departments.snapshot(session), case)
        able = staffing.able
        if name not in able and (able or by.acts is Acts.ACCOUNT):
            raise StepForbiddenError(f"“{name}”没有可用的业务经办员账号")
        asked = question(case, Power.ANY, day)
        if staffing.departments and isinstance(may(staffing, name, asked), Refusal):
            others = "、".join(who_can(staffing, asked)[:3])
            raise StepForbiddenError(f"“{name}”办不了这一环节，不能转给。可以办理的人：{others}")

    async def able(self, session: AsyncSession, case: Logged, day: date) -> tuple[str, ...]:
        """Accounts of those who can do its next step; empty only if there is no account."""
        asked = question(case, Power.ANY, day)
        return who_can(_without_recused(await self.departments.snapshot(session), case), asked)


def _without_recused(staffing: Staffing, case: Logged) -> Staffing:
    """As it stands for a case: who has nothing to do with it can do nothing."""
    if not case.status.recused:
        return staffing
    able = frozenset(one for one in staffing.able if not is_recused(case.status, one))
    return replace(staffing, able=able)


def question(case: Logged, power: Power, day: date, *, of: str = "") -> Question:
    """Where a case stands, as the departments understand it."""
    here = power_here(case.status, case.rules) if power is Power.ANY else _POWERS[power]
    rules = case.rules
    if here is PostPower.ACCEPT:
        post = rules.acceptance.post if rules.acceptance else ""
    elif here is PostPower.DECIDE:
        post = rules.nodes[-1].post
    else:
        post = rules.node(case.status.node).post
    return Question(
        department=of or rules.department,
        post="" if of else post,
        power=here,
        item=case.item,
        day=day,
    )


def _require_holder(case: Logged, step: Step, by: By) -> None:
    """Nobody acts on what another has taken on, without taking it over first, by an event."""
    holder = case.status.holder
    if holder and holder != by.name and step.power not in {Power.ANY, Power.OPINION, Power.HEAD}:
        raise StepForbiddenError(
            f"这一件由{holder}接办；要由您办，请由其退回，或转给您（hand-over）"
        )


def _require_another(staffing: Staffing, case: Logged, by: By, asked: Question) -> None:
    """Who accepted a case does not decide it, where another can."""
    others = set(who_can(staffing, asked)) - {by.name}
    if not case.rules.instant and others and by.name == case.status.accepter:
        raise StepForbiddenError(f"受理的人不能作决定，请由{'、'.join(sorted(others)[:3])}办理")
