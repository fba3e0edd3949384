"""Roles and what each may do.

Administration is split between three people who watch each other, as graded protection asks
(GB/T 22239, "三员"): one runs the system, one grants and takes away, one reads the record.
"""

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


RIGHTS: dict[Job, frozenset[Right]] = {
    Job.SYSTEM: frozenset({Right.LOOK, Right.RUN}),
    Job.SECURITY: frozenset({Right.LOOK, Right.GRANT, Right.STAFF}),
    Job.AUDIT: frozenset({Right.LOOK, Right.RECORD}),
    Job.OPERATOR: frozenset({Right.LOOK}),
}
"""In a county. A hub has no registrar: its operator moves sticks."""

HUB_RIGHTS: dict[Job, frozenset[Right]] = {
    Job.SYSTEM: frozenset({Right.LOOK, Right.RUN, Right.STAFF}),
    Job.SECURITY: frozenset({Right.LOOK, Right.STAFF}),
    Job.AUDIT: frozenset({Right.LOOK}),
    Job.OPERATOR: frozenset({Right.LOOK, Right.RUN}),
}
"""At a hub."""
