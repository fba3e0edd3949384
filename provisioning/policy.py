"""What a county's administrator allows, as data: ``DATA/authority/policy.toml``.

::

    [enrolment]
    approval = "manual"      # or "auto": a right code is enough
    code_days = 30           # a one-time code is good for so long; 0: for ever
    [hub]
    parents = ["county"]
    max_children = 300
    [station]
    parents = ["hub", "county"]

Every key may be missing. A validator looks at what is asked and refuses it; nothing here changes
what the root or the roster's format allow.

Source: docs/operations.md, "Policy".
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from protocol.errors import PolicyError, UsageError
from protocol.ids import NodeId
from protocol.roster import Role, Roster, RosterEntry, State

FILE = "policy.toml"
AUTO, MANUAL = "auto", "manual"
_DAY_MS = 86_400_000
_MAX_CODE_DAYS = 3650
_MAX_CHILDREN = 5000
_ROLES = {role.value: role for role in Role}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules in force."""

    approval: str = AUTO
    code_days: int = 30
    max_children: int = 1000  # of one hub
    parents: Mapping[Role, tuple[Role, ...]] = field(
        default_factory=lambda: {
            Role.HUB: (Role.COUNTY,),
            Role.STATION: (Role.COUNTY, Role.HUB),
        }
    )

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read ``path``; a missing file means the defaults.

        Raises:
            UsageError: not TOML, an unknown key, or a value that can't be; the detail names it.
        """
        if not path.exists():
            return cls()
        try:
            return cls(**_settings(tomllib.loads(path.read_text("utf-8"))))
        except (OSError, ValueError, TypeError, KeyError) as exc:
            raise UsageError(f"{path}: {exc}") from None

    @property
    def manual(self) -> bool:
        """Whether a person approves each node, after the code was found right."""
        return self.approval == MANUAL

    def code_expired(self, made_ms: int, now_ms: int) -> bool:
        """Whether a one-time code of that time is too old."""
        return bool(self.code_days) and now_ms - made_ms > self.code_days * _DAY_MS

    def check_place(self, roster: Roster, entry: RosterEntry) -> None:
        """Validate where a node is to stand.

        Raises:
            PolicyError: not below such a parent, or that has children enough.
        """
        parent = NodeId(entry.parent)
        role = roster.nodes[parent].role
        if role not in self.parents[entry.role]:
            raise PolicyError(f"{entry.role.value} 不能直接归 {role.value} 管")
        if role is Role.HUB and len(_children(roster, parent)) >= self.max_children:
            raise PolicyError(f"{roster.nodes[parent].name} 已有 {self.max_children} 个下级")


def _children(roster: Roster, parent: NodeId) -> list[NodeId]:
    return [
        node
        for node, entry in roster.nodes.items()
        if entry.parent == parent and entry.state is not State.RETIRED
    ]


def _settings(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The keyword arguments of a policy, from its tables."""
    enrolment = _table(raw, "enrolment", {"approval", "code_days"})
    hub = _table(raw, "hub", {"parents", "max_children"})
    station = _table(raw, "station", {"parents"})
    if unknown := raw.keys() - {"enrolment", "hub", "station"}:
        raise ValueError(f"unknown tables {sorted(unknown)}")
    settings: dict[str, Any] = {}
    if "approval" in enrolment:
        settings["approval"] = _one_of(enrolment["approval"], (AUTO, MANUAL))
    if "code_days" in enrolment:
        settings["code_days"] = _number(enrolment["code_days"], 0, _MAX_CODE_DAYS)
    if "max_children" in hub:
        settings["max_children"] = _number(hub["max_children"], 1, _MAX_CHILDREN)
    usual = Policy().parents
    settings["parents"] = {
        role: _parents(table, usual[role])
        for role, table in ((Role.HUB, hub), (Role.STATION, station))
    }
    return settings


def _table(raw: Mapping[str, Any], name: str, known: set[str]) -> Mapping[str, Any]:
    table = raw.get(name, {})
    if not isinstance(table, dict) or table.keys() - known:
        raise ValueError(f"[{name}] knows {sorted(known)} only")
    return table


def _parents(table: Mapping[str, Any], usual: tuple[Role, ...]) -> tuple[Role, ...]:
    """Stricter than usual, never wider."""
    named = tuple(_ROLES[_one_of(word, tuple(_ROLES))] for word in table.get("parents", ()))
    if set(named) - set(usual):
        raise ValueError(f"parents may be {[role.value for role in usual]}")
    return named or usual


def _one_of(value: object, known: tuple[str, ...]) -> str:
    if value not in known:
        raise ValueError(f"{value!r}: one of {known} is expected")
    return str(value)


def _number(value: object, low: int, high: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ValueError(f"{value!r}: a number from {low} to {high} is expected")
    return value
