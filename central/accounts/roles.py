"""Roles and what each may do.

Administration is split between three people who watch each other, as graded protection asks
(GB/T 22239, "三员"): one runs the system, one grants and takes away, one reads the record.
"""

from collections.abc import Collection, Mapping
from enum import Enum

from provisioning.rights import Right

__all__ = ["HUB_RIGHTS", "RIGHTS", "Right", "StaffRole", "takes_two"]


class StaffRole(Enum):
    """What somebody's account is for."""

    SYSTEM = "system"  # 系统管理员
    SECURITY = "security"  # 安全管理员
    AUDIT = "audit"  # 审计管理员
    OPERATOR = "operator"  # 操作员
    AUTHOR = "author"  # 目录编写员
    REVIEWER = "reviewer"  # 目录审核员
    PUBLISHER = "publisher"  # 目录发布员
    HANDLER = "handler"  # 业务经办员


RIGHTS: dict[StaffRole, frozenset[Right]] = {
    StaffRole.SYSTEM: frozenset({Right.LOOK, Right.RUN, Right.CONFIRM}),
    StaffRole.SECURITY: frozenset({Right.LOOK, Right.GRANT, Right.STAFF, Right.CONFIRM}),
    StaffRole.AUDIT: frozenset({Right.LOOK, Right.RECORD, Right.CONFIRM}),
    StaffRole.OPERATOR: frozenset({Right.LOOK}),
    StaffRole.AUTHOR: frozenset({Right.LOOK, Right.AUTHOR}),
    StaffRole.REVIEWER: frozenset({Right.LOOK, Right.REVIEW}),
    StaffRole.PUBLISHER: frozenset({Right.LOOK, Right.PUBLISH}),
    StaffRole.HANDLER: frozenset({Right.LOOK, Right.CASES}),
}
"""In a county. A hub has no registrar: its operator moves sticks."""

HUB_RIGHTS: dict[StaffRole, frozenset[Right]] = {
    StaffRole.SYSTEM: frozenset({Right.LOOK, Right.RUN, Right.STAFF, Right.CONFIRM}),
    StaffRole.SECURITY: frozenset({Right.LOOK, Right.STAFF, Right.CONFIRM}),
    StaffRole.AUDIT: frozenset({Right.LOOK}),
    StaffRole.OPERATOR: frozenset({Right.LOOK, Right.RUN}),
    StaffRole.AUTHOR: frozenset({Right.LOOK}),
    StaffRole.REVIEWER: frozenset({Right.LOOK}),
    StaffRole.PUBLISHER: frozenset({Right.LOOK}),
    StaffRole.HANDLER: frozenset({Right.LOOK, Right.CASES}),
}
"""At a hub, which has no catalogue of its own; its handlers work in the township's office."""


def takes_two(
    rights: Mapping[StaffRole, frozenset[Right]], verb: str, roles: Collection[StaffRole]
) -> bool:
    """Whether ``verb`` on an account takes two persons on a page.

    The account of whoever watches the others: always. Any other that may confirm, or approve what
    is to be published: whatever gives somebody hold of it, else one person would make the second
    one. Taking an account out of use
    never waits, but for those who watch.

    Args:
        verb: ``add``, ``password``, ``remove``, or the value of a change.
        roles: the role that the account has, and the one that it is to get.
    """
    if StaffRole.AUDIT in roles:
        return True
    if verb in ("unlock", "disable", "enable", "remove"):
        return False
    return any(rights[role] & {Right.CONFIRM, Right.REVIEW} for role in roles)
