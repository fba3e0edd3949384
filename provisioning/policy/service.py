"""The policy for whoever may look at it or apply it: rights, and the record.

What the authority itself applies counts as soon as the file is saved. What hubs and stations
obey counts from the roster that names it.
"""

import asyncio
from collections.abc import Awaitable, Callable

from protocol.codec import altered
from protocol.envelope.suites import SuiteNumber
from protocol.errors import UsageError
from protocol.json_values import ABSENT, Absent
from protocol.trust.roster import Role, Roster, RosterEntry
from protocol.trust.rules import NO_RULES, Rules
from provisioning.authority import Authority
from provisioning.policy.calls import APPLY, POLICY, ApplyPolicy, PolicyShown, RulesInForce
from provisioning.policy.calls import Rules as ShownRules
from provisioning.policy.model import FILE, Policy
from provisioning.rights import Right
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record


class PolicyService:
    """The policy of one county. Each method raises LoginForbiddenError without its right."""

    def __init__(
        self, authority: Authority, changed: Callable[[], Awaitable[None]], record: Record
    ) -> None:
        """Args: changed: awaited after each new version of the roster."""
        self._authority, self._changed, self._record = authority, changed, record

    async def show(self, actor: Actor, _: Nothing, __: Report = silent) -> PolicyShown:
        """What is in force.

        Raises:
            PolicyError: the file is wrong; each fault is named by its key.
        """
        actor.require(Right.LOOK)
        return await asyncio.to_thread(_shown, self._authority)

    async def apply(self, actor: Actor, wanted: ApplyPolicy, _: Report = silent) -> PolicyShown:
        """Put the file's rules on the roster.

        Raises:
            PolicyError: the file is wrong.
            UsageError: it was changed since it was shown: what stands in the record would not be
                what is in force.
        """
        detail = {"rules": wanted.rules}
        async with self._record.action(actor, APPLY.name, subject=wanted.file, detail=detail):
            actor.require(Right.GRANT)
            held = self._authority.roster()
            roster = await asyncio.to_thread(_apply, self._authority, wanted.rules)
            if roster is not held:
                await self._changed()
            return await asyncio.to_thread(_shown, self._authority, roster is not held)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(POLICY, self.show), Handler(APPLY, self.apply))


def _shown(authority: Authority, changed: bool | Absent = ABSENT) -> PolicyShown:  # noqa: FBT001
    path, policy, roster = authority.folder / FILE, authority.policy(), authority.roster()
    wanted, ruled = _told(policy.rules()), _told(roster.rules)
    return PolicyShown(
        file=str(path) if path.exists() else None,
        policy=_tables(policy),
        rules=wanted,
        roster=RulesInForce(version=roster.version, rules=ruled),
        differs=[key for key in wanted if wanted[key] != ruled[key]],
        changed=changed,
    )


def _apply(authority: Authority, seen: ShownRules) -> Roster:
    """Put the file's rules on the roster, if they are still those that were ``seen``."""
    rules = authority.policy().rules()
    if _told(rules) != seen:
        raise UsageError(f"{FILE} 刚刚被改动，请再运行一次")
    county, _ = authority.roster().county()

    def ruled(roster: Roster) -> RosterEntry:
        return altered(roster.nodes[county], rules=None if rules == NO_RULES else rules)

    return authority.change(county, ruled)


def _told(rules: Rules) -> ShownRules:
    """The rules by the keys of the file; the suites that this program knows, if any is allowed."""
    return {
        "algorithms.suites": list(rules.suites or map(int, SuiteNumber)),
        "lifetimes.keys_days": rules.keys_days,
        "quotas.bytes": rules.quota_bytes,
        "quotas.items": rules.quota_items,
        "retention.office_days": rules.office_days,
    }


def _tables(policy: Policy) -> dict[str, ShownRules]:
    """What is in force, in the tables of the file."""
    return {
        "roles": {"allowed": [role.value for role in policy.roles]},
        "enrolment": {"approval": policy.approval},
        "lifetimes": {
            "code_days": policy.code_days,
            "keys_days": policy.keys_days,
            "audit_days": policy.audit_days,
        },
        "retention": {"office_days": policy.office_days},
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
