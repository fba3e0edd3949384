"""What the authority offers to the command line, whoever owns the data folder at the moment.

The county's server adds these to its own operations; without a server the command line opens
the authority itself and runs the very same ones.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from protocol.codec import plain
from protocol.ids import NodeId, node_id
from protocol.trust.budget import read_budget
from protocol.trust.fingerprint import fingerprint
from protocol.trust.roster import RosterEntry
from provisioning.audit.evidence import Evidence, Gather
from provisioning.audit.operations import AuditService, audited
from provisioning.audit.record import AuditRecord
from provisioning.authority import Authority
from provisioning.bulk.bulk import Bulk
from provisioning.enrolment.service import Enrolment
from provisioning.escrow.operations import EscrowOperations
from provisioning.lifecycle.service import Lifecycle
from provisioning.policy.operations import QUIET as POLICY_QUIET
from provisioning.policy.operations import SAID as POLICY_SAID
from provisioning.policy.operations import policy_operations
from runtime.control.owner import Operation, Report
from runtime.record import Record

SHOW = "provision.show"
BUDGET, FINGERPRINT = "provision.budget", "provision.fingerprint"
PATHS = "provision.paths"

QUIET = frozenset((FINGERPRINT, SHOW)) | POLICY_QUIET
SAID = {  # what of the arguments stands in the audit record; the first is the subject
    BUDGET: ("node", "budget"),
    PATHS: ("node", "others"),
    **POLICY_SAID,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Provisioning:
    """What an authority offers to whoever has the right."""

    audit: AuditService
    bulk: Bulk
    enrolment: Enrolment
    escrow: EscrowOperations
    lifecycle: Lifecycle

    @classmethod
    def of(
        cls,
        authority: Authority,
        changed: Callable[[], Awaitable[None]],
        record: Record,
        gather: Gather | None = None,
    ) -> Self:
        """That of ``authority``.

        Args:
            authority: of a county.
            changed: awaited after each new version of the roster.
            record: keeps who did what.
            gather: brings what others hold of the record, where that is known.
        """

        async def own() -> Evidence:
            head, newest = authority.roster().county()[1].audit, authority.roster().version
            return Evidence(heads=[head] if head else [], newest=newest)

        return cls(
            audit=AuditService(authority.audit, authority.signer, gather or own),
            bulk=Bulk(authority, changed, record),
            enrolment=Enrolment(authority, changed, record),
            escrow=EscrowOperations(authority, changed, record),
            lifecycle=Lifecycle(authority, changed, record),
        )

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return {
            **self.audit.handlers(),
            **self.bulk.handlers(),
            **self.enrolment.handlers(),
            **self.escrow.handlers(),
            **self.lifecycle.handlers(),
        }


def recorded(
    authority: Authority,
    changed: Callable[[], Awaitable[None]],
    gather: Gather | None = None,
) -> dict[str, Operation]:
    """:func:`operations`, each in the audit record, and those of the record itself.

    Args:
        gather: brings what others hold of the record, where that is known.
    """
    return {
        **audited(
            {
                **operations(authority, changed),
                **policy_operations(authority, changed),
            },
            authority.audit,
            said=SAID,
            quiet=QUIET,
        ),
        **Provisioning.of(authority, changed, AuditRecord(authority.audit), gather).handlers(),
    }


def operations(
    authority: Authority, changed: Callable[[], Awaitable[None]]
) -> dict[str, Operation]:
    """The operations by name; ``changed`` is awaited after each new version of the roster."""

    async def budget(args: Mapping[str, Any], _report: Report) -> dict[str, Any]:
        node, wanted = node_id(args["node"]), args["budget"]
        held = authority.roster()
        roster = await asyncio.to_thread(
            authority.set_budget, node, None if wanted is None else read_budget(wanted)
        )
        if roster is not held:
            await changed()
        return {"node": node, "roster": roster.version, "budget": wanted}

    async def paths(args: Mapping[str, Any], _report: Report) -> dict[str, int]:
        return await _set_paths(authority, changed, args)

    async def show(_args: Mapping[str, Any], _report: Report) -> list[dict[str, Any]]:
        return [_shown(node, entry) for node, entry in authority.roster().nodes.items()]

    async def show_fingerprint(_args: Mapping[str, Any], _report: Report) -> str:
        return fingerprint(authority.root_public)

    return {
        BUDGET: budget,
        FINGERPRINT: show_fingerprint,
        PATHS: paths,
        SHOW: show,
    }


async def _set_paths(
    authority: Authority, changed: Callable[[], Awaitable[None]], args: Mapping[str, Any]
) -> dict[str, int]:
    node, held = node_id(args["node"]), authority.roster()
    roster = await asyncio.to_thread(authority.set_paths, node, args["others"])
    if roster is not held:
        await changed()
    return {"roster": roster.version}


def _shown(node: NodeId, entry: RosterEntry) -> dict[str, Any]:
    return {
        "node": node,
        "role": entry.role.value,
        "code": entry.code,
        "name": entry.name,
        "parent": entry.parent or None,
        "others": list(entry.others),
        "state": entry.state.value,
        "url": entry.url or None,
        "budget": plain(entry.budget),
        "upto": entry.upto,
        "replaced": len(entry.drained),
    }
