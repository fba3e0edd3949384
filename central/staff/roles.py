"""Roles and what each may do.

Administration is split between three people who watch each other, as graded protection asks
(GB/T 22239, "三员"): one runs the system, one grants and takes away, one reads the record.
"""

from collections.abc import Collection, Mapping
from enum import Enum


class Job(Enum):
    """What somebody's account is for."""

    SYSTEM = "system"  # 系统管理员
    SECURITY = "security"  # 安全管理员
    AUDIT = "audit"  # 审计管理员
    OPERATOR = "operator"  # 操作员


class Right(Enum):
    """One thing that a page lets somebody do."""

    LOOK = "look"  # see nodes, counts, ages
    RUN = "run"  # add, import, rename, move, address nodes; make kits; move sticks
    GRANT = "grant"  # approve, reject, suspend, drain, stop, retire nodes
    STAFF = "staff"  # accounts
    RECORD = "record"  # the audit record
    CONFIRM = "confirm"  # what somebody else proposed, where it takes two persons


RIGHTS: dict[Job, frozenset[Right]] = {
    Job.SYSTEM: frozenset({Right.LOOK, Right.RUN, Right.CONFIRM}),
    Job.SECURITY: frozenset({Right.LOOK, Right.GRANT, Right.STAFF, Right.CONFIRM}),
    Job.AUDIT: frozenset({Right.LOOK, Right.RECORD, Right.CONFIRM}),
    Job.OPERATOR: frozenset({Right.LOOK}),
}
"""In a county. A hub has no registrar: its operator moves sticks."""

HUB_RIGHTS: dict[Job, frozenset[Right]] = {
    Job.SYSTEM: frozenset({Right.LOOK, Right.RUN, Right.STAFF, Right.CONFIRM}),
    Job.SECURITY: frozenset({Right.LOOK, Right.STAFF, Right.CONFIRM}),
    Job.AUDIT: frozenset({Right.LOOK}),
    Job.OPERATOR: frozenset({Right.LOOK, Right.RUN}),
}
"""At a hub."""

CHANGES = ("unlock", "disable", "enable", "no-second", *(job.value for job in Job))
"""What can be changed of an account: a lock, a state, its second factor, or its role."""


def takes_two(rights: Mapping[Job, frozenset[Right]], verb: str, jobs: Collection[Job]) -> bool:
    """Whether ``verb`` on an account takes two persons on a page.

    The account of whoever watches the others: always. Any other that may confirm: whatever gives
    somebody hold of it, else one person would make the second one. Taking an account out of use
    never waits, but for those who watch.

    Args:
        verb: ``add``, ``password``, ``remove``, or one of :data:`CHANGES`.
        jobs: the role that the account has, and the one that it is to get.
    """
    if Job.AUDIT in jobs:
        return True
    if verb in ("unlock", "disable", "enable", "remove"):
        return False
    return any(Right.CONFIRM in rights[job] for job in jobs)
