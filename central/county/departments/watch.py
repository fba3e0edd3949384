"""What is to be seen to: posts that nobody fills, delegations that end, people without an account.

Source: docs/operations.md, "Departments and posts".
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from central.county.departments.calls import Finding
from central.county.departments.ports import Named
from central.county.departments.staffing import Staffing

NOBODY, UNFILLED, ENDS, NO_ACCOUNT, NO_POST = (
    "account.none",
    "post.unfilled",
    "delegation.ends",
    "person.no-account",
    "account.no-post",
)
ENDS_DAYS = 30  # before a delegation ends, somebody should see to the next


def look(staffing: Staffing, named: Sequence[Named], day: date) -> list[Finding]:
    """Everything; nothing of a county that has set up no departments."""
    if not staffing.departments:
        return []
    return [
        *_nobody(staffing),
        *_unfilled(staffing, named),
        *_ending(staffing, day),
        *_without_account(staffing),
        *_without_post(staffing),
    ]


def _nobody(staffing: Staffing) -> Iterator[Finding]:
    if not staffing.able:
        yield Finding(
            code=NOBODY,
            subject="",
            words="没有一个可用的业务经办员账号，办件没有人能办。请在“账号”中开通。",
        )


def _unfilled(staffing: Staffing, named: Sequence[Named]) -> Iterator[Finding]:
    for one in named:
        post = staffing.post(one.department, one.post)
        known = staffing.department(one.department) is not None
        if known and (post is None or not set(staffing.holders(post)) & staffing.able):
            yield Finding(
                code=UNFILLED,
                subject=f"{one.department} {one.post}",
                words=f"办理流程写明由“{one.post}”（{one.department}）办理，"
                f"这个岗位没有人，{len(one.items)} 个事项暂由他人办理。请安排人员。",
            )


def _ending(staffing: Staffing, day: date) -> Iterator[Finding]:
    gone = {one.supersedes for one in staffing.delegations}
    for one in staffing.in_force(day):
        if one.until <= day + timedelta(days=ENDS_DAYS) and one.number not in gone:
            yield Finding(
                code=ENDS,
                subject=str(one.number),
                words=f"{one.person} 的授权（{one.instrument}）{one.until} 到期，"
                "之后不能再据此办理。需要继续的，请登记新的授权书。",
            )


def _without_account(staffing: Staffing) -> Iterator[Finding]:
    for one in staffing.persons:
        if one.name not in staffing.able:
            yield Finding(
                code=NO_ACCOUNT,
                subject=one.name,
                words=f"{one.name} 没有可用的业务经办员账号，不能办件。请开通账号，或移出岗位。",
            )


def _without_post(staffing: Staffing) -> Iterator[Finding]:
    others = {one.substitute for one in staffing.substitutions}
    for name in sorted(staffing.able - staffing.seated - others):
        yield Finding(
            code=NO_POST,
            subject=name,
            words=f"账号 {name} 不在任何岗位，只在岗位没有人时办理。请安排岗位。",
        )
