"""What can be asked of the roster; light, for commands."""

from collections.abc import Sequence
from dataclasses import dataclass

from protocol.trust.budget import Budget
from protocol.trust.roster import Role, State
from runtime.control.calls import Call, Nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterLine:
    """One node of the roster."""

    node: str
    role: Role
    code: str
    name: str
    parent: str | None
    others: Sequence[str]  # whom a station may call when its hub is silent
    state: State
    url: str | None
    budget: Budget | None
    upto: int | None  # envelopes of a withdrawn PC that still count
    replaced: int  # how often another PC took its place


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPaths:
    """Let a station call other nodes, in this order."""

    node: str
    others: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PathsSet:
    """The version of the roster that says so."""

    roster: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SetBudget:
    """Limit what goes over the line to a node; None: no limit."""

    node: str
    budget: Budget | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetSet:
    """A node with its budget, and the version of the roster that says so."""

    node: str
    roster: int
    budget: Budget | None


SHOW = Call("provision.show", Nothing, list[RosterLine], reads=True)
FINGERPRINT = Call("provision.fingerprint", Nothing, str, reads=True)
PATHS = Call("provision.paths", SetPaths, PathsSet)
BUDGET = Call("provision.budget", SetBudget, BudgetSet)
