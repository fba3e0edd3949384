"""What the authority offers to the command line, whoever owns the data folder at the moment.

The county's server adds these to its own operations; without a server the command line opens
the authority itself and runs the very same ones.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Self

from provisioning.audit.evidence import Evidence, Gather
from provisioning.audit.operations import AuditService
from provisioning.audit.record import AuditRecord
from provisioning.authority import Authority
from provisioning.bulk.bulk import Bulk
from provisioning.doctor.examination import AuthorityDoctor
from provisioning.enrolment.service import Enrolment
from provisioning.escrow.operations import EscrowOperations
from provisioning.lifecycle.service import Lifecycle
from provisioning.policy.service import PolicyService
from provisioning.roster.service import RosterService
from runtime.control.owner import Operation
from runtime.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Provisioning:
    """What an authority offers to whoever has the right."""

    audit: AuditService
    bulk: Bulk
    doctor: AuthorityDoctor
    enrolment: Enrolment
    escrow: EscrowOperations
    lifecycle: Lifecycle
    policy: PolicyService
    roster: RosterService

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
            doctor=AuthorityDoctor(authority),
            enrolment=Enrolment(authority, changed, record),
            escrow=EscrowOperations(authority, changed, record),
            lifecycle=Lifecycle(authority, changed, record),
            policy=PolicyService(authority, changed, record),
            roster=RosterService(authority, changed, record),
        )

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return {
            **self.audit.handlers(),
            **self.bulk.handlers(),
            **self.doctor.handlers(),
            **self.enrolment.handlers(),
            **self.escrow.handlers(),
            **self.lifecycle.handlers(),
            **self.policy.handlers(),
            **self.roster.handlers(),
        }


def recorded(
    authority: Authority,
    changed: Callable[[], Awaitable[None]],
    gather: Gather | None = None,
) -> dict[str, Operation]:
    """Everything that an authority can be asked; what changes something stands in its record.

    Args:
        gather: brings what others hold of the record, where that is known.
    """
    return Provisioning.of(authority, changed, AuditRecord(authority.audit), gather).handlers()
