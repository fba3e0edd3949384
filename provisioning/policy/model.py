"""The policy in force, and what it decides.

Source: docs/operations.md, "Policy".
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from protocol.envelope.suites import SuiteNumber
from protocol.errors import PolicyError, UsageError
from protocol.ids import NodeId, division_code
from protocol.limits import KEYS_DAYS, MIB, NUMBERS_USUAL, OFFICE_DAYS
from protocol.trust.roster import Role, Roster, RosterEntry, State
from protocol.trust.rules import Rules
from provisioning.audit.log import KEPT_DAYS
from provisioning.policy.reading import (
    AUTO,
    MANUAL,
    NO_REVIEW,
    SECOND_PERSON,
    TOWNSHIP,
    USUAL_PARENTS,
    settings,
)
from runtime.cli.command import read_text

FILE = "policy.toml"
_DAY_MS = 86_400_000
_TOWNSHIP_DIGITS = 9  # the first ones of a division code, the same in all of a township


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules of one file. A default is what holds where it says nothing."""

    roles: tuple[Role, ...] = (Role.HUB, Role.STATION)  # that may be added
    approval: str = AUTO
    code_days: int = 30  # a one-time code is good for so long; 0: for ever
    keys_days: int = KEYS_DAYS
    audit_days: int = KEPT_DAYS
    case_days: int = 0  # what a decided case says of a citizen is kept so long; 0: for ever
    archive_days: int = 30  # after its end a case is filed by itself; 0: never
    purge_days: int = 365  # at least so long after its end what it says of a citizen is kept
    quarantine_days: int = 365  # the same of envelopes that could not be taken
    office_days: int = OFFICE_DAYS  # the same of a copy at a township's office, after its turn
    suites: tuple[SuiteNumber, ...] = tuple(SuiteNumber)
    quota_bytes: int | None = None  # of one station at its hub; None: the hub's settings say
    quota_items: int | None = None
    max_children: int = 1000  # of one hub
    charging: tuple[str, ...] = ()  # node ids of the offices that may charge: they get tickets
    block: int = NUMBERS_USUAL  # numbers in a block that is issued by itself
    usual_parent: str = Role.COUNTY.value  # of a station that is added without one
    review: str = NO_REVIEW  # of the catalogue, before it is published
    review_days: int = 3  # a draft of it may wait so long before somebody is told
    parents: Mapping[Role, tuple[Role, ...]] = field(default_factory=lambda: dict(USUAL_PARENTS))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read ``path``; a missing file means the defaults.

        Raises:
            UsageError: not TOML, an unknown key, or a value that can't be; the detail names every
                such key.
        """
        if not path.exists():
            return cls()
        try:
            found, faults = settings(tomllib.loads(read_text(path, MIB)))
        except (OSError, ValueError) as exc:
            raise UsageError(f"{path}: {exc}") from None
        if faults:
            raise UsageError(f"{path}: {';'.join(faults)}")
        return cls(**found)

    @property
    def manual(self) -> bool:
        """Whether a person approves each node, after the code was found right."""
        return self.approval == MANUAL

    @property
    def second_person(self) -> bool:
        """Whether the catalogue is published only after a second person has approved it."""
        return self.review == SECOND_PERSON

    def code_expired(self, made_ms: int, now_ms: int) -> bool:
        """Validator: whether a one-time code of that time is too old; both in lived time."""
        return bool(self.code_days) and now_ms - made_ms > self.code_days * _DAY_MS

    def check_role(self, role: Role) -> None:
        """Validator: may such a node be added?

        Raises:
            PolicyError: no.
        """
        if role not in self.roles:
            raise PolicyError(f"[roles] allowed 不包括 {role.value}")

    def check_place(self, roster: Roster, entry: RosterEntry) -> None:
        """Validator: may a node stand there?

        Raises:
            PolicyError: not below such a parent, or that has children enough.
        """
        parent = NodeId(entry.parent)
        role = roster.nodes[parent].role
        if role not in self.parents[entry.role]:
            raise PolicyError(
                f"{entry.role.value} 不能直接归 {role.value} 管（[{entry.role.value}] parents）"
            )
        if role is Role.HUB and len(_children(roster, parent)) >= self.max_children:
            name = roster.nodes[parent].name
            raise PolicyError(f"{name} 已有 {self.max_children} 个下级（[hub] max_children）")

    def parent_for(self, roster: Roster, role: Role, code: str) -> NodeId | None:
        """Modifier: the parent of a new node that is added without one; None: the county.

        Raises:
            UsageError: ``code`` is no division code.
        """
        if role is not Role.STATION or self.usual_parent != TOWNSHIP:
            return None
        township = division_code(code)[:_TOWNSHIP_DIGITS]
        found = [
            node
            for node, entry in roster.nodes.items()
            if entry.role is Role.HUB
            and entry.state is not State.RETIRED
            and entry.code.startswith(township)
        ]
        return found[0] if len(found) == 1 else None

    def rules(self) -> Rules:
        """Enforcer: what hubs and stations are to obey; it stands on the roster."""
        return Rules(
            suites=() if set(self.suites) == set(SuiteNumber) else tuple(map(int, self.suites)),
            keys_days=self.keys_days,
            quota_bytes=self.quota_bytes,
            quota_items=self.quota_items,
            office_days=self.office_days,
        )


def _children(roster: Roster, parent: NodeId) -> list[NodeId]:
    return [
        node
        for node, entry in roster.nodes.items()
        if entry.parent == parent and entry.state is not State.RETIRED
    ]
