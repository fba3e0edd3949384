"""The policy for the command line: what is in force, and putting it on the roster.

What the authority itself applies counts as soon as the file is saved. What hubs and stations
obey counts from the roster that names it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from protocol.codec import altered
from protocol.envelope.suites import SuiteNumber
from protocol.errors import UsageError
from protocol.trust.roster import Role, Roster, RosterEntry
from protocol.trust.rules import NO_RULES, Rules
from provisioning.authority import Authority
from provisioning.policy.model import FILE, Policy
from runtime.control.owner import Operation, Report

POLICY, APPLY = "provision.policy", "provision.policy-apply"
SAID = {APPLY: ("file", "rules")}
QUIET = frozenset((POLICY,))


def policy_operations(
    authority: Authority, changed: Callable[[], Awaitable[None]]
) -> dict[str, Operation]:
    """The operations by name; ``changed`` is awaited after each new version of the roster."""

    async def show(_args: Mapping[str, Any], _report: Report) -> dict[str, Any]:
        return await asyncio.to_thread(_shown, authority)

    async def apply(args: Mapping[str, Any], _report: Report) -> dict[str, Any]:
        held = authority.roster()
        roster = await asyncio.to_thread(_apply, authority, args["rules"])
        if roster is not held:
            await changed()
        return await asyncio.to_thread(_shown, authority) | {"changed": roster is not held}

    return {POLICY: show, APPLY: apply}


def _shown(authority: Authority) -> dict[str, Any]:
    path, policy, roster = authority.folder / FILE, authority.policy(), authority.roster()
    wanted, ruled = _told(policy.rules()), _told(roster.rules)
    return {
        "file": str(path) if path.exists() else None,
        "policy": _tables(policy),
        "rules": wanted,
        "roster": {"version": roster.version, "rules": ruled},
        "differs": [key for key in wanted if wanted[key] != ruled[key]],
    }


def _apply(authority: Authority, seen: Mapping[str, Any]) -> Roster:
    """Put the file's rules on the roster, if they are still those that were ``seen``.

    Raises:
        UsageError: the file is wrong, or was changed meanwhile: what stands in the audit record
            would not be what is in force.
    """
    rules = authority.policy().rules()
    if _told(rules) != seen:
        raise UsageError(f"{FILE} 刚刚被改动，请再运行一次")
    county, _ = authority.roster().county()

    def ruled(roster: Roster) -> RosterEntry:
        return altered(roster.nodes[county], rules=None if rules == NO_RULES else rules)

    return authority.change(county, ruled)


def _told(rules: Rules) -> dict[str, Any]:
    """The rules by the keys of the file; the suites that this program knows, if any is allowed."""
    return {
        "algorithms.suites": list(rules.suites or map(int, SuiteNumber)),
        "lifetimes.keys_days": rules.keys_days,
        "quotas.bytes": rules.quota_bytes,
        "quotas.items": rules.quota_items,
    }


def _tables(policy: Policy) -> dict[str, dict[str, Any]]:
    """What is in force, in the tables of the file."""
    return {
        "roles": {"allowed": [role.value for role in policy.roles]},
        "enrolment": {"approval": policy.approval},
        "lifetimes": {
            "code_days": policy.code_days,
            "keys_days": policy.keys_days,
            "audit_days": policy.audit_days,
        },
        "algorithms": {"suites": list(map(int, policy.suites))},
        "quotas": {"bytes": policy.quota_bytes, "items": policy.quota_items},
        "hub": {
            "parents": [role.value for role in policy.parents[Role.HUB]],
            "max_children": policy.max_children,
        },
        "station": {
            "parents": [role.value for role in policy.parents[Role.STATION]],
            "usual_parent": policy.usual_parent,
        },
        "catalogue": {"review": policy.review, "review_days": policy.review_days},
    }
